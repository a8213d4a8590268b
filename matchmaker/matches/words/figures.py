"""Figures of an evaluation in words: what each system and each figure is, and what they tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal, format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from matchmaker.engines.evaluation.review import SUGGESTIONS, Side, Verdict
from matchmaker.matches.words.terms import days, listed
from matchmaker.web.formats import say_number
from matchmaker.web.i18n import language

SYSTEMS: Mapping[str, Any] = {
    SUGGESTIONS: _l("Suggestions, as officers saw them"),
    "texts": _l("Texts alone, by all roads"),
    "road_words": _l("Texts by shared words"),
    "road_concepts": _l("Texts by names of goods"),
    "road_dictionary": _l("Texts by the dictionary"),
    "road_sense": _l("Texts by their sense"),
    "bm25": _l("Text search (BM25)"),
    "edict_bm25": _l("Text search across languages (dictionary, then BM25)"),
    "tfidf_words": _l("Likeness of words (TF-IDF)"),
    "tfidf_characters": _l("Likeness of letters (TF-IDF)"),
    "lsa": _l("Latent topics (LSA)"),
    "equal_fields": _l("Equal fields, counted"),
    "random": _l("By lot"),
}
HINTS: Mapping[str, Any] = {
    "equal_fields": _l(
        "Eight fields: sector, HS heading, unit, currency, language, certificate, price, volume."
    ),
    "random": _l("What chance alone would reach."),
}
VERDICTS: Mapping[str, Any] = {
    Verdict.BETTER: _l("Suggestions are better"),
    Verdict.WORSE: _l("Better than the suggestions"),
    Verdict.OPEN: _l("Not told apart"),
}
VERDICT_KINDS = {Verdict.BETTER: "good", Verdict.WORSE: "bad", Verdict.OPEN: "none"}
STAGES: Mapping[str, Any] = {
    "": _l("Waiting to begin"),
    "read": _l("Reading companies, products and needs"),
    "text": _l("Getting the text model ready"),
    "compare": _l("Scoring the decided pairs by other systems"),
    "figures": _l("Working out the figures"),
}
LONG_H = 48
"""Hours from which on a time is said in days."""
ORDER_FIGURES = ("ndcg", "precision", "recall", "mrr")


def figure_names(k: int) -> dict[str, str]:
    """Return the short name of each figure."""
    return {
        "ndcg": f"nDCG@{k}",
        "precision": str(_("Precision@%(k)s", k=k)),
        "recall": str(_("Recall@%(k)s", k=k)),
        "mrr": "MRR",
        "agreement": str(_("Agreement with officers")),
    }


def explanations(k: int) -> dict[str, str]:
    """Return what each figure means, in one sentence."""
    names = figure_names(k)
    return {
        names["ndcg"]: str(
            _(
                "How near the first %(k)s of a list come to the best order, in which the "
                "approved ones stand on top; 1 is that order.",
                k=k,
            )
        ),
        names["precision"]: str(
            _(
                "How many of the first %(k)s places are taken by an approved one; a list with "
                "fewer than that many decided cannot reach 1.",
                k=k,
            )
        ),
        names["recall"]: str(_("How many of the approved ones stand among the first %(k)s.", k=k)),
        names["mrr"]: str(
            _("1 if the first of the list is approved, 1/2 if the second is the first approved …")
        ),
        names["agreement"]: str(
            _(
                "Of an approved and a rejected suggestion, how often the approved one has the "
                "higher score; 0.5 is chance."
            )
        ),
    }


def two_places(value: float) -> str:
    """Write a figure from 0 to 1 with two decimals, as the reader's language does."""
    return format_decimal(value, format="0.00", locale=language())


def tenths_of_percent(value: float) -> str:
    """Write a small share as per cent with one decimal."""
    return format_percent(value, format="0.0%", locale=language())


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and its interval, written."""

    value: str
    between: str
    """Empty where there is too little to say."""


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One system in the table."""

    name: str
    label: str
    hint: str
    cells: Sequence[Cell | None]
    verdict: Verdict | None
    """None for the suggestions themselves."""


def cell(figure: Mapping[str, Any] | None) -> Cell | None:
    """Write a figure as it is kept."""
    if figure is None:
        return None
    low, high = figure["low"], figure["high"]
    between = ""
    if low is not None and high is not None and low < high:
        between = f"{two_places(low)}–{two_places(high)}"
    return Cell(two_places(figure["value"]), between)


def system_rows(figures: Mapping[str, Any], side: Side) -> list[SystemRow]:
    """Return the systems by the nDCG of one side's lists, the highest first.

    Those whose lists say nothing of an order stand by their agreement.
    """
    systems = figures["systems"]

    def height(name: str) -> tuple[float, float]:
        of_side, agreed = systems[name][side], systems[name]["agreement"]
        return (
            of_side["ndcg"]["value"] if of_side else 0.0,
            agreed["value"] if agreed else 0.0,
        )

    rows = []
    for name in sorted(systems, key=height, reverse=True):
        found = systems[name]
        of_side = found[side] or {}
        cells = [cell(of_side.get(one)) for one in ORDER_FIGURES]
        verdict = None if name == SUGGESTIONS else Verdict(found["verdict"])
        rows.append(
            SystemRow(
                name,
                str(SYSTEMS.get(name, name)),
                str(HINTS.get(name, "")),
                (*cells, cell(found["agreement"])),
                verdict,
            )
        )
    return rows


def conclusions(figures: Mapping[str, Any]) -> list[str]:
    """Say what can be told from the decisions, and that it cannot where they are too few."""
    number = figures["decisions"]["judged"]
    if not number:
        return [
            str(
                _(
                    "Nothing is approved yet, and nothing rejected for its goods or terms: the "
                    "order of the suggestions cannot be compared."
                )
            )
        ]
    by_verdict: dict[str, list[str]] = {}
    for name, found in figures["systems"].items():
        if name != SUGGESTIONS:
            by_verdict.setdefault(found["verdict"], []).append(str(SYSTEMS.get(name, name)))
    decisions = ngettext(
        "%(number)s decision", "%(number)s decisions", number, number=say_number(number)
    )
    better, worse = (by_verdict.get(one, []) for one in (Verdict.BETTER, Verdict.WORSE))
    if not better and not worse:
        return [str(_("%(decisions)s: too few to tell these apart.", decisions=decisions))]
    said = []
    if better:
        said.append(
            _(
                "%(decisions)s: the order of the suggestions is better than these: %(systems)s.",
                decisions=decisions,
                systems=listed(better),
            )
        )
    if worse:
        said.append(
            _(
                "%(decisions)s: these order the same pairs better than the suggestions: "
                "%(systems)s.",
                decisions=decisions,
                systems=listed(worse),
            )
        )
    if by_verdict.get(Verdict.OPEN):
        said.append(_("From the others it cannot be told apart."))
    return [str(one) for one in said]


def waited(hours: float) -> str:
    """Say how long a decision took: 40 min, 5 h 10 min, 3 days."""
    if hours >= LONG_H:
        return days(round(hours / 24))
    whole, rest = divmod(round(hours * 60), 60)
    if not whole:
        return str(_("%(minutes)s min", minutes=rest))
    return str(_("%(hours)s h %(minutes)s min", hours=whole, minutes=rest))
