"""Whether the market lets goods in, as the matching engine takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from matchmaker.compliance.catalogue_queries import (
    Ground,
    NoPackError,
    ground,
    requirements_by_code,
)
from matchmaker.compliance.models import ProductReadiness, Requirement
from matchmaker.compliance.readiness_queries import case_of, holdings_of, stored_statuses
from matchmaker.db.base import db
from matchmaker.engines.readiness.assess import StageReadiness, assess
from matchmaker.engines.readiness.data import Case, Stage
from matchmaker.engines.readiness.score import Level
from matchmaker.engines.readiness.status import Status
from matchmaker.events.models import Event
from matchmaker.participation.readiness_queries import occasion_of

ONE_DAY = timedelta(days=1)
KEPT_OUT = frozenset({Level.NOT_READY, Level.BLOCKED})
OUTRIGHT = frozenset({Status.MISSING, Status.EXPIRED, Status.BLOCKED})
"""What keeps goods out; other gaps only ask for something more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """How the market receives one product."""

    readiness: float | None
    """Share of the requirements met on the last day of the event; None: nothing is asked."""
    barred: bool
    shut: tuple[tuple[str, str], ...]
    """Spans of days on which it may not be delivered, as the engine writes them."""


OPEN = Entry(None, barred=False, shut=())


def entries(event_id: int, products: Sequence[Any], *, today: date) -> dict[int, Entry]:
    """Return how the market receives rows of products, by number; from what is true now.

    Where no requirements are loaded, nothing is known and nothing kept out.
    """
    try:
        standing = ground()
    except NoPackError:
        return {row.id: OPEN for row in products}
    occasion = occasion_of(db.session.get_one(Event, event_id))
    held = holdings_of({row.company_id for row in products})
    return {
        row.id: _entry(
            case_of(
                row, held.of(row.company_id, row.id), standing, as_of=today, occasion=occasion
            ),
            standing,
        )
        for row in products
    }


def missing(answer: ProductReadiness | None) -> list[Requirement]:
    """Return what keeps a product from being delivered at its event, by code; one statement.

    Empty, without a statement, where papers would not have to be obtained first.
    """
    if answer is None or answer.shipment_level not in KEPT_OUT:
        return []
    codes = {
        row.requirement
        for row in stored_statuses(answer, Stage.SHIPMENT)
        if row.kind == "M" and Status(row.status) in OUTRIGHT
    }
    return list(requirements_by_code(codes).values())


def _entry(case: Case, standing: Ground) -> Entry:
    stage = assess(standing.catalogue, case).shipment
    if stage is None:
        return OPEN
    barred = stage.level is Level.BLOCKED
    return Entry(stage.overall, barred, () if barred else _shut(case, standing, stage))


def _shut(case: Case, standing: Ground, stage: StageReadiness) -> tuple[tuple[str, str], ...]:
    """Return the spans of days on which the product may not be delivered.

    Of the days on which something changes each begins a span; they are few, mostly none.
    """
    days = sorted(_changes(case, stage))
    if not days:
        return (("", ""),) if stage.level in KEPT_OUT else ()
    spans: list[tuple[str, str]] = []
    for first, after in zip([None, *days], [*days, None], strict=True):
        day = first or days[0] - ONE_DAY
        answer = assess(standing.catalogue, replace(case, shipment=day)).shipment
        if answer is None or answer.level not in KEPT_OUT:
            continue
        last = (after - ONE_DAY).isoformat() if after else ""
        begins = first.isoformat() if first else ""
        if first and spans and spans[-1][1] == (first - ONE_DAY).isoformat():
            begins = spans.pop()[0]
        spans.append((begins, last))
    return tuple(spans)


def _changes(case: Case, stage: StageReadiness) -> set[date]:
    """Return the days from which another level may hold.

    A paper that ends makes a product ready only after …; it shuts the market only where it alone
    lifts a ban. An agreement changes more, at both its ends.
    """
    found = {agreement.starts for agreement in case.agreements}
    ends = {agreement.ends for agreement in case.agreements}
    if any(row.requirement.prohibition for row in stage.requirements):
        ends |= {paper.valid_to for paper in case.holdings}
    return found | {end + ONE_DAY for end in ends if end is not None}
