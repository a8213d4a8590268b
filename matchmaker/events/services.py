"""Creating, changing and publishing events."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from matchmaker.accounts.models import User
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError
from matchmaker.events.enums import EventKind
from matchmaker.events.models import Event
from matchmaker.events.queries import code_is_taken
from matchmaker.reference.models import Sector

log = logging.getLogger(__name__)


class CodeTakenError(MatchmakerError):
    """Another event has the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDetails:
    """All that an officer says of an event."""

    kind: EventKind
    code: str
    title: dict[str, str]
    summary: dict[str, str]
    venue: str
    city: str
    country: str
    time_zone: str
    starts_on: date
    ends_on: date
    opens_at: time
    closes_at: time
    applications_open_at: datetime
    applications_close_at: datetime
    sector_codes: tuple[str, ...]


def _refuse_taken_code(code: str, event: Event | None = None) -> None:
    if code_is_taken(code, but_for=event):
        raise CodeTakenError(
            lazy_gettext("Another event has this short name. Add the year or the city to it.")
        )


def _refuse_stale(event: Event, seen_version: int) -> None:
    db.session.refresh(event, ["version"], with_for_update=True)
    if event.version != seen_version:
        raise ChangedMeanwhileError(
            lazy_gettext("Somebody has changed this event meanwhile. Nothing was overwritten.")
        )


def _write(event: Event, details: EventDetails, *, now: datetime) -> None:
    # Asked before anything changes: a query flushes, and two flushes count as two versions.
    sectors = db.session.scalars(sa.select(Sector).where(Sector.code.in_(details.sector_codes)))
    event.sectors = list(sectors)
    for name, value in asdict(details).items():
        if name != "sector_codes":
            setattr(event, name, value)
    event.updated_at = now


def _facts(event: Event) -> dict[str, Any]:
    """Return what the audit log keeps of an event, as JSON takes it."""
    plain = ("kind", "code", "title", "summary", "venue", "city", "country", "time_zone")
    times = ("starts_on", "ends_on", "opens_at", "closes_at")
    window = ("applications_open_at", "applications_close_at")
    return {
        **{name: getattr(event, name) for name in plain},
        **{name: getattr(event, name).isoformat() for name in times + window},
        "sectors": sorted(sector.code for sector in event.sectors),
    }


def create_event(details: EventDetails, *, actor: User, now: datetime) -> Event:
    """Add an event that only staff see until it is published.

    Raises
    ------
    CodeTakenError
        If another event has the code.
    """
    _refuse_taken_code(details.code)
    event = Event(created_at=now)
    _write(event, details, now=now)
    db.session.add(event)
    db.session.flush()
    record("event.create", event.public_id, actor_id=actor.id, now=now, after=_facts(event))
    log.info("event created", extra={"event": event.public_id})
    return event


def change_event(
    event: Event, details: EventDetails, *, seen_version: int, actor: User, now: datetime
) -> Event:
    """Change an event (loaded with its sectors).

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the officer's page was drawn (409).
    CodeTakenError
        If another event has the code.
    """
    _refuse_stale(event, seen_version)
    _refuse_taken_code(details.code, event)
    before = _facts(event)
    _write(event, details, now=now)
    db.session.flush()
    after = _facts(event)
    changed = [name for name in after if after[name] != before[name]]
    record(
        "event.change",
        event.public_id,
        actor_id=actor.id,
        now=now,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return event


def publish_event(event: Event, *, seen_version: int, actor: User, now: datetime) -> None:
    """Show an event to everybody.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the officer's page was drawn (409).
    """
    _refuse_stale(event, seen_version)
    if event.published_at is None:
        event.published_at = event.updated_at = now
        record("event.publish", event.public_id, actor_id=actor.id, now=now)
    db.session.flush()


def unpublish_event(event: Event, *, seen_version: int, actor: User, now: datetime) -> None:
    """Hide an event from everybody but staff; its applications stay.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the officer's page was drawn (409).
    """
    _refuse_stale(event, seen_version)
    if event.published_at is not None:
        event.published_at, event.updated_at = None, now
        record("event.unpublish", event.public_id, actor_id=actor.id, now=now)
    db.session.flush()
