"""The audit log: who did what to which object, when, before and after; only ever added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db.base import Model, db


class AuditEntry(Model):
    """One act. Triggers of the database refuse changing or deleting a row."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "object_kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """Empty for the service itself."""
    action: Mapped[str] = mapped_column(sa.String(64))
    """A verb and its object, as in ``application.accept``."""
    object_kind: Mapped[str] = mapped_column(sa.String(32))
    object_id: Mapped[str] = mapped_column(sa.String(64))
    """Public id of the object."""
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


def record(
    action: str,
    object_id: str,
    *,
    actor_id: int | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add one act to the audit log, in the running transaction."""
    entry = AuditEntry(
        at=now,
        actor_id=actor_id,
        action=action,
        object_kind=action.split(".", 1)[0],
        object_id=object_id,
        before=before,
        after=after,
    )
    db.session.add(entry)
    return entry
