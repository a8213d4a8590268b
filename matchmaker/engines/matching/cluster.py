"""The search of a run shared out among the processes of a Dask cluster.

Needs the extra ``cluster``; nothing else of the engine imports this module. Dask sends pickled
objects: the cluster must be one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from distributed import Client

from matchmaker.engines.matching.candidates import Candidates
from matchmaker.engines.matching.gates import Closed
from matchmaker.engines.matching.parts import Sheet
from matchmaker.engines.matching.search import Asked, Found, Harvest, search, slices
from matchmaker.engines.matching.sides import Side
from matchmaker.engines.matching.text import TextModel


@dataclass(frozen=True, slots=True)
class Part:
    """Some products, with their exporters as if there were no others."""

    rows: slice
    exporters: slice
    products: Side
    closed: Closed

    def placed(self, found: Found, sheet: Sheet) -> Found:
        """Return what was found of the part by the places in the whole sheet."""
        partners = np.zeros(sheet.offers.number, dtype=np.int64)
        waiting = np.zeros(sheet.offers.number, dtype=bool)
        partners[self.exporters] = found.partners[0]
        waiting[self.exporters] = found.kept_waiting[0]
        return replace(
            found,
            candidates=self._moved(found.candidates),
            best=self._moved(found.best),
            partners=(partners, found.partners[1]),
            kept_waiting=(waiting, found.kept_waiting[1]),
        )

    def _moved(self, pairs: Candidates) -> Candidates:
        return replace(pairs, rows=pairs.rows + np.int32(self.rows.start))


def search_on_cluster(  # noqa: PLR0913 - as a run
    client: Client,
    sheet: Sheet,
    text: TextModel,
    closed: Closed,
    asked: Asked,
    *,
    partitions: int,
    progress: Callable[[int, int], None] | None = None,
) -> Found:
    """Score all products with all needs and keep what may be suggested, as `search` does.

    Parameters
    ----------
    client : Client
        Of the cluster.
    sheet, text, closed, asked
        See `search`. With ``asked.keep`` little comes back from a partition, however large.
    partitions : int
        Parts that the products are cut into, 1 or more; those of one exporter stay together.
        Every part is compared with all needs, so the work grows with the number of products
        and not with that of the parts.
    progress : callable of (done, total), optional
        Called with numbers of products after each part.

    Returns
    -------
    Found
        The same as from `search` on one machine.

    Raises
    ------
    ValueError
        If there is to be no part.
    """
    if partitions < 1:
        raise ValueError("there must be a partition")
    everywhere = client.scatter(  # type: ignore[no-untyped-call]
        [sheet.wants.bare(), text], broadcast=True, hash=False
    )
    parts = list(parts_of(sheet, closed, partitions))
    waiting = [
        client.submit(_search_part, part.products, *everywhere, part.closed, asked, pure=False)
        for part in parts
    ]
    harvest = Harvest(sheet, asked.keep)
    # In the order of the exporters, on which ties depend.
    for part, future in zip(parts, waiting, strict=True):
        harvest.add(part.placed(future.result(), sheet))
        future.release()  # type: ignore[no-untyped-call]
        if progress is not None:
            progress(part.rows.stop, len(sheet.exporter_of))
    return harvest.found()


def parts_of(sheet: Sheet, closed: Closed, partitions: int) -> Iterator[Part]:
    """Yield at most so many parts of the products of a sheet, in their order."""
    number = len(sheet.exporter_of)
    for rows in slices(sheet.exporter_of, max(1, -(-number // partitions))):
        first = int(sheet.exporter_of[rows.start])
        exporters = slice(first, int(sheet.exporter_of[rows.stop - 1]) + 1)
        yield Part(
            rows, exporters, sheet.offers.part(rows, exporters), closed.of_exporters(exporters)
        )


def _search_part(
    products: Side, needs: Side, text: TextModel, closed: Closed, asked: Asked
) -> Found:
    return search(Sheet.of(products, needs), text, closed, asked, threads=1)
