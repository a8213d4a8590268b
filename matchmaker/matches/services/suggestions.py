"""Writing a run's suggestions: new ones in, pending ones renewed, decided ones left alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from matchmaker.db.base import db, random_id
from matchmaker.engines.matching.run import MatchResult
from matchmaker.engines.matching.run import Suggestion as Found
from matchmaker.events.enums import BUYER_ROLES, ParticipantRole
from matchmaker.events.models import Event
from matchmaker.matches.enums import SuggestionSource, SuggestionState
from matchmaker.matches.fair import EventFair, taking_part
from matchmaker.matches.models import MatchRun, Suggestion
from matchmaker.matches.queries.blocked import standing_pairs

OPEN = (SuggestionState.PENDING, SuggestionState.SUPERSEDED)
"""States that a run may change: nobody has decided."""
LEAST_CONFIDENCE = 0.5
"""Where less than half of what counts is known of a pair, its score is marked as little data."""
_table = cast("sa.Table", Suggestion.__table__)


def hold_event(event_id: int) -> None:
    """Keep others from writing suggestions of the event until the transaction ends."""
    db.session.execute(
        sa.select(Event.id).where(Event.id == event_id).with_for_update(key_share=True)
    )


def still_there(event_id: int) -> tuple[set[int], set[int]]:
    """Return the participants that may be matched now: somebody may have left meanwhile."""
    sides = ({ParticipantRole.EXHIBITOR}, BUYER_ROLES)
    exhibitors, buyers = (
        {row.participant_id for row in db.session.execute(taking_part(event_id, roles))}
        for roles in sides
    )
    return exhibitors, buyers


def reasons_of(found: Found) -> dict[str, Any]:
    """Return what is kept of a suggestion beside its score."""
    return {
        "why": found.reasons.to_json(),
        "supply": found.supply,
        "demand": found.demand,
        "confidence": found.confidence,
        "labels": list(found.labels),
        "also": [
            {"product": one.product, "need": one.need, "score": one.score} for one in found.also
        ],
    }


def row_of(found: Found, event_fair: EventFair) -> dict[str, Any]:
    """Return the columns of a suggestion that come from the engine."""
    sectors = event_fair.sectors
    return {
        "exhibitor_id": event_fair.exhibitors[found.exporter],
        "buyer_id": event_fair.buyers[found.buyer],
        "product_id": event_fair.products[found.product],
        "need_id": event_fair.needs[found.need],
        "sector_code": sectors[found.product] or sectors[found.need],
        "score": min(max(found.score, 0.0), 1.0),
        "low_data": bool(found.labels) or found.confidence < LEAST_CONFIDENCE,
        "reasons": reasons_of(found),
    }


def put_suggestions(
    run: MatchRun, result: MatchResult, event_fair: EventFair, *, now: datetime
) -> dict[str, int]:
    """Write the suggestions of a run; return how many came, were renewed, kept and went."""
    hold_event(run.event_id)
    exhibitors, buyers = still_there(run.event_id)
    # Kept apart while the run was under way: it did not know.
    apart = standing_pairs()
    open_ones = [one for one in result.suggestions if (one.exporter, one.buyer) not in apart]
    rows = [
        row
        for row in (row_of(found, event_fair) for found in open_ones)
        if row["exhibitor_id"] in exhibitors and row["buyer_id"] in buyers
    ]
    known = _known(run.event_id)
    fresh = [row for row in rows if (row["exhibitor_id"], row["buyer_id"]) not in known]
    again = [row for row in rows if (row["exhibitor_id"], row["buyer_id"]) in known]
    renewed = renew_rows(again, known, run_id=run.id, now=now)
    insert_rows(fresh, event_id=run.event_id, run_id=run.id, now=now)
    gone = _supersede(run, now)
    return {
        "made": len(fresh),
        "renewed": renewed,
        "decided_before": len(again) - renewed,
        "superseded": gone,
    }


def _known(event_id: int) -> dict[tuple[int, int], tuple[int, SuggestionState]]:
    rows = db.session.execute(
        sa.select(
            Suggestion.exhibitor_id, Suggestion.buyer_id, Suggestion.id, Suggestion.state
        ).where(Suggestion.event_id == event_id)
    )
    return {(row.exhibitor_id, row.buyer_id): (row.id, row.state) for row in rows}


def insert_rows(
    rows: Iterable[dict[str, Any]], *, event_id: int, run_id: int, now: datetime
) -> None:
    """Write suggestions that were never made before."""
    values = [
        {
            **row,
            "public_id": random_id(),
            "event_id": event_id,
            "run_id": run_id,
            "source": SuggestionSource.MODEL,
            "state": SuggestionState.PENDING,
            "created_at": now,
            "changed_at": now,
            "version": 1,
        }
        for row in rows
    ]
    if values:
        db.session.execute(sa.insert(_table), values)


def renew_rows(
    rows: Iterable[dict[str, Any]],
    known: Mapping[tuple[int, int], tuple[int, SuggestionState]],
    *,
    run_id: int,
    now: datetime,
) -> int:
    """Renew those nobody has decided on; the version tells officers who look at the old one."""
    values = []
    for row in rows:
        number, state = known[(row["exhibitor_id"], row["buyer_id"])]
        if state in OPEN:
            values.append(
                {f"new_{name}": value for name, value in row.items()} | {"number": number}
            )
    if not values:
        return 0
    names = ("product_id", "need_id", "sector_code", "score", "low_data", "reasons")
    # Decided meanwhile, a row does not match any more and stays as it is.
    statement = (
        sa.update(_table)
        .where(
            _table.c.id == sa.bindparam("number"),
            sa.or_(*(_table.c.state == state for state in OPEN)),
        )
        .values(
            {name: sa.bindparam(f"new_{name}", type_=_table.c[name].type) for name in names}
            | {
                "run_id": run_id,
                "state": SuggestionState.PENDING,
                "changed_at": now,
                "version": _table.c.version + 1,
            }
        )
    )
    db.session.connection().execute(statement, values)
    return len(values)


def _supersede(run: MatchRun, now: datetime) -> int:
    """Put aside what an earlier run made and this one does not; pairs of officers stay."""
    gone = db.session.execute(
        sa.update(_table)
        .where(
            _table.c.event_id == run.event_id,
            _table.c.state == SuggestionState.PENDING,
            _table.c.source == SuggestionSource.MODEL,
            sa.or_(_table.c.run_id.is_(None), _table.c.run_id != run.id),
        )
        .values(state=SuggestionState.SUPERSEDED, changed_at=now, version=_table.c.version + 1)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def put_aside(numbers: Collection[int], *, now: datetime) -> int:
    """Put single suggestions aside, as far as nobody has decided; return how many."""
    gone = db.session.execute(
        sa.update(_table)
        .where(_table.c.id.in_(numbers), _table.c.state == SuggestionState.PENDING)
        .values(state=SuggestionState.SUPERSEDED, changed_at=now, version=_table.c.version + 1)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
