"""Who acts for a company, what it agreed to, and to whom its contacts were released."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.models import User
from matchmaker.companies.enums import MemberRole, Purpose
from matchmaker.companies.models.company import Company
from matchmaker.db.base import Model, random_id


class Member(Model):
    """A person's part in a company."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("company_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company] = relationship(lazy="raise", back_populates="members")
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    user: Mapped[User] = relationship(lazy="raise")
    role: Mapped[MemberRole]
    joined_at: Mapped[datetime]


class MemberInvitation(Model):
    """A colleague asked to join a company."""

    __tablename__ = "member_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company] = relationship(lazy="raise")
    email: Mapped[str] = mapped_column(sa.String(254))
    role: Mapped[MemberRole]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Consent(Model):
    """One answer to one question about one purpose; the last one counts."""

    __tablename__ = "consent"
    __table_args__ = (Index(None, "company_id", "purpose", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    purpose: Mapped[Purpose]
    given: Mapped[bool]
    wording: Mapped[str] = mapped_column(sa.Text)
    """The sentence the person read, in the language it was read in."""
    language: Mapped[str] = mapped_column(sa.String(2))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Empty when the consent was given on paper and loaded from a file."""
    at: Mapped[datetime]


class ContactRelease(Model):
    """Both sides accepted: each may see the other's contacts and prices."""

    __tablename__ = "contact_release"
    __table_args__ = (
        UniqueConstraint("exporter_id", "buyer_id"),
        CheckConstraint("exporter_id <> buyer_id", name="two_companies"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exporter_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    at: Mapped[datetime]
