"""What an agreement would change for the goods shown at an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from matchmaker.compliance.catalogue_queries import ground
from matchmaker.compliance.models import Agreement
from matchmaker.compliance.readiness_queries import case_of, holdings_of
from matchmaker.engines.readiness import data as engine
from matchmaker.engines.readiness.score import Level
from matchmaker.engines.readiness.what_if import what_if
from matchmaker.events.models import Event
from matchmaker.participation.readiness_queries import ShownGoods, occasion_of


@dataclass(frozen=True, slots=True)
class Touched:
    """Goods that an agreement would touch, delivered on the last day of the event."""

    goods: ShownGoods
    before: Level
    after: Level
    requirements: tuple[str, ...]
    """Those that would be eased."""


def touched_by(
    agreement: Agreement,
    first_day: date,
    event: Event,
    goods: Sequence[ShownGoods],
    *,
    today: date,
) -> list[Touched]:
    """Return the goods that an agreement would touch if it entered into force on a day.

    The agreement comes with what it accepts. Those whose level rises come first.

    Raises
    ------
    NoPackError
        If no requirements are loaded.
    """
    standing = ground()
    pairs = frozenset((row.requirement_code, row.certificate_code) for row in agreement.accepts)
    ends = agreement.ends_on
    # The last day that was planned says nothing of an agreement that begins after it.
    supposed = engine.Agreement(first_day, ends if ends and ends >= first_day else None, pairs)
    if agreement.starts_on is not None:
        # As it binds now it is left out of what stands.
        own = engine.Agreement(agreement.starts_on, ends, pairs)
        others = list(standing.agreements)
        if own in others:
            others.remove(own)
        standing = replace(standing, agreements=tuple(others))
    held = holdings_of({one.company.id for one in goods})
    found = []
    for one in goods:
        holdings = held.of(one.company.id, one.product.id)
        case = case_of(one.product, holdings, standing, as_of=today, occasion=occasion_of(event))
        told = what_if(standing.catalogue, case, (supposed,))
        before, after = told.before.shipment, told.after.shipment
        eased = tuple(
            change.after.requirement.code
            for change in told.changes
            if change.stage is engine.Stage.SHIPMENT
        )
        if before is not None and after is not None and eased:
            found.append(Touched(one, before.level, after.level, eased))
    return sorted(found, key=lambda row: row.before is row.after)
