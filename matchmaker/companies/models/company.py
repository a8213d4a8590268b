"""A company and what it is as exporter and as buyer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.companies.enums import BusinessType, SupplierKind
from matchmaker.db.base import Model, random_id

if TYPE_CHECKING:
    from matchmaker.companies.models.members import Member

SME_MAX_TURNOVER_PKR = 800_000_000
"""National SME Policy 2021 of Pakistan (SMEDA): medium up to PKR 800 million a year."""


class Company(Model):
    """An exporter, a buyer, a sourcing office, or several of these.

    Never deleted: merging sets `merged_into_id`, erasure `erased_at` and empties the texts, and
    products, needs, applications and decisions keep pointing here.
    """

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("is_exporter OR is_buyer OR is_sourcing_office", name="is_something"),
        CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id", name="not_merged_into_itself"
        ),
        # One living company to a register number; merged and erased rows keep theirs.
        Index(
            "uq_company_country_register_number",
            "country",
            "register_number",
            unique=True,
            sqlite_where=sa.text("merged_into_id IS NULL AND erased_at IS NULL"),
            postgresql_where=sa.text("merged_into_id IS NULL AND erased_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    is_exporter: Mapped[bool] = mapped_column(default=False)
    is_buyer: Mapped[bool] = mapped_column(default=False)
    is_sourcing_office: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(sa.String(200), index=True)
    """As the company writes it; for a Japanese one in kanji."""
    name_language: Mapped[str] = mapped_column(sa.String(2))
    name_kana: Mapped[str | None] = mapped_column(sa.String(200))
    """Full-width katakana."""
    name_latin: Mapped[str | None] = mapped_column(sa.String(200))
    """In Latin letters, for those who read no Japanese or Urdu."""
    country: Mapped[str] = mapped_column(sa.String(2), index=True)
    """ISO 3166-1 alpha-2."""
    region: Mapped[str | None] = mapped_column(sa.String(80))
    city: Mapped[str | None] = mapped_column(sa.String(80))
    address: Mapped[str | None] = mapped_column(sa.String(300))
    """Hidden from the other side until both accept."""
    website: Mapped[str | None] = mapped_column(sa.String(200))
    """Hidden likewise: it leads to the contacts."""
    register_number: Mapped[str | None] = mapped_column(sa.String(32))
    """Pakistan: NTN as ``1234567-8``; Japan: the 13 digits of the 法人番号."""
    founded_year: Mapped[int | None]
    languages: Mapped[list[str]] = mapped_column(default=list)
    """ISO 639-1 codes of the languages business can be done in."""
    description: Mapped[str] = mapped_column(sa.Text, default="")
    description_language: Mapped[str] = mapped_column(sa.String(2), default="en")
    is_example: Mapped[bool] = mapped_column(default=False)
    """Made up, shown as such."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), index=True)
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    exporter_profile: Mapped[ExporterProfile | None] = relationship(
        lazy="raise", back_populates="company", cascade="all, delete-orphan"
    )
    buyer_profile: Mapped[BuyerProfile | None] = relationship(
        lazy="raise", back_populates="company", cascade="all, delete-orphan"
    )
    members: Mapped[list[Member]] = relationship(
        lazy="raise", back_populates="company", order_by="Member.id"
    )
    contacts: Mapped[list[Contact]] = relationship(
        lazy="raise", order_by="Contact.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}


class ExporterProfile(Model):
    """What is known of a company as an exporter."""

    __tablename__ = "exporter_profile"
    __table_args__ = (
        CheckConstraint("staff_count >= 0", name="staff_count_not_negative"),
        CheckConstraint("turnover_pkr >= 0", name="turnover_not_negative"),
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), primary_key=True)
    company: Mapped[Company] = relationship(lazy="raise", back_populates="exporter_profile")
    association: Mapped[str | None] = mapped_column(sa.String(200))
    """Chamber or trade association."""
    membership_number: Mapped[str | None] = mapped_column(sa.String(60))
    supplier_kind: Mapped[SupplierKind | None]
    staff_count: Mapped[int | None]
    turnover_pkr: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Of the last financial year, Pakistani rupees."""
    women_led: Mapped[bool | None]
    first_time: Mapped[bool | None]
    """Has not exported before."""
    history: Mapped[list[ExportRecord]] = relationship(
        lazy="raise",
        order_by="ExportRecord.year.desc(), ExportRecord.market",
        cascade="all, delete-orphan",
    )

    @property
    def is_sme(self) -> bool | None:
        """Whether the turnover is that of an SME; None while it is not known."""
        if self.turnover_pkr is None:
            return None
        return self.turnover_pkr <= SME_MAX_TURNOVER_PKR


class ExportRecord(Model):
    """What a company exported to one market in one year."""

    __tablename__ = "export_record"
    __table_args__ = (
        UniqueConstraint("company_id", "year", "market"),
        CheckConstraint("value_usd >= 0", name="value_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("exporter_profile.company_id"), index=True)
    year: Mapped[int]
    market: Mapped[str] = mapped_column(sa.String(2))
    """ISO 3166-1 alpha-2."""
    value_usd: Mapped[Decimal]


class BuyerProfile(Model):
    """What is known of a company as a buyer."""

    __tablename__ = "buyer_profile"

    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), primary_key=True)
    company: Mapped[Company] = relationship(lazy="raise", back_populates="buyer_profile")
    business_type: Mapped[BusinessType | None]
    import_evidence: Mapped[str] = mapped_column(sa.Text, default="")
    """What the company says it imports, from where, under which licence."""


class Contact(Model):
    """Whom to write to; hidden from the other side until both accept."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[str | None] = mapped_column(sa.String(120))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    """E.164."""
