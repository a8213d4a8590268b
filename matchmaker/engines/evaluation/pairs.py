"""What simple systems, the text model and each of its roads make of given pairs of goods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.engines.evaluation.data import Item, LabelledSet
from matchmaker.engines.evaluation.equal_fields import count_equal_fields
from matchmaker.engines.evaluation.measure import BLOCK
from matchmaker.engines.evaluation.systems import Matchmaker, System, roads_alone, yardsticks
from matchmaker.engines.matching.data import Buyer, Exporter, Need, Product
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.text import TextModel

TEXTS, EQUAL_FIELDS = "texts", "equal_fields"
"""Names of the whole text model, and of the count of equal fields."""


@dataclass(frozen=True, slots=True)
class GoodsPair:
    """A product and a need, with the companies they are of."""

    product: Product
    need: Need
    exporter: Exporter
    buyer: Buyer


class FittedModel(Matchmaker):
    """A text model as it stands in the service: its fit is the reading of the documents.

    Parameters
    ----------
    model : TextModel
        Fitted.
    book : Book, optional
        Kept sentence vectors of the texts.
    """

    def __init__(self, model: TextModel, book: Book | None = None) -> None:
        super().__init__(model.vocabulary, book=book if model.sense_ is not None else None)
        self.model_ = model

    def fit(self, documents: Sequence[Item]) -> FittedModel:
        """Read the documents."""
        self.documents_ = self.read([document.passage for document in documents])
        return self

    def score(self, queries: Sequence[Item]) -> Any:
        """Return the likeness, 0 to 1, NaN where a side has no words."""
        asked = self.read([query.passage for query in queries])
        return self.model_.likeness(asked, self.documents_)


def score_pairs(
    pairs: Sequence[GoodsPair],
    *,
    text: TextModel | None = None,
    book: Book | None = None,
    dictionary_path: Path | None = None,
    catalogue: Sequence[Product] = (),
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Score pairs by every system there is to compare with.

    Needs are the queries, products the documents. A system that cannot be fitted, because no
    product has a word, is left out.

    Parameters
    ----------
    pairs : sequence of n GoodsPair
    text : TextModel, optional
        As the service uses it.
    book : Book, optional
        Kept sentence vectors of the texts.
    dictionary_path : Path, optional
        Of an EDICT file, for the yardstick across languages.
    catalogue : sequence of Product, optional
        Further products, which tell the systems that count words how common each one is.
    progress : callable of (done, total) systems, optional

    Returns
    -------
    dict of str to ndarray of shape (n,)
        The higher the better; NaN where a system knows nothing of a pair.
    """
    if not pairs:
        return {}
    products = dict.fromkeys([*(pair.product for pair in pairs), *catalogue])
    needs = dict.fromkeys(pair.need for pair in pairs)
    labelled = LabelledSet(tuple(map(_item, needs)), tuple(map(_item, products)), None)
    systems = _of_text_model(text, book, labelled) | yardsticks(labelled, dictionary_path)
    places = (
        _places([pair.need for pair in pairs], needs),
        _places([pair.product for pair in pairs], products),
    )
    scores: dict[str, Any] = {
        EQUAL_FIELDS: np.array(
            [count_equal_fields(one.product, one.need, one.exporter, one.buyer) for one in pairs],
            dtype=float,
        )
    }
    for done, (name, system) in enumerate(systems.items(), 1):
        found = _scored(system, labelled, *places)
        if found is not None:
            scores[name] = found
        if progress is not None:
            progress(done, len(systems))
    return scores


def _of_text_model(
    text: TextModel | None, book: Book | None, labelled: LabelledSet
) -> dict[str, System]:
    if text is None:
        return {}
    model = FittedModel(text, book)
    return {TEXTS: model, **roads_alone(labelled, model)}


def _item(goods: Product | Need) -> Item:
    return Item(goods.id, goods.passage, goods.language, goods.hs_codes)


def _places(goods: Sequence[Any], distinct: dict[Any, None]) -> Any:
    place = {one: number for number, one in enumerate(distinct)}
    return np.array([place[one] for one in goods], dtype=int)


def _scored(system: System, labelled: LabelledSet, rows: Any, columns: Any) -> Any:
    """Return the scores of the pairs; None where the system cannot be fitted."""
    try:
        system.fit(labelled.documents)
    except ValueError:
        return None
    found = np.full(len(rows), np.nan)
    for start in range(0, len(labelled.queries), BLOCK):
        scores = system.score(labelled.queries[start : start + BLOCK])
        inside = (rows >= start) & (rows < start + BLOCK)
        found[inside] = scores[rows[inside] - start, columns[inside]]
    return found
