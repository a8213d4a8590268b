"""Weights learnt from decisions, and evaluations of an event's suggestions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db.base import Model, random_id


class LearnedModel(Model):
    """Weights learnt from officers' decisions and tried on later ones; at most one is in use."""

    __tablename__ = "learned_model"
    __table_args__ = (
        CheckConstraint("in_use_since IS NULL OR better", name="only_better_ones_in_use"),
        Index(
            "uq_learned_model_in_use",
            "better",  # the same in all rows of the index: there is one at most
            unique=True,
            sqlite_where=sa.text("in_use_since IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("in_use_since IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), unique=True)
    weights: Mapped[dict[str, Any]]
    calibration: Mapped[dict[str, Any]]
    """How often pairs of a score were approved."""
    trained: Mapped[int]
    """Decisions learnt from."""
    tested: Mapped[int]
    """Later decisions it was tried on."""
    trained_until: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
    """Of the officer's weights and the learnt ones on the later decisions."""
    better: Mapped[bool]
    in_use_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Evaluation(Model):
    """Figures of an event's suggestions against the decisions about them."""

    __tablename__ = "evaluation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    figures: Mapped[dict[str, Any] | None]
    finished_at: Mapped[datetime | None]
