"""Pairs of companies that are not to be proposed to each other at any event."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.db.base import Model, random_id
from matchmaker.matches.enums import BlockReason


class BlockedPair(Model):
    """Two companies kept apart until somebody lifts it; rows stay as history."""

    __tablename__ = "blocked_pair"
    __table_args__ = (
        CheckConstraint("exporter_id <> buyer_id", name="two_companies"),
        Index(
            "uq_blocked_pair_standing",
            "exporter_id",
            "buyer_id",
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    exporter_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    exporter: Mapped[Company] = relationship(lazy="raise", foreign_keys=exporter_id)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    buyer: Mapped[Company] = relationship(lazy="raise", foreign_keys=buyer_id)
    reason: Mapped[BlockReason]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    blocked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    blocked_by: Mapped[User] = relationship(lazy="raise", foreign_keys=blocked_by_id)
    blocked_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lifted_at: Mapped[datetime | None]
