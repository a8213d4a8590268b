"""What the market asks, and what helps: the data pack in the database, edited by officers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.compliance.enums import Verified
from matchmaker.db.base import Model, random_id


class ComplianceState(Model):
    """The one row that says which pack is loaded and how often the ground of all answers changed.

    Whoever writes readiness for many products locks it, so that an edit in between is seen.
    """

    __tablename__ = "compliance_state"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pack_version: Mapped[str] = mapped_column(sa.String(32))
    pack_date: Mapped[date]
    """When the pack's rows were last looked at as a whole."""
    loaded_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    """Raised by every change of a requirement, a programme or an agreement."""
    stamp: Mapped[str] = mapped_column(sa.String(16), default=random_id)
    """A new name for each revision: one that was undone is never taken for a later one."""


class Requirement(Model):
    """One thing the market asks: a rule of the law, or what its buyers expect."""

    __tablename__ = "requirement"

    code: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    """As in ``REQ-MRL``."""
    titles: Mapped[dict[str, str]]
    """By language: en, ja, ur."""
    jurisdiction: Mapped[str] = mapped_column(sa.String(2))
    """Country whose rule it is: JP or PK."""
    authority: Mapped[str] = mapped_column(sa.String(300))
    legal_basis: Mapped[str] = mapped_column(sa.String(500))
    kind: Mapped[str] = mapped_column(sa.String(16))
    """mandatory or buyer-expected, as the engine reads it; likewise the columns below."""
    measure_type: Mapped[str] = mapped_column(sa.String(8))
    """SPS, TBT or OTHER."""
    sector_codes: Mapped[list[str]]
    hs_prefixes: Mapped[list[str]]
    condition_key: Mapped[str | None] = mapped_column(sa.String(32))
    """The product attribute it needs to apply."""
    exempt_attribute: Mapped[str | None] = mapped_column(sa.String(32))
    duty_holder: Mapped[str] = mapped_column(sa.String(16))
    """exporter, importer or both."""
    check_stage: Mapped[str] = mapped_column(sa.String(16))
    """event, shipment or both."""
    evidence_scope: Mapped[str] = mapped_column(sa.String(16))
    """product, facility, company, consignment or person."""
    prerequisites: Mapped[list[str]]
    """Certificates that must exist before a paper of a consignment can be issued."""
    met_by: Mapped[list[str]]
    """Certificates that show it fully."""
    partly_met_by: Mapped[list[str]]
    prohibition: Mapped[bool]
    mra_ease: Mapped[str] = mapped_column(sa.String(8))
    """yes, partly or no."""
    mra_effect: Mapped[str] = mapped_column(sa.Text)
    note: Mapped[str] = mapped_column(sa.Text)
    verified: Mapped[Verified]
    source: Mapped[str] = mapped_column(sa.Text)
    stated_on: Mapped[date]
    """When the row was last looked at: the pack's date, or the day of an officer's edit."""
    edited_at: Mapped[datetime | None]
    """Set by an officer's edit: loading the pack again leaves the row alone."""
    retired_at: Mapped[datetime | None]
    """No longer asked for; kept for the history."""
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RequirementRevision(Model):
    """How a requirement read after a change. Only ever added to."""

    __tablename__ = "requirement_revision"
    __table_args__ = (UniqueConstraint("requirement_code", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    requirement_code: Mapped[str] = mapped_column(ForeignKey("requirement.code"))
    number: Mapped[int]
    """From 1."""
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    """Empty where the pack brought it."""
    reason: Mapped[str] = mapped_column(sa.String(500))
    content: Mapped[dict[str, Any]]
    """All columns but the code, the version and the times."""


class Programme(Model):
    """A programme that helps to close gaps."""

    __tablename__ = "programme"

    code: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    names: Mapped[dict[str, str]]
    provider: Mapped[str] = mapped_column(sa.String(300))
    topics: Mapped[str] = mapped_column(sa.Text)
    requirement_codes: Mapped[list[str]]
    sector_codes: Mapped[list[str]]
    delivery_mode: Mapped[str] = mapped_column(sa.String(60))
    status: Mapped[str] = mapped_column(sa.String(16))
    """running, typical, proposed or closed."""
    period: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str] = mapped_column(sa.Text)
    verified: Mapped[Verified]
    source: Mapped[str] = mapped_column(sa.Text)
