"""One company against a fair that stands: its suggestions by the same code as a full run."""

from __future__ import annotations

from dataclasses import replace

from matchmaker.engines.matching.candidates import others_of_companies
from matchmaker.engines.matching.data import Fair
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.gates import closed_pairs
from matchmaker.engines.matching.parts import lay_out
from matchmaker.engines.matching.run import Suggestion, suggestions_of
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.search import Asked, search
from matchmaker.engines.matching.sides import Reader
from matchmaker.engines.matching.text import TextModel


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

    The pairs, gates, scores and reasons are those of a full run before exposure.

    Parameters
    ----------
    fair : Fair
        Everybody of the other side, and the company itself.
    company : str
        Its id; a company on both sides is matched on both.
    text : TextModel
        Fitted.
    book : Book, optional
        Where the kept sentence vectors of the texts are read.
    reader : Reader, optional
        What reads the texts, if not the model itself.
    weights : Weights, optional
    least_score : float, optional
        A pair below it is left out; the default is that of `Limits`.
    most : int, default=20
        Partners given on each side.

    Returns
    -------
    tuple of Suggestion
        From the highest score to the lowest, equal scores by the ids.

    Raises
    ------
    ValueError
        If the fair has no such company.
    """
    weights = weights or Weights()
    least = Limits().least_score if least_score is None else least_score
    sides = [small for small in (_as_exporter(fair, company), _as_buyer(fair, company)) if small]
    if not sides:
        raise ValueError(f"the fair has no company {company!r}")
    found: list[Suggestion] = []
    for small in sides:
        sheet = lay_out(small, text, book, reader)
        closed = closed_pairs(small, sheet)
        partners = search(sheet, text, closed, Asked(weights, least))
        best = partners.best.where(slice(most))
        others = others_of_companies(sheet, partners.candidates, best)
        found += suggestions_of(sheet, text, weights, best, others, book)
    return tuple(sorted(found, key=lambda one: (-one.score, one.exporter, one.buyer)))


def _as_exporter(fair: Fair, company: str) -> Fair | None:
    exporters = tuple(one for one in fair.exporters if one.id == company)
    products = tuple(one for one in fair.products if one.exporter == company)
    return replace(fair, exporters=exporters, products=products) if exporters else None


def _as_buyer(fair: Fair, company: str) -> Fair | None:
    buyers = tuple(one for one in fair.buyers if one.id == company)
    needs = tuple(one for one in fair.needs if one.buyer == company)
    return replace(fair, buyers=buyers, needs=needs) if buyers else None
