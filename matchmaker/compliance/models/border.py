"""The border log: consignments that were stopped, why, and what was done about it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.companies.enums import Unit
from matchmaker.companies.models import Company, Product
from matchmaker.compliance.enums import BorderAct, CorrectiveState
from matchmaker.db.base import Model, random_id


class BorderCase(Model):
    """One rejection or interception."""

    __tablename__ = "border_case"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("happened_on <= corrected_on", name="mended_after_it_happened"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    happened_on: Mapped[date] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(sa.String(120))
    """Port or airport."""
    authority: Mapped[str] = mapped_column(sa.String(200), default="")
    act: Mapped[BorderAct]
    goods: Mapped[str] = mapped_column(sa.String(200))
    hs_code: Mapped[str | None] = mapped_column(ForeignKey("hs_code.code"), index=True)
    sector_code: Mapped[str | None] = mapped_column(ForeignKey("sector.code"), index=True)
    quantity: Mapped[Decimal | None]
    unit: Mapped[Unit | None]
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company | None] = relationship(lazy="raise")
    """Empty where the notice names nobody."""
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    product: Mapped[Product | None] = relationship(lazy="raise")
    requirement_code: Mapped[str | None] = mapped_column(
        ForeignKey("requirement.code"), index=True
    )
    """The requirement it failed."""
    cause: Mapped[str] = mapped_column(sa.Text)
    corrective: Mapped[str] = mapped_column(sa.Text, default="")
    """What was done, or is to be done."""
    corrective_state: Mapped[CorrectiveState] = mapped_column(default=CorrectiveState.OPEN)
    corrective_due: Mapped[date | None]
    corrected_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    language: Mapped[str] = mapped_column(sa.String(2))
    """Of goods, cause and corrective action."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
