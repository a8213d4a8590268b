"""One company against a fair that stands: its suggestions by the same code as a full run."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.engines.matching.candidates import Finder, best_first, others_of_companies
from matchmaker.engines.matching.data import Buyer, Exporter, Fair, Need, Product
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.facing import Facing
from matchmaker.engines.matching.gates import closed_pairs
from matchmaker.engines.matching.parts import Sheet, names_of_codes
from matchmaker.engines.matching.run import Suggestion, suggestions_of
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.search import sifted
from matchmaker.engines.matching.sides import (
    Reader,
    Side,
    numbering_of,
    offers_of,
    read_side,
    wants_of,
)
from matchmaker.engines.matching.text import TextModel


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A company with what it offers, what it looks for, or both."""

    exporter: Exporter | None = None
    products: tuple[Product, ...] = ()
    buyer: Buyer | None = None
    needs: tuple[Need, ...] = ()


class Standing:
    """A fair that stands, ready for one company at a time.

    A side of it is read when first somebody of the other side comes.

    Parameters
    ----------
    fair : Fair
    text : TextModel
        Fitted.
    book : Book, optional
        Where the kept sentence vectors of the texts are read.
    reader : Reader, optional
        What reads the texts of the fair, if not the model itself.
    weights : Weights, optional
    sheet : Sheet, optional
        The fair as `lay_out` made it with the same model, where that is at hand.
    """

    def __init__(
        self,
        fair: Fair,
        *,
        text: TextModel,
        book: Book | None = None,
        reader: Reader | None = None,
        weights: Weights | None = None,
        sheet: Sheet | None = None,
    ) -> None:
        self._fair = fair
        self._text = text
        self._book = book
        self._reader = reader or text
        self._weights = weights or Weights()
        self._numbering = numbering_of(fair)
        self._names = names_of_codes(text)
        self._ready: dict[bool, tuple[Side, Facing]] = {}
        if sheet is not None:
            for offers, side in ((True, sheet.offers), (False, sheet.wants)):
                self._ready[offers] = side, Facing(text, side, offers=offers)

    def match(
        self, newcomer: Newcomer, *, least_score: float | None = None, most: int = 20
    ) -> tuple[Suggestion, ...]:
        """Return a company's best pair with each company that it may be suggested to.

        The pairs, gates, scores and reasons are those of a full run before exposure; only how
        rare the words of the reasons are is counted over these pairs.

        Parameters
        ----------
        newcomer : Newcomer
            What the fair has of the company itself is not looked at.
        least_score : float, optional
            A pair below it is left out; the default is that of `Limits`.
        most : int, default=20
            Partners given on each side.

        Returns
        -------
        tuple of Suggestion
            From the highest score to the lowest, equal scores by the ids.
        """
        least = Limits().least_score if least_score is None else least_score
        found: list[Suggestion] = []
        if newcomer.exporter is not None:
            fair = replace(
                self._fair,
                exporters=(newcomer.exporter,),
                products=newcomer.products,
                needs=(),
            )
            found += self._matched(fair, least, most, offers=True)
        if newcomer.buyer is not None:
            fair = replace(
                self._fair,
                buyers=(newcomer.buyer,),
                needs=newcomer.needs,
                # They are asked for only whether they compete.
                products=self._fair.products if newcomer.buyer.sells else (),
            )
            found += self._matched(fair, least, most, offers=False)
        return tuple(sorted(found, key=lambda one: (-one.score, one.exporter, one.buyer)))

    def _matched(
        self, fair: Fair, least: float, most: int, *, offers: bool
    ) -> tuple[Suggestion, ...]:
        """Match one company on one side with everybody of the other, whose goods stand ready."""
        own = offers_of(fair, self._numbering) if offers else wants_of(fair, self._numbering)
        others, facing = self._facing(offers=not offers, named=not own.coded.all())
        names = None if others.coded.all() else self._names
        own = read_side(own, self._text, self._book, names)
        sheet = Sheet.of(own, others) if offers else Sheet.of(others, own)
        finder = Finder(sheet, self._weights, closed_pairs(fair, sheet), least)
        found = sifted(sheet, finder.find(facing.pieces(own, np.arange(len(own.coded)))))
        best = best_first(found.best).where(slice(most))
        also = others_of_companies(sheet, found.candidates, best)
        return suggestions_of(sheet, self._text, self._weights, best, also, self._book)

    def _facing(self, *, offers: bool, named: bool) -> tuple[Side, Facing]:
        """Return a side ready to be faced, with the names of its codes if they are asked for."""
        if offers in self._ready:
            side, facing = self._ready[offers]
            if side.named is not None or not named or not side.coded.any():
                return side, facing
        lay_out = offers_of if offers else wants_of
        side = read_side(
            lay_out(self._fair, self._numbering),
            self._reader,
            self._book,
            self._names if named else None,
        )
        self._ready[offers] = side, Facing(self._text, side, offers=offers)
        return self._ready[offers]


def match_company(  # noqa: PLR0913 - as a run
    fair: Fair,
    company: str,
    *,
    text: TextModel,
    book: Book | None = None,
    reader: Reader | None = None,
    weights: Weights | None = None,
    least_score: float | None = None,
    most: int = 20,
) -> tuple[Suggestion, ...]:
    """Return a company's best pair with each company that it may be suggested to.

    See `Standing.match`; a company on both sides is matched on both.

    Parameters
    ----------
    fair : Fair
        Everybody of the other side, and the company itself.
    company : str
        Its id.
    text, book, reader, weights
        See `Standing`.
    least_score, most
        See `Standing.match`.

    Raises
    ------
    ValueError
        If the fair has no such company.
    """
    newcomer = Newcomer(
        next((one for one in fair.exporters if one.id == company), None),
        tuple(one for one in fair.products if one.exporter == company),
        next((one for one in fair.buyers if one.id == company), None),
        tuple(one for one in fair.needs if one.buyer == company),
    )
    if newcomer.exporter is None and newcomer.buyer is None:
        raise ValueError(f"the fair has no company {company!r}")
    standing = Standing(fair, text=text, book=book, reader=reader, weights=weights)
    return standing.match(newcomer, least_score=least_score, most=most)
