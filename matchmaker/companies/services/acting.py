"""Noting that a company was changed, and by whom when it was the trade office."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.companies.permissions import role_in
from matchmaker.db.audit import record
from matchmaker.db.base import db

ACTED_FOR = "company.acted_for"


def note_change(company: Company, what: str, *, actor: User, now: datetime) -> None:
    """Set when the company was last changed, and leave an audit entry when staff did it.

    `what` names the change, as in ``profile.identity`` or ``product.add``; the company's page says
    it in words. The company's version is left alone: whoever edits the profile meanwhile is not
    disturbed by a new product.
    """
    table = Company.__table__
    db.session.flush()
    db.session.execute(
        sa.update(table).where(table.c.id == company.id).values(updated_at=now)  # type: ignore[arg-type]
    )
    db.session.expire(company, ["updated_at"])
    if role_in(actor, company) is None:
        record(
            ACTED_FOR,
            company.public_id,
            actor_id=actor.id,
            now=now,
            after={"what": what},
        )
