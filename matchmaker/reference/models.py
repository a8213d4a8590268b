"""Reference rows, loaded from the data packs by a command."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db.base import Model, random_id


class Sector(Model):
    """A sector, or a sub-sector where `parent_code` is set."""

    __tablename__ = "sector"

    code: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    """As in ``TEXT`` or ``TEXT-TOWEL``."""
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("sector.code"), index=True)
    names: Mapped[dict[str, str]]
    """By language: en, ja, ur."""
    hs_prefixes: Mapped[list[str]]
    """Digits; a product belongs to the sub-sector with the longest prefix of its code."""
    kind: Mapped[str] = mapped_column(sa.String(16))
    """goods or service."""
    position: Mapped[int]


class HSCode(Model):
    """A chapter (2 digits), heading (4) or subheading (6) of the Harmonized System 2022."""

    __tablename__ = "hs_code"
    __table_args__ = (CheckConstraint("length(code) IN (2, 4, 6)", name="code_length"),)

    code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    names: Mapped[dict[str, str] | None]
    """Short trade names by language; empty: show the heading's."""
    search: Mapped[dict[str, str] | None]
    """Further words to find it by, separated by semicolons, by language."""


class CertificateScheme(Model):
    """A certificate, report or registration that a buyer may ask for."""

    __tablename__ = "certificate_scheme"

    code: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    names: Mapped[dict[str, str]]
    kind: Mapped[str] = mapped_column(sa.String(32))
    """As the data pack names it: official_certificate, test_report …"""
    issuer: Mapped[str] = mapped_column(sa.String(300), default="")
    """Who issues it, in English as the pack has it."""
    evidences: Mapped[str] = mapped_column(sa.Text, default="")
    """What it shows."""
    validity_months: Mapped[int | None]
    """The scheme's usual term, or a working convention: the date on the paper decides."""
    validity_note: Mapped[str] = mapped_column(sa.Text, default="")
    per_consignment: Mapped[bool] = mapped_column(default=False)
    """Issued for one shipment only."""
    verified: Mapped[str] = mapped_column(sa.String(8), default="no")
    """yes, partly or no: how far the row was read at its source."""
    source: Mapped[str] = mapped_column(sa.Text, default="")
    position: Mapped[int]


class GlossaryEntry(Model):
    """One thing with its names in the languages of the corridor, kept by officers.

    The text model learns from it like from the names of HS codes.
    """

    __tablename__ = "glossary_entry"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN en <> '' THEN 1 ELSE 0 END) + (CASE WHEN ja <> '' THEN 1 ELSE 0 END)"
            " + (CASE WHEN ur <> '' THEN 1 ELSE 0 END) >= 2",
            name="two_languages",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    en: Mapped[str] = mapped_column(sa.String(200), default="")
    ja: Mapped[str] = mapped_column(sa.String(200), default="")
    ur: Mapped[str] = mapped_column(sa.String(200), default="")
    search_en: Mapped[str] = mapped_column(sa.Text, default="")
    """Other words for it, separated by semicolons."""
    search_ja: Mapped[str] = mapped_column(sa.Text, default="")
    search_ur: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
