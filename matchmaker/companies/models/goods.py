"""What is offered, and what is looked for."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.companies.enums import Currency, Incoterm, Period, SupplierKind, Unit
from matchmaker.companies.models.company import Company
from matchmaker.db.base import Model, random_id


class Product(Model):
    """One thing an exporter offers. Withdrawn, it is kept for the history."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("min_order > 0", name="min_order_positive"),
        CheckConstraint("price_min >= 0 AND price_min <= price_max", name="price_band"),
        CheckConstraint("lead_time_days > 0", name="lead_time_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company] = relationship(lazy="raise")
    name: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(2))
    """Of name and description: en, ja or ur."""
    hs_code: Mapped[str | None] = mapped_column(ForeignKey("hs_code.code"), index=True)
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sector.code"), index=True)
    unit: Mapped[Unit | None]
    """Of capacity, minimum order and price."""
    capacity: Mapped[Decimal | None]
    """Units a `period`."""
    period: Mapped[Period | None]
    min_order: Mapped[Decimal | None]
    price_min: Mapped[Decimal | None]
    """A unit; hidden from the other side until both accept."""
    price_max: Mapped[Decimal | None]
    currency: Mapped[Currency | None]
    incoterm: Mapped[Incoterm | None]
    lead_time_days: Mapped[int | None]
    certificates: Mapped[list[str]] = mapped_column(default=list)
    """Codes of certificate schemes the exporter says it holds."""
    attributes: Mapped[list[str]] = mapped_column(default=list)
    """What decides whether a requirement applies, as in ``retail_packed``."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class Need(Model):
    """One thing a buyer looks for. Withdrawn, it is kept for the history."""

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("volume > 0", name="volume_positive"),
        CheckConstraint("price_min >= 0 AND price_min <= price_max", name="price_band"),
        CheckConstraint("lead_time_days > 0", name="lead_time_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company] = relationship(lazy="raise")
    title: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.String(2))
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sector.code"), index=True)
    hs_codes: Mapped[list[NeedHSCode]] = relationship(
        lazy="raise", order_by="NeedHSCode.hs_code", cascade="all, delete-orphan"
    )
    unit: Mapped[Unit | None]
    volume: Mapped[Decimal | None]
    """Units a `period`."""
    period: Mapped[Period | None]
    price_min: Mapped[Decimal | None]
    """A unit; hidden from the other side until both accept."""
    price_max: Mapped[Decimal | None]
    currency: Mapped[Currency | None]
    lead_time_days: Mapped[int | None]
    """Longest that is acceptable."""
    needed_by: Mapped[date | None]
    """The buyer's deadline."""
    certificates: Mapped[list[str]] = mapped_column(default=list)
    """Codes of certificate schemes asked for."""
    supplier_kind: Mapped[SupplierKind | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class NeedHSCode(Model):
    """One HS code a need names."""

    __tablename__ = "need_hs_code"

    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), primary_key=True)
    hs_code: Mapped[str] = mapped_column(ForeignKey("hs_code.code"), primary_key=True)
