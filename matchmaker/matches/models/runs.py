"""Runs, suggestions and decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import User
from matchmaker.companies.models import Need, Product
from matchmaker.db.base import Model, random_id
from matchmaker.events.models import Event, Participant
from matchmaker.jobs.models import Job
from matchmaker.matches.enums import RejectionReason, SuggestionSource, SuggestionState


class RunSnapshot(Model):
    """The inputs of a run, compressed, under the hash of their content."""

    __tablename__ = "run_snapshot"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """SHA-256 of the canonical JSON."""
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class MatchRun(Model):
    """One run of the model over one event; repeated from its snapshot it gives the same result."""

    __tablename__ = "match_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    event: Mapped[Event] = relationship(lazy="raise")
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), unique=True)
    job: Mapped[Job | None] = relationship(lazy="raise")
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Empty when started by command."""
    created_at: Mapped[datetime]
    learned: Mapped[str | None] = mapped_column(sa.String(16))
    """Public id of the learnt model whose weights these are, if they were learnt."""
    weights: Mapped[dict[str, Any]]
    limits: Mapped[dict[str, Any]]
    """Most suggestions to an exporter and to a buyer."""
    seed: Mapped[int]
    model_version: Mapped[str | None] = mapped_column(sa.String(64))
    text_version: Mapped[str | None] = mapped_column(sa.String(64))
    data_at: Mapped[datetime | None]
    """Moment the inputs were read."""
    snapshot_digest: Mapped[str | None] = mapped_column(ForeignKey("run_snapshot.digest"))
    result_digest: Mapped[str | None] = mapped_column(sa.String(64))
    """SHA-256 over the pairs and their scores rounded to six decimals."""
    summary: Mapped[dict[str, Any] | None]
    """Counts, the companies without a suggestion and why, what was left out."""
    finished_at: Mapped[datetime | None]


class Suggestion(Model):
    """One exhibitor proposed to one buyer of the same event.

    The decisions about it are rows of their own, only ever added; `state` is the last one's and
    `version` counts them, so that two officers cannot overwrite each other. A later run renews a
    pending suggestion in place and leaves a decided one alone.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        UniqueConstraint("event_id", "exhibitor_id", "buyer_id"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score_in_unit_interval"),
        Index(None, "event_id", "state", "score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    event: Mapped[Event] = relationship(lazy="raise")
    run_id: Mapped[int | None] = mapped_column(ForeignKey("match_run.id"), index=True)
    """The last run that made it; empty for a pair only an officer named."""
    run: Mapped[MatchRun | None] = relationship(lazy="raise")
    exhibitor_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    exhibitor: Mapped[Participant] = relationship(lazy="raise", foreign_keys=exhibitor_id)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("participant.id"), index=True)
    buyer: Mapped[Participant] = relationship(lazy="raise", foreign_keys=buyer_id)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    product: Mapped[Product] = relationship(lazy="raise")
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"))
    need: Mapped[Need] = relationship(lazy="raise")
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sector.code"), index=True)
    """Top-level sector of the product (else of the need): which officer reviews it."""
    score: Mapped[float]
    """Harmonic mean of the two directed scores, 0 to 1; comparable within one run only."""
    low_data: Mapped[bool] = mapped_column(default=False)
    """Too little is known of a side to trust the score."""
    reasons: Mapped[dict[str, Any]]
    """As the engine gave them; said in a language by the page."""
    source: Mapped[SuggestionSource] = mapped_column(default=SuggestionSource.MODEL)
    state: Mapped[SuggestionState] = mapped_column(default=SuggestionState.PENDING)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Decision(Model):
    """One decision of an officer about one suggestion; kept for good, undo adds another."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("after <> 'rejected' OR reason IS NOT NULL", name="rejection_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id"), index=True)
    suggestion: Mapped[Suggestion] = relationship(lazy="raise")
    before: Mapped[SuggestionState]
    after: Mapped[SuggestionState]
    officer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    officer: Mapped[User] = relationship(lazy="raise")
    at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[RejectionReason | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    """The decision that this one takes back."""


class SectorAssignment(Model):
    """An officer who reviews the suggestions of one sector of one event."""

    __tablename__ = "sector_assignment"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    sector_code: Mapped[str] = mapped_column(ForeignKey("sector.code"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    officer: Mapped[User] = relationship(lazy="raise")
    due_on: Mapped[date | None]
    """When the review is to be done."""
