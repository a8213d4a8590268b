"""Mutual recognition agreements."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.compliance.enums import AgreementStage
from matchmaker.db.base import Model, random_id


class Agreement(Model):
    """What two countries recognise of each other, from a day on."""

    __tablename__ = "agreement"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    names: Mapped[dict[str, str]]
    """By language: en, ja, ur; at least one."""
    parties: Mapped[str] = mapped_column(sa.String(200))
    scope: Mapped[str] = mapped_column(sa.Text, default="")
    authorities: Mapped[str] = mapped_column(sa.String(500), default="")
    """The competent authorities of both sides."""
    stage: Mapped[AgreementStage]
    starts_on: Mapped[date | None]
    """Empty while nobody knows it."""
    ends_on: Mapped[date | None]
    """Last day; empty: open."""
    source: Mapped[str] = mapped_column(sa.Text, default="")
    accepts: Mapped[list[AgreementAcceptance]] = relationship(
        lazy="raise",
        order_by="AgreementAcceptance.requirement_code, AgreementAcceptance.certificate_code",
        cascade="all, delete-orphan",
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class AgreementAcceptance(Model):
    """A certificate of one side that stands for a requirement of the other."""

    __tablename__ = "agreement_acceptance"

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    requirement_code: Mapped[str] = mapped_column(ForeignKey("requirement.code"), primary_key=True)
    certificate_code: Mapped[str] = mapped_column(
        ForeignKey("certificate_scheme.code"), primary_key=True
    )
