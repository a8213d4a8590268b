"""The two sides row by row: what is offered, what is wanted, and how they agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from matchmaker.companies.models import Company, Need, Product
from matchmaker.engines.matching.reasons import Gap, MatchedWord, Reasons
from matchmaker.matches.queries.pair import Names
from matchmaker.matches.words import terms
from matchmaker.matches.words.marks import MarkedText, marked_text, telling
from matchmaker.web.formats import say_percent

SAME, STRONG, SOME = 0.85, 0.6, 0.25
"""Likeness of texts from which on the goods are called the same, similar, and related."""

Tag = tuple[str, str]
"""Kind of a tag (good, warn, bad, none) and its words."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the table: plain words on both sides, or marked text."""

    label: str
    offered: str | None
    wanted: str | None
    agreement: Tag
    offered_text: MarkedText | None = None
    offered_language: str | None = None
    wanted_text: MarkedText | None = None
    wanted_language: str | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """What the rows are made of."""

    exporter: Company
    buyer: Company
    product: Product
    need: Need
    names: Names
    reasons: Reasons | None
    """None where the engine said nothing."""

    @property
    def words(self) -> tuple[MatchedWord, ...]:
        """The words of both sides that meet and say something of the goods."""
        found = self.reasons.words if self.reasons else ()
        return telling(
            found,
            {
                ("exporter", "title"): self.product.name,
                ("exporter", "text"): self.product.description,
                ("buyer", "title"): self.need.title,
                ("buyer", "text"): self.need.description,
            },
        )

    def value(self, part: str) -> float | None:
        """Return how well a part agrees, 0 to 1; None if it is not known."""
        parts = self.reasons.supply if self.reasons else ()
        return next((one.value for one in parts if one.part == part), None)

    def gap(self, part: str) -> Gap | None:
        """Return what falls short in a part, if anything does."""
        gaps = self.reasons.gaps if self.reasons else ()
        return next((one for one in gaps if one.part == part), None)


def _unknown() -> Tag:
    return "none", _("Not known")


def _graded(value: float, words: tuple[str, str, str]) -> Tag:
    if value >= 1:
        return "good", words[0]
    return ("warn", words[1]) if value > 0 else ("bad", words[2])


def _goods(sides: Sides) -> Fact:
    product, need = sides.product, sides.need
    words = sides.words
    value = sides.value("text")
    if value is None:
        agreement = _unknown()
    elif value >= SAME:
        agreement = "good", _("The same goods")
    elif value >= STRONG:
        agreement = "good", _("Similar goods")
    elif value >= SOME:
        agreement = "warn", _("Related goods")
    else:
        agreement = "bad", _("Hardly alike")
    return Fact(
        _("Goods"),
        None,
        None,
        agreement,
        marked_text(product.name, product.description, words, side="exporter"),
        product.language,
        marked_text(need.title, need.description, words, side="buyer"),
        need.language,
    )


def _codes(sides: Sides) -> Fact:
    names, offered = sides.names, sides.product.hs_code
    wanted = sides.names.wanted.get(sides.need.id, ())
    code = sides.reasons.code if sides.reasons else None
    if not (offered and wanted):
        agreement = _unknown()
    elif code is None:
        agreement = "bad", _("Different chapters")
    else:
        agreement = {
            6: ("good", _("Same subheading")),
            4: ("good", _("Same heading")),
            2: ("warn", _("Same chapter")),
        }[code.level]
    return Fact(
        _("HS code"),
        terms.hs_said(offered, names.hs) if offered else None,
        terms.listed(terms.hs_said(one, names.hs) for one in wanted) if wanted else None,
        agreement,
    )


def _volume(sides: Sides) -> Fact:
    product, need = sides.product, sides.need
    offered = terms.amount_in(product.capacity, product.unit, product.period)
    if product.min_order is not None:
        least = terms.amount(product.min_order, product.unit)
        offered = (
            _("%(amount)s, from %(least)s an order", amount=offered, least=least)
            if offered
            else _("from %(least)s an order", least=least)
        )
    value, least_value = sides.value("volume"), sides.value("min_order")
    if value is None and least_value is None:
        agreement = _unknown()
    elif least_value is not None and least_value < 1:
        agreement = "warn", _("Minimum order too large")
    elif value is None:
        agreement = _unknown()
    else:
        part = _("Covers %(share)s", share=say_percent(value))
        agreement = _graded(value, (_("Enough"), part, part))
    wanted = terms.amount_in(need.volume, need.unit, need.period)
    return Fact(_("Volume"), offered, wanted, agreement)


def _each(said: str | None, goods: Product | Need) -> str | None:
    if said is None or goods.unit is None:
        return said
    return str(_("%(price)s per %(unit)s", price=said, unit=terms.ONE[goods.unit]))


def _price(sides: Sides) -> Fact:
    product, need = sides.product, sides.need
    offered = _each(terms.price(product.price_min, product.price_max, product.currency), product)
    if offered and product.incoterm:
        offered = f"{offered}, {product.incoterm.value}"
    wanted = _each(terms.price(need.price_min, need.price_max, need.currency), need)
    value = sides.value("price")
    if value is None:
        agreement = _unknown()
    else:
        agreement = _graded(value, (_("Within reach"), _("Somewhat too high"), _("Too high")))
    return Fact(_("Price"), offered, wanted, agreement)


def _lead_time(sides: Sides) -> Fact:
    offered, wanted = sides.product.lead_time_days, sides.need.lead_time_days
    value = sides.value("lead_time")
    if value is None or offered is None or wanted is None:
        agreement = _unknown()
    else:
        late = _("%(days)s too long", days=terms.days(offered - wanted))
        agreement = _graded(value, (_("In time"), late, late))
    return Fact(
        _("Lead time"),
        terms.days(offered) if offered is not None else None,
        terms.days(wanted) if wanted is not None else None,
        agreement,
    )


def _certificates(sides: Sides) -> Fact:
    held, asked = sides.product.certificates, sides.need.certificates
    value, gap = sides.value("certificates"), sides.gap("certificates")
    if not asked:
        agreement = "none", _("None asked for")
    elif not held:
        agreement = "none", _("None stated")
    elif value is None:
        agreement = _unknown()
    else:
        number = len(gap.missing) if gap else len(set(asked) - set(held))
        missing = _("%(number)s missing", number=number)
        agreement = _graded(value, (_("All held"), missing, missing))
    return Fact(
        _("Certificates"),
        terms.certificates(held, sides.names.certificates) if held else None,
        terms.certificates(asked, sides.names.certificates) if asked else None,
        agreement,
    )


def _language(sides: Sides) -> Fact:
    ours, theirs = sides.exporter.languages, sides.buyer.languages
    value = sides.value("language")
    if value is None:
        agreement = _unknown()
    else:
        needed = _("Interpreter needed")
        agreement = ("good", _("Shared language")) if value >= 1 else ("warn", needed)
    return Fact(
        _("Language"),
        terms.languages(ours) if ours else None,
        terms.languages(theirs) if theirs else None,
        agreement,
    )


def _experience(sides: Sides) -> Fact:
    value = sides.value("experience")
    where = terms.country(sides.buyer.country)
    if value is None:
        agreement, offered = _unknown(), None
    elif value >= 1:
        agreement = "good", _("Knows the market")
        offered = _("Has exported to %(country)s", country=where)
    elif sides.reasons and value > SOME:
        agreement = "warn", _("New to this market")
        offered = _("Has exported to other countries")
    else:
        agreement = "warn", _("First export")
        offered = _("Has not exported before")
    return Fact(_("Export experience"), offered, where, agreement)


def facts(sides: Sides, *, with_prices: bool) -> list[Fact]:
    """Return the rows of the table; prices for officers only."""
    rows: list[Any] = [_goods, _codes, _volume]
    if with_prices:
        rows.append(_price)
    rows += [_lead_time, _certificates, _language, _experience]
    return [row(sides) for row in rows]
