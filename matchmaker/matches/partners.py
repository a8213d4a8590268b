"""A suggested partner in words: only what the other side may see before both accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.companies.models import Company
from matchmaker.events.models import Event
from matchmaker.matches.models import Suggestion
from matchmaker.matches.queries.pair import Names, names_for
from matchmaker.matches.queries.partners import approved_for, open_to
from matchmaker.matches.screen import concepts_of, sides_of
from matchmaker.matches.words import terms
from matchmaker.matches.words.facts import Fact, facts
from matchmaker.matches.words.why import unknown, why


@dataclass(frozen=True, slots=True)
class Partner:
    """One approved suggestion as one of its companies sees it.

    Built from single fields, so that no contact, address or price can reach the page.
    """

    public_id: str
    event: Event
    is_exporter: bool
    """The partner is the exporter, the reader's company the buyer."""
    page_id: str | None
    """Public id of the company; None where the reader may not open its page."""
    name: str
    name_language: str
    name_latin: str | None
    city: str | None
    country: str
    goods: str
    goods_language: str
    own_goods: str
    own_goods_language: str
    why: Sequence[str]
    facts: Sequence[Fact]
    unknown: str | None
    since: datetime


def _other(suggestion: Suggestion, reader: Company) -> Company:
    exporter, buyer = suggestion.exhibitor.company, suggestion.buyer.company
    return exporter if buyer.id == reader.id else buyer


def _partner(
    suggestion: Suggestion, reader: Company, names: Names, opened: frozenset[int]
) -> Partner:
    sides = sides_of(suggestion, names)
    is_exporter = suggestion.buyer.company_id == reader.id
    other = _other(suggestion, reader)
    offered = (sides.product.name, sides.product.language)
    wanted = (sides.need.title, sides.need.language)
    goods, own = (offered, wanted) if is_exporter else (wanted, offered)
    return Partner(
        public_id=suggestion.public_id,
        event=suggestion.event,
        is_exporter=is_exporter,
        page_id=other.public_id if other.id in opened else None,
        name=other.name,
        name_language=other.name_language,
        name_latin=other.name_latin,
        city=other.city,
        country=terms.country(other.country),
        goods=goods[0],
        goods_language=goods[1],
        own_goods=own[0],
        own_goods_language=own[1],
        why=why(sides, with_prices=False),
        facts=[fact for fact in facts(sides, with_prices=False) if fact.offered_text is None],
        unknown=unknown(sides, with_prices=False),
        since=suggestion.changed_at,
    )


def partners_of(company: Company, *, sees_all: bool) -> list[Partner]:
    """Return the partners that are suggested to a company, in three statements.

    Who `sees_all` may open every company's page.
    """
    found = approved_for(company)
    others = frozenset(_other(suggestion, company).id for suggestion in found)
    opened = others if sees_all else open_to(company, others)
    concepts = {code for one in found for code in concepts_of(one)}
    names = names_for([one.product for one in found], [one.need for one in found], concepts)
    return [_partner(suggestion, company, names, opened) for suggestion in found]
