"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature

from matchmaker.accounts import emails
from matchmaker.accounts.models import RecoveryCode, User, UserSession
from matchmaker.accounts.queries import user_to_change
from matchmaker.accounts.services.links import serializer
from matchmaker.accounts.services.locks import count_failure, forget_failures, is_locked
from matchmaker.accounts.services.sessions import end_all_sessions
from matchmaker.accounts.tokens import hash_token
from matchmaker.db.audit import record
from matchmaker.db.base import db, random_id
from matchmaker.errors import NotAllowedNowError
from matchmaker.mail.services import link, post

STEP_S = 30
WINDOW = 1
"""Steps a clock may be wrong, to either side."""
CODE_DIGITS = 6
RECOVERY_CODES = 10
OFFER_LASTS = timedelta(minutes=30)


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def _code_of(secret: str, step: int) -> str:
    return str(pyotp.TOTP(secret).at(step * STEP_S))


def _fitting_step(secret: str, code: str, *, after: int | None, now: datetime) -> int | None:
    """Return the step whose code this is, later than `after` and within the window."""
    for step in range(_step(now) - WINDOW, _step(now) + WINDOW + 1):
        fits = pyotp.utils.strings_equal(code, _code_of(secret, step))
        if fits and (after is None or step > after):
            return step
    return None


def _plain(code: str) -> str:
    """Fold full-width digits, spaces and dashes, as people type or copy them."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    return "".join(c for c in folded if c.isalnum())


def offer_secret(user: User, *, now: datetime) -> tuple[str, str]:
    """Return a fresh secret, and the signed form in which the page carries it until confirmed."""
    secret = pyotp.random_base32()
    ends = int((now + OFFER_LASTS).timestamp())
    return secret, str(serializer("second-factor").dumps([user.public_id, secret, ends]))


def offered_secret(user: User, offer: str, *, now: datetime) -> str | None:
    """Return the secret that was offered to this person a short while ago."""
    try:
        public_id, secret, ends = serializer("second-factor").loads(offer)
    except (BadSignature, ValueError):
        return None
    fresh = datetime.fromtimestamp(ends, UTC) >= now
    return str(secret) if public_id == user.public_id and fresh else None


def setup_uri(user: User, secret: str, *, office: str) -> str:
    """Return what the QR code says to the authenticator app."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=office))


def _locked_row(user: User) -> User:
    row = user_to_change(user.public_id)
    assert row is not None
    return row


def _new_recovery_codes(user: User) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [random_id() for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=hash_token(code)) for code in codes)
    db.session.flush()
    return ["-".join(code[i : i + 4] for i in range(0, len(code), 4)) for code in codes]


def _tell(user: User, now: datetime) -> None:
    url = link("accounts.settings")
    post(
        "second_factor_changed",
        lambda: emails.second_factor_changed(user, url),
        recipient=user.email,
        language=user.language,
        now=now,
    )


def set_second_factor(
    user: User, secret: str, code: str, *, session: UserSession, now: datetime
) -> list[str] | None:
    """Keep a new secret once a code of it was given; return ten recovery codes.

    None when the code is wrong. All other sessions end.
    """
    user = _locked_row(user)
    after = user.totp_last_step if user.totp_secret == secret else None
    step = _fitting_step(secret, _plain(code), after=after, now=now)
    if step is None:
        return None
    user.totp_secret, user.totp_confirmed_at, user.totp_last_step = secret, now, step
    session.second_factor_at = now
    end_all_sessions(user, now=now, but=session)
    codes = _new_recovery_codes(user)
    record("user.set_second_factor", user.public_id, actor_id=user.id, now=now)
    _tell(user, now)
    return codes


def renew_recovery_codes(user: User, *, now: datetime) -> list[str]:
    """Replace all recovery codes by ten new ones.

    Raises
    ------
    NotAllowedNowError
        If the person has no second factor.
    """
    user = _locked_row(user)
    if not user.has_second_factor:
        raise NotAllowedNowError(_l("Set up codes for signing in first."))
    codes = _new_recovery_codes(user)
    record("user.renew_recovery_codes", user.public_id, actor_id=user.id, now=now)
    _tell(user, now)
    return codes


def remove_second_factor(user: User, *, now: datetime) -> None:
    """Sign in with the password alone from now on.

    Raises
    ------
    NotAllowedNowError
        If the person is staff.
    """
    user = _locked_row(user)
    if user.is_staff:
        raise NotAllowedNowError(_l("Your role needs codes for signing in."))
    clear_second_factor(user)
    record("user.remove_second_factor", user.public_id, actor_id=user.id, now=now)
    _tell(user, now)
    db.session.flush()


def clear_second_factor(user: User) -> None:
    """Forget the secret and the recovery codes."""
    user.totp_secret = user.totp_confirmed_at = None
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _use_recovery_code(user: User, code: str, now: datetime) -> bool:
    used: Any = db.session.execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == hash_token(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return bool(used.rowcount == 1)


def _use_code(user: User, code: str, now: datetime) -> bool:
    if len(code) != CODE_DIGITS or not code.isdecimal():
        return _use_recovery_code(user, code, now)
    assert user.totp_secret is not None
    step = _fitting_step(user.totp_secret, code, after=user.totp_last_step, now=now)
    if step is not None:
        user.totp_last_step = step
    return step is not None


def give_code(session: UserSession, code: str, *, now: datetime) -> bool:
    """Open the session with a code of the app or a recovery code, each of which works once.

    A wrong one is counted, so commit then too.
    """
    user = _locked_row(session.user)
    if not user.has_second_factor or is_locked(user, now=now):
        return False
    right = _use_code(user, _plain(code), now)
    if right:
        forget_failures(user)
        session.second_factor_at = now
        record("user.give_second_factor", user.public_id, actor_id=user.id, now=now)
    else:
        count_failure(user, now=now)
    db.session.flush()
    return right


def present_code(user: User, now: datetime) -> str:
    """Return a code that would be accepted now: for the pages of the example only."""
    assert user.totp_secret is not None
    earliest = _step(now) if user.totp_last_step is None else user.totp_last_step + 1
    return _code_of(user.totp_secret, max(_step(now), min(earliest, _step(now) + WINDOW)))
