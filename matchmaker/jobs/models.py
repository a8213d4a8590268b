"""Jobs and outgoing messages, written in the transaction of what they belong to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db.base import Model, random_id
from matchmaker.jobs.enums import JobState, OutboxState


class Job(Model):
    """A piece of long work. The queue only carries its id; this row is the truth."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("done >= 0 AND done <= total", name="progress"),
        Index(None, "state", "lease_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    """Name under which the work is registered, as in ``match_run``."""
    arguments: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """Steps; 0 while not known."""
    stage: Mapped[str] = mapped_column(sa.String(40), default="")
    """Key of what is being done now; the page says it in words."""
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str] = mapped_column(sa.String(200), default="")
    """Class of the error; details are in the log."""
    attempts: Mapped[int] = mapped_column(default=0)
    cancel_requested_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    """While the worker lives it renews this; past it, the sweeper queues the job again."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class OutboxMessage(Model):
    """One e-mail, rendered in the recipient's language, to be sent after the commit."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index(None, "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    message_id: Mapped[str] = mapped_column(sa.String(120), unique=True)
    """Of the mail itself; the same at every attempt, so that twice is seen as once."""
    recipient: Mapped[str] = mapped_column(sa.String(254), index=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    kind: Mapped[str] = mapped_column(sa.String(40))
    """Which mail, as in ``confirm_address``."""
    subject: Mapped[str] = mapped_column(sa.String(300))
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(sa.String(200), default="")
