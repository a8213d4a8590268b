"""Why two companies fit, what is missing and what would help, in whole sentences.

Nothing here says a price, nor whether prices meet, where companies read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.engines.matching.reasons import PartReason, Raise
from matchmaker.matches.fair import per_month
from matchmaker.matches.queries.glossary import is_entry
from matchmaker.matches.words import terms
from matchmaker.matches.words.facts import SOME, Sides
from matchmaker.matches.words.marks import links
from matchmaker.web.formats import say_hs, say_number, say_percent
from matchmaker.web.i18n import best_text

HIDDEN_FROM_COMPANIES = frozenset({"price"})
MOST_WORDS = 3
MOST_CONCEPTS = 2
LEAST_SHARE = 0.2
"""Part of the likeness by concepts from which on a concept is named."""

STATED: dict[tuple[str, tuple[str, ...]], Any] = {
    ("hs", ("exporter",)): _l("The exporter chooses an HS code for the product"),
    ("hs", ("buyer",)): _l("The buyer chooses an HS code for the need"),
    ("hs", ("exporter", "buyer")): _l("Both choose an HS code"),
    ("sector", ("exporter",)): _l("The exporter chooses a sector for the product"),
    ("sector", ("buyer",)): _l("The buyer chooses a sector for the need"),
    ("sector", ("exporter", "buyer")): _l("Both choose a sector"),
    ("text", ("exporter",)): _l("The exporter describes the product"),
    ("text", ("buyer",)): _l("The buyer describes the need"),
    ("text", ("exporter", "buyer")): _l("Both describe the goods"),
    ("volume", ("exporter",)): _l("The exporter states its capacity"),
    ("volume", ("buyer",)): _l("The buyer states the volume"),
    ("volume", ("exporter", "buyer")): _l("Both state the volume in the same unit"),
    ("min_order", ("exporter",)): _l("The exporter states its minimum order"),
    ("min_order", ("buyer",)): _l("The buyer states the volume"),
    ("min_order", ("exporter", "buyer")): _l("Both state order and volume in the same unit"),
    ("price", ("exporter",)): _l("The exporter states a price"),
    ("price", ("buyer",)): _l("The buyer states a price"),
    ("price", ("exporter", "buyer")): _l(
        "Both state a price in the same currency and for the same unit"
    ),
    ("lead_time", ("exporter",)): _l("The exporter states its lead time"),
    ("lead_time", ("buyer",)): _l("The buyer states the longest lead time"),
    ("lead_time", ("exporter", "buyer")): _l("Both state the lead time"),
    ("readiness", ("exporter",)): _l("The exporter's readiness for the market is checked"),
    ("experience", ("exporter",)): _l("The exporter says where it has exported to"),
}
IMPROVED: dict[str, Any] = {
    "volume": _l("The exporter raises its capacity, or joins with another"),
    "min_order": _l("The exporter accepts a smaller minimum order"),
    "price": _l("The two come closer in price"),
    "lead_time": _l("The exporter delivers sooner"),
    "certificates": _l("The exporter obtains the missing certificates"),
    "readiness": _l("The exporter meets more requirements of the market"),
}


def _code_sentence(sides: Sides) -> str | None:
    code = sides.reasons.code if sides.reasons else None
    if code is None:
        return None
    name, _language = terms.hs_name(code.shared, sides.names.hs)
    said = {"code": say_hs(code.shared), "name": name}
    if code.level == 6:
        return str(_("Both name the HS code %(code)s, %(name)s.", **said))
    if code.level == 4:
        return str(_("Both name goods of the HS heading %(code)s, %(name)s.", **said))
    return str(_("Both name goods of the HS chapter %(code)s, %(name)s.", **said))


def _words_sentence(sides: Sides) -> str | None:
    pairs = [
        terms.isolated(ours)
        if ours.casefold() == theirs.casefold()
        else _(
            "%(offered)s = %(wanted)s",
            offered=terms.isolated(ours),
            wanted=terms.isolated(theirs),
        )
        for theirs, ours in links(sides.words).items()
    ]
    if not pairs:
        return None
    return str(_("Words that meet: %(words)s.", words=terms.listed(pairs[:MOST_WORDS])))


def _concepts_sentence(sides: Sides) -> str | None:
    """Name the goods both texts speak of: the office's own words, and what no code has said."""
    reasons, names = sides.reasons, sides.names.concepts
    found = [
        one.code
        for one in (reasons.concepts if reasons else ())
        if one.share >= LEAST_SHARE and one.code in names
    ]
    told = [code for code in found if is_entry(code)]
    if reasons is not None and reasons.code is None:
        # A chapter or a sector says little, and is said where nothing else is.
        told = told or [code for code in found if code.isdecimal() and len(code) > 2] or found
    kept: list[str] = []
    for code in told:
        if not any(code.startswith(one) or one.startswith(code) for one in kept):
            kept.append(code)
    if not kept:
        return None
    said = terms.listed(terms.isolated(best_text(names[one])[0]) for one in kept[:MOST_CONCEPTS])
    return str(_("Both texts speak of these goods: %(goods)s.", goods=said))


def _sense_sentence(sides: Sides) -> str | None:
    """Say that the texts mean the like, where the sense road has found passages that do."""
    passages = sides.reasons.passages if sides.reasons else ()
    if not passages or (sides.value("text") or 0.0) < SOME:
        return None
    return str(_("What the two write is close in meaning."))


def _volume_sentence(sides: Sides) -> str | None:
    value = sides.value("volume")
    if value is None:
        return None
    offered = per_month(sides.product.capacity, sides.product.period)
    wanted = per_month(sides.need.volume, sides.need.period)
    if value < 1:
        return str(
            _(
                "The exporter can deliver %(share)s of the volume asked for.",
                share=say_percent(value),
            )
        )
    if offered is None or wanted is None or offered < 1.5 * wanted:
        return str(_("The exporter can deliver the volume asked for."))
    times = say_number(round(offered / wanted, 1))
    return str(_("The exporter can deliver %(times)s times the volume asked for.", times=times))


def _gap_sentences(sides: Sides, *, with_prices: bool) -> Iterator[str]:
    lead = sides.gap("lead_time")
    if lead is not None and lead.offered is not None and lead.wanted is not None:
        yield _(
            "Delivery takes %(days)s longer than the buyer accepts.",
            days=terms.days(lead.offered - lead.wanted),
        )
    if sides.gap("min_order") is not None:
        yield _("The minimum order is larger than the volume asked for.")
    certificates = sides.gap("certificates")
    if certificates is not None and certificates.missing:
        names = terms.certificates(certificates.missing, sides.names.certificates)
        if sides.product.certificates:
            yield _("Not held: %(certificates)s.", certificates=names)
        else:
            yield _("Asked for, and nothing stated: %(certificates)s.", certificates=names)
    if with_prices and sides.gap("price") is not None:
        yield _("The price asked is above what the buyer pays.")
    if sides.value("language") == 0:
        yield _("They share no language: an interpreter is needed.")


def why(sides: Sides, *, with_prices: bool) -> list[str]:
    """Return why the two fit and where they do not, the most telling first."""
    if sides.reasons is None:
        return [_("Too little is known of the two to say why.")]
    good = (
        _code_sentence(sides),
        _words_sentence(sides),
        _concepts_sentence(sides),
        _sense_sentence(sides),
        _volume_sentence(sides),
    )
    said = [sentence for sentence in good if sentence]
    said += _gap_sentences(sides, with_prices=with_prices)
    return said or [_("The sectors agree; little else is known.")]


def unknown(sides: Sides, *, with_prices: bool) -> str | None:
    """Name what is not known of the two; None if all is."""
    parts = sides.reasons.unknown if sides.reasons else ()
    names = [str(terms.PARTS[part]) for part in parts if with_prices or _open(part)]
    return terms.listed(names) if names else None


def _open(part: str) -> bool:
    return part not in HIDDEN_FROM_COMPANIES


@dataclass(frozen=True, slots=True)
class Bar:
    """One part of a directed score: what it gives, of what it could."""

    label: str
    value: float
    most: float


@dataclass(frozen=True, slots=True)
class Direction:
    """One of the two directed scores with its parts, which add up to it."""

    bars: list[Bar]
    total: float
    most: float


def _bars(parts: Iterable[PartReason]) -> Direction:
    bars = [
        Bar(
            str(terms.PARTS[part.part]),
            part.contribution,
            part.contribution / part.value if part.value else _worth(part, parts),
        )
        for part in parts
        if part.value is not None and part.weight > 0
    ]
    return Direction(bars, sum(bar.value for bar in bars), sum(bar.most for bar in bars))


def _worth(part: PartReason, parts: Iterable[PartReason]) -> float:
    """Return what a part of value 0 could have given: in proportion to the others' weights."""
    known = [one for one in parts if one.value]
    if not known:
        return part.weight
    other = known[0]
    assert other.value is not None
    return part.weight * other.contribution / (other.value * other.weight or 1)


def directions(sides: Sides) -> tuple[Direction, Direction] | None:
    """Return the parts of both directed scores, for officers."""
    if sides.reasons is None:
        return None
    return _bars(sides.reasons.supply), _bars(sides.reasons.demand)


def _raise_sentence(one: Raise, sides: Sides) -> str:
    if one.action == "improve":
        return _improved(one.part, sides) or str(IMPROVED[one.part])
    stating = tuple(side for side in ("exporter", "buyer") if side in one.sides)
    return str(STATED[(one.part, stating)])


def _improved(part: str, sides: Sides) -> str | None:
    """Say what exactly would do, where the engine has named it."""
    gap = sides.gap(part)
    if gap is not None and gap.missing:
        names = terms.certificates(gap.missing, sides.names.certificates)
        return str(_("The exporter obtains %(certificates)s", certificates=names))
    if gap is None or gap.wanted is None:
        return None
    if part == "lead_time":
        return str(_("The exporter delivers within %(days)s", days=terms.days(gap.wanted)))
    # A year's volume by the month has decimals that nobody needs.
    amount = terms.amount(ceil(gap.wanted) if gap.wanted >= 10 else gap.wanted, gap.unit)
    if part == "min_order":
        return str(_("The exporter accepts an order of %(amount)s", amount=amount))
    monthly = str(_("%(amount)s a month", amount=amount))
    return str(_("The exporter delivers %(amount)s, or joins with another", amount=monthly))


def raises(sides: Sides) -> list[tuple[float, str]]:
    """Return what would raise the score and by how much at most, for officers."""
    found = sides.reasons.raises if sides.reasons else ()
    return [(one.gain, _raise_sentence(one, sides)) for one in found]
