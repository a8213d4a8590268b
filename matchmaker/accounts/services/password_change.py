"""New passwords: changed by who knows the present one, or by a link in a mail."""

from __future__ import annotations

from datetime import datetime

from matchmaker.accounts import emails
from matchmaker.accounts.models import User, UserSession
from matchmaker.accounts.queries import was_mailed
from matchmaker.accounts.services.links import RESET, make_token, person_of
from matchmaker.accounts.services.locks import forget_failures
from matchmaker.accounts.services.passwords import set_password
from matchmaker.accounts.services.sessions import end_all_sessions
from matchmaker.accounts.services.sign_up import MAIL_JOB, MAIL_PAUSE
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.jobs.services import start_job
from matchmaker.mail.services import link, post


def ask_reset(email: str, *, now: datetime) -> None:
    """Have the worker send the link for a new password, if the address is somebody's.

    The request does the same for every address, so that its time tells nothing.
    """
    start_job(MAIL_JOB, {"mail": "reset", "email": email}, actor_id=None, now=now)


def send_reset_link(user: User, *, now: datetime) -> None:
    """Send the mail with the link for a new password."""
    if user.disabled_at is not None or was_mailed(
        "reset_password", user.email, since=now - MAIL_PAUSE
    ):
        return
    url = link("accounts.reset_password", token=make_token(RESET, user, now=now))
    post(
        "reset_password",
        lambda: emails.reset_password(user, url),
        recipient=user.email,
        language=user.language,
        now=now,
    )


def _tell(user: User, now: datetime) -> None:
    url = link("accounts.forgot_password")
    post(
        "password_changed",
        lambda: emails.password_changed(user, url),
        recipient=user.email,
        language=user.language,
        now=now,
    )


def reset_password(token: str, password: str, *, now: datetime) -> User | None:
    """Set the password of whoever got the link, and end all sessions; None for a dead link.

    Raises
    ------
    WeakPasswordError
        If the password is too easy to guess.
    """
    user = person_of(RESET, token, now=now)
    if user is None:
        return None
    set_password(user, password)
    forget_failures(user)
    user.confirmed_at = user.confirmed_at or now  # the mail proved the address
    end_all_sessions(user, now=now)
    record("user.reset_password", user.public_id, actor_id=user.id, now=now)
    _tell(user, now)
    db.session.flush()
    return user


def change_password(user: User, password: str, *, session: UserSession, now: datetime) -> None:
    """Set a new password, and end the other sessions; the present one was asked for before.

    Raises
    ------
    WeakPasswordError
        If the password is too easy to guess.
    """
    set_password(user, password)
    end_all_sessions(user, now=now, but=session)
    record("user.change_password", user.public_id, actor_id=user.id, now=now)
    _tell(user, now)
    db.session.flush()
