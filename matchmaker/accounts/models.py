"""People and how they prove who they are."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.accounts.enums import STAFF_ROLES, Role
from matchmaker.db.base import Model, random_id


class User(Model):
    """A person who can sign in."""

    __tablename__ = "user_account"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("failed_count >= 0", name="failed_count_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    """Normalised and lower case; how the person signs in."""
    name: Mapped[str] = mapped_column(sa.String(120))
    language: Mapped[str] = mapped_column(sa.String(2))
    """en, ja or ur: of the screens and of the mails."""
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="Asia/Karachi")
    """IANA name."""
    role: Mapped[Role] = mapped_column(default=Role.MEMBER)
    password_hash: Mapped[str | None] = mapped_column(sa.String(256))
    """Argon2id in PHC form; empty until an invited person has set one."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    """When the address was proved; nobody signs in before."""
    disabled_at: Mapped[datetime | None]
    failed_count: Mapped[int] = mapped_column(default=0)
    """Wrong passwords or codes since the last right one."""
    locked_until: Mapped[datetime | None]
    totp_secret: Mapped[str | None] = mapped_column(sa.String(64))
    """Base32; counts only once `totp_confirmed_at` is set."""
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    """The 30-second step of the last code used; it and earlier ones are refused."""

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def has_second_factor(self) -> bool:
        return self.totp_confirmed_at is not None


class RecoveryCode(Model):
    """One of ten codes that stand in once for the second factor; only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    """SHA-256; the code carries 80 random bits, so no slow hash is needed."""
    used_at: Mapped[datetime | None]


class UserSession(Model):
    """A person signed in on one device. Revoked, the cookie opens nothing."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """SHA-256 of the token in the cookie."""
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    user: Mapped[User] = relationship(lazy="raise")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    password_at: Mapped[datetime]
    """When the password was last typed; sensitive steps want it recent."""
    second_factor_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(sa.String(120), default="")
    """Browser and system as the browser says, to recognise it in the list."""


class StaffInvitation(Model):
    """An officer, observer, interpreter or administrator asked to join."""

    __tablename__ = "staff_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    email: Mapped[str] = mapped_column(sa.String(254), index=True)
    role: Mapped[Role]
    language: Mapped[str] = mapped_column(sa.String(2))
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Empty when invited by command."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
