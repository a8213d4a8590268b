"""Papers that companies hold: certificates, test reports, licences, declarations."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.companies.models import Company, Product, StoredFile
from matchmaker.compliance.enums import LIVE_PAPERS, PaperState, Refusal
from matchmaker.db.base import Model, random_id
from matchmaker.reference.models import CertificateScheme

_LIVE = sa.text("state IN ({})".format(", ".join(f"'{state}'" for state in LIVE_PAPERS)))


class HeldPaper(Model):
    """One paper of a company, for all its products or for those it is joined to."""

    __tablename__ = "held_paper"
    __table_args__ = (
        CheckConstraint("valid_to >= issued_on", name="issued_before_it_ends"),
        Index(
            "uq_held_paper_live",
            "company_id",
            "scheme_code",
            "number",
            "issued_on",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company] = relationship(lazy="raise")
    scheme_code: Mapped[str] = mapped_column(ForeignKey("certificate_scheme.code"), index=True)
    scheme: Mapped[CertificateScheme] = relationship(lazy="raise")
    number: Mapped[str] = mapped_column(sa.String(80), default="")
    """Upper case, without spaces around; empty where the paper has none."""
    issuer: Mapped[str] = mapped_column(sa.String(200), default="")
    issued_on: Mapped[date]
    valid_to: Mapped[date | None]
    """Last day it is valid; empty: open."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    file: Mapped[StoredFile | None] = relationship(lazy="raise")
    products: Mapped[list[Product]] = relationship(lazy="raise", secondary="held_paper_product")
    """What it covers; empty: all the company makes."""
    state: Mapped[PaperState] = mapped_column(default=PaperState.SUBMITTED, index=True)
    refusal: Mapped[Refusal | None]
    """Why the office could not verify it."""
    state_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    """What the officer wrote to it, in the officer's words."""
    warned_days: Mapped[int | None]
    """The last warning sent: 90, 30 or 7 days before it lapses."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class HeldPaperProduct(Model):
    """A product that a paper covers."""

    __tablename__ = "held_paper_product"

    paper_id: Mapped[int] = mapped_column(ForeignKey("held_paper.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)


class HeldPaperStep(Model):
    """One step of a paper: entered, corrected, verified, refused … Only ever added to."""

    __tablename__ = "held_paper_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("held_paper.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    before: Mapped[PaperState | None]
    """Empty at its entry."""
    after: Mapped[PaperState]
    refusal: Mapped[Refusal | None]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
