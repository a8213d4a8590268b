"""Applications and their steps."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.db.base import Model, random_id
from matchmaker.events.models import Event
from matchmaker.participation.enums import COMPANY_STEPS, ApplicationKind, ApplicationState


class Application(Model):
    """A company's request to take part in one event; one a kind.

    The steps are rows of their own, only ever added; `state` is the last one's and `version`
    counts them.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("event_id", "company_id", "kind"),
        Index(None, "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    event: Mapped[Event] = relationship(lazy="raise")
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company] = relationship(lazy="raise")
    kind: Mapped[ApplicationKind]
    message: Mapped[str] = mapped_column(sa.Text, default="")
    """What the company wants the officer to know."""
    message_language: Mapped[str] = mapped_column(sa.String(2), default="en")
    state: Mapped[ApplicationState]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def can_be_sent(self) -> bool:
        """Whether the company may send it: a draft, or one that it took back."""
        return ApplicationState.SUBMITTED in COMPANY_STEPS[self.state]


class ApplicationStep(Model):
    """One change of an application: who, when, from what to what, why."""

    __tablename__ = "application_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    application: Mapped[Application] = relationship(lazy="raise")
    before: Mapped[ApplicationState | None]
    """Empty for the first step."""
    after: Mapped[ApplicationState]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor: Mapped[User | None] = relationship(lazy="raise")
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
