"""Who reviews which sector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import MatchmakerError
from matchmaker.events.models import Event
from matchmaker.matches.models import SectorAssignment
from matchmaker.reference.day_queries import office_day


@dataclass(frozen=True, slots=True)
class Share:
    """An officer's share of the review: who, until when."""

    officer_id: int
    due_on: date | None


class DueDayPassedError(MatchmakerError):
    """A review is to be done by a day that has passed; knows the sectors."""

    def __init__(self, sectors: tuple[str, ...]) -> None:
        super().__init__(_l("This day has passed. Choose today or a later day."))
        self.sectors = sectors


def assign_sectors(
    event: Event, shares: Mapping[str, Share | None], *, actor: User, now: datetime
) -> None:
    """Set who reviews each sector named; None takes it from everybody.

    Raises
    ------
    DueDayPassedError
        If a day that was not set before has passed.
    """
    standing = {
        row.sector_code: row
        for row in db.session.scalars(
            sa.select(SectorAssignment)
            .where(SectorAssignment.event_id == event.id)
            .with_for_update()
        )
    }
    before = {code: _said(row) for code, row in standing.items()}
    late = tuple(
        code
        for code, share in shares.items()
        if share is not None
        and share.due_on is not None
        and share.due_on < office_day(now)
        and (code not in standing or standing[code].due_on != share.due_on)
    )
    if late:
        raise DueDayPassedError(late)
    for code, share in shares.items():
        row = standing.get(code)
        if share is None:
            if row is not None:
                db.session.delete(row)
        elif row is None:
            db.session.add(
                SectorAssignment(
                    event_id=event.id,
                    sector_code=code,
                    officer_id=share.officer_id,
                    due_on=share.due_on,
                )
            )
        else:
            row.officer_id, row.due_on = share.officer_id, share.due_on
    db.session.flush()
    after = {code: _said(share) for code, share in shares.items() if share is not None}
    if after != before:
        record(
            "event.assign_sectors",
            event.public_id,
            actor_id=actor.id,
            now=now,
            before=before,
            after=after,
        )


def _said(share: Share | SectorAssignment) -> list[object]:
    return [share.officer_id, share.due_on.isoformat() if share.due_on else None]
