"""Questions of the review queue: its list, its filters, how far the review is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matchmaker.companies.models import Company, ExporterProfile, Product
from matchmaker.compliance.models import ProductReadiness
from matchmaker.db.base import db
from matchmaker.engines.readiness.score import Level
from matchmaker.events.models import Event, Participant
from matchmaker.matches.enums import SuggestionSource, SuggestionState
from matchmaker.matches.models import Decision, MatchRun, SectorAssignment, Suggestion
from matchmaker.reference.models import HSCode

PAGE_SIZE = 50
Rows = sa.Select[*tuple[Any, ...]]
PACE_DECISIONS = 20
"""Decisions of an officer that the pace is taken from."""

exhibitor = aliased(Participant, name="exhibitor")
exporter = aliased(Company, name="exporter")
visitor = aliased(Participant, name="visitor")
buyer = aliased(Company, name="buyer")


class Sort(StrEnum):
    """What the list is ordered by."""

    SCORE = "score"
    EXPORTER = "exporter"
    BUYER = "buyer"
    FEWEST = "fewest"
    """Exporters with the fewest suggestions first."""


class Flag(StrEnum):
    """What the list can be narrowed to."""

    FIRST_TIME = "first_time"
    WOMEN_LED = "women_led"
    LOW_DATA = "low_data"
    NOT_READY = "not_ready"
    """The market does not let the product in yet, delivered at the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What an officer asked for; it stands in the address."""

    state: SuggestionState | None = SuggestionState.PENDING
    """None: those that a run still makes, whatever was decided."""
    sector: str | None = None
    officer_id: int | None = None
    """Only the sectors assigned to this officer."""
    text: str = ""
    """Part of the name of either company."""
    flags: frozenset[Flag] = frozenset()
    min_score: float | None = None
    sort: Sort = Sort.SCORE
    number: int = 1


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of the list."""

    public_id: str
    version: int
    score: float
    state: SuggestionState
    source: SuggestionSource
    low_data: bool
    since_run: bool
    """Made after the run, when one of the two had saved something."""
    product: str
    product_language: str
    exporter: str
    exporter_language: str
    exporter_latin: str | None
    buyer: str
    buyer_language: str
    buyer_latin: str | None
    first_time: bool | None
    women_led: bool | None
    not_ready: bool
    heading: str | None
    """Code of the product's HS heading."""
    heading_names: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the list."""

    rows: Sequence[QueueRow]
    number: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    def after(self, public_id: str) -> str | None:
        """Return the id that follows, the one before where none does."""
        ids = [row.public_id for row in self.rows]
        if public_id not in ids:
            return ids[0] if ids else None
        place = ids.index(public_id)
        return next(iter([*ids[place + 1 : place + 2], *ids[max(place - 1, 0) : place]]), None)


def event_to_review(public_id: str) -> Event:
    """Return the event whose suggestions are reviewed.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(sa.select(Event).where(Event.public_id == public_id)).one()


def _with_companies(statement: Rows) -> Rows:
    return (
        statement.join(exhibitor, exhibitor.id == Suggestion.exhibitor_id)
        .join(exporter, exporter.id == exhibitor.company_id)
        .join(visitor, visitor.id == Suggestion.buyer_id)
        .join(buyer, buyer.id == visitor.company_id)
        .outerjoin(ExporterProfile, ExporterProfile.company_id == exporter.id)
    )


def _contains(text: str) -> sa.ColumnElement[bool]:
    columns = (exporter.name, exporter.name_latin, buyer.name, buyer.name_latin, buyer.name_kana)
    return sa.or_(*(column.icontains(text, autoescape=True) for column in columns))


def not_ready() -> sa.ColumnElement[bool]:
    """Return the condition under which a suggestion's product is not ready for its event."""
    return (
        sa.select(ProductReadiness.product_id)
        .join(Event, Event.public_id == ProductReadiness.occasion)
        .where(
            Event.id == Suggestion.event_id,
            ProductReadiness.product_id == Suggestion.product_id,
            ProductReadiness.shipment_level.in_([Level.NOT_READY, Level.BLOCKED]),
        )
        .correlate(Suggestion)
        .exists()
    )


FLAGGED: dict[Flag, Any] = {
    Flag.FIRST_TIME: ExporterProfile.first_time,
    Flag.WOMEN_LED: ExporterProfile.women_led,
    Flag.LOW_DATA: Suggestion.low_data,
    Flag.NOT_READY: not_ready(),
}


def _conditions(event_id: int, asked: QueueFilter) -> list[sa.ColumnElement[bool]]:
    found = [Suggestion.event_id == event_id]
    if asked.state is not None:
        found.append(Suggestion.state == asked.state)
    else:
        found.append(Suggestion.state != SuggestionState.SUPERSEDED)
    if asked.sector:
        found.append(Suggestion.sector_code == asked.sector)
    if asked.officer_id is not None:
        mine = sa.select(SectorAssignment.sector_code).where(
            SectorAssignment.event_id == event_id,
            SectorAssignment.officer_id == asked.officer_id,
        )
        found.append(Suggestion.sector_code.in_(mine))
    if asked.min_score is not None:
        found.append(Suggestion.score >= asked.min_score)
    found += [FLAGGED[flag] for flag in sorted(asked.flags)]
    if asked.text:
        found.append(_contains(asked.text))
    return found


def _needs_companies(asked: QueueFilter) -> bool:
    by_name = asked.sort in {Sort.EXPORTER, Sort.BUYER}
    return bool(asked.text or by_name or asked.flags - {Flag.LOW_DATA, Flag.NOT_READY})


def _number_of_suggestions(event_id: int) -> sa.ScalarSelect[int]:
    other = aliased(Suggestion)
    return (
        sa.select(sa.func.count())
        .select_from(other)
        .where(
            other.event_id == event_id,
            other.exhibitor_id == Suggestion.exhibitor_id,
            other.state != SuggestionState.SUPERSEDED,
        )
        .correlate(Suggestion)
        .scalar_subquery()
    )


def _order(event_id: int, sort: Sort) -> list[Any]:
    best_first = [Suggestion.score.desc(), Suggestion.id.desc()]
    if sort is Sort.EXPORTER:
        return [exporter.name, *best_first]
    if sort is Sort.BUYER:
        return [buyer.name, *best_first]
    if sort is Sort.FEWEST:
        return [_number_of_suggestions(event_id), *best_first]
    return best_first


def queue(event_id: int, asked: QueueFilter) -> QueuePage:
    """Return one page of an event's suggestions as filtered and sorted, in one statement.

    The page's rows are found first, by the index, and only they are joined with their names.
    """
    chosen = sa.select(Suggestion.id).where(*_conditions(event_id, asked))
    if _needs_companies(asked):
        chosen = _with_companies(chosen)
    order = _order(event_id, asked.sort)
    number = max(1, asked.number)
    here = (
        chosen.order_by(*order).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE).subquery("here")
    )
    total = sa.select(sa.func.count()).select_from(chosen.subquery("all_of_them"))
    rows = db.session.execute(
        _with_companies(sa.select(*_columns(), total.scalar_subquery()).select_from(Suggestion))
        .join(here, here.c.id == Suggestion.id)
        .join(Product, Product.id == Suggestion.product_id)
        .outerjoin(MatchRun, MatchRun.id == Suggestion.run_id)
        .outerjoin(HSCode, HSCode.code == sa.func.substr(Product.hs_code, 1, 4))
        .order_by(*order)
    ).all()
    if not rows:
        # Nothing fits, or the last row of the last page was decided: look at the first page.
        return queue(event_id, _first_page(asked)) if number > 1 else QueuePage((), 1, 0)
    return QueuePage([QueueRow(*row[:-1]) for row in rows], number, rows[0][-1])


def _first_page(asked: QueueFilter) -> QueueFilter:
    return QueueFilter(
        state=asked.state,
        sector=asked.sector,
        officer_id=asked.officer_id,
        text=asked.text,
        flags=asked.flags,
        min_score=asked.min_score,
        sort=asked.sort,
    )


def _columns() -> tuple[Any, ...]:
    return (
        Suggestion.public_id,
        Suggestion.version,
        Suggestion.score,
        Suggestion.state,
        Suggestion.source,
        Suggestion.low_data,
        sa.func.coalesce(Suggestion.created_at > MatchRun.finished_at, sa.false()),
        Product.name,
        Product.language,
        exporter.name,
        exporter.name_language,
        exporter.name_latin,
        buyer.name,
        buyer.name_language,
        buyer.name_latin,
        ExporterProfile.first_time,
        ExporterProfile.women_led,
        not_ready(),
        HSCode.code,
        HSCode.names,
    )


def counts_by_state(event_id: int) -> dict[SuggestionState, int]:
    """Return how many suggestions of an event stand where."""
    rows = db.session.execute(
        sa.select(Suggestion.state, sa.func.count())
        .where(Suggestion.event_id == event_id)
        .group_by(Suggestion.state)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class OwnDecision:
    """A decision of the officer who asks, for the pace and for undoing it."""

    public_id: str
    at: datetime
    after: SuggestionState
    undoes_id: int | None
    exporter: str
    exporter_language: str
    buyer: str
    buyer_language: str


def own_decisions(event_id: int, officer_id: int) -> Sequence[OwnDecision]:
    """Return an officer's latest decisions at an event, the newest first."""
    rows = db.session.execute(
        _with_companies(
            sa.select(
                Decision.public_id,
                Decision.at,
                Decision.after,
                Decision.undoes_id,
                exporter.name,
                exporter.name_language,
                buyer.name,
                buyer.name_language,
            )
            .select_from(Decision)
            .join(Suggestion, Suggestion.id == Decision.suggestion_id)
        )
        .where(Decision.officer_id == officer_id, Suggestion.event_id == event_id)
        .order_by(Decision.id.desc())
        .limit(PACE_DECISIONS)
    )
    return [OwnDecision(*row) for row in rows.all()]


def number_decided_with(event_id: int, officer_id: int, at: datetime) -> int:
    """Return how many decisions an officer took in one moment at an event."""
    counted = (
        sa.select(sa.func.count())
        .select_from(Decision)
        .join(Suggestion, Suggestion.id == Decision.suggestion_id)
        .where(
            Suggestion.event_id == event_id, Decision.officer_id == officer_id, Decision.at == at
        )
    )
    return db.session.scalars(counted).one()


def suggestions_to_list(event_id: int) -> list[dict[str, Any]]:
    """Return all living suggestions of an event as plain data, the highest score first."""
    rows = db.session.execute(
        _with_companies(
            sa.select(
                Suggestion.public_id,
                Suggestion.score,
                Suggestion.state,
                exporter.name.label("exporter"),
                buyer.name.label("buyer"),
                Product.name.label("product"),
                Suggestion.low_data,
            ).select_from(Suggestion)
        )
        .join(Product, Product.id == Suggestion.product_id)
        .where(Suggestion.event_id == event_id, Suggestion.state != SuggestionState.SUPERSEDED)
        .order_by(Suggestion.score.desc(), Suggestion.id.desc())
    )
    return [
        {**row._mapping, "score": round(row.score, 6), "state": row.state.value} for row in rows
    ]
