"""Registering a person, and proving the address."""

from __future__ import annotations

from datetime import datetime, timedelta

from matchmaker.accounts import emails
from matchmaker.accounts.models import User
from matchmaker.accounts.queries import user_signing_in, was_mailed
from matchmaker.accounts.services.links import CONFIRM, make_token, person_of
from matchmaker.accounts.services.passwords import hash_for_nobody, set_password
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.jobs.services import start_job
from matchmaker.mail.services import link, post

MAIL_JOB = "account_mail"
"""Kind of the job that looks an address up and writes to it, if it is somebody's."""
MAIL_PAUSE = timedelta(minutes=2)
"""A mail of one kind goes to one address at most this often: nobody floods another's mailbox."""


def register(name: str, email: str, password: str, *, language: str, now: datetime) -> User | None:
    """Add a person and send the mail that asks to confirm the address.

    Returns None when the address has an account; its owner is told by mail, and whoever asked
    must be shown the same page either way. While an address is not confirmed, the last
    registration counts: who registers first with somebody else's address gains nothing.

    Raises
    ------
    WeakPasswordError
        If the password is too easy to guess.
    """
    known = user_signing_in(email)
    if known is not None and known.confirmed_at is not None:
        hash_for_nobody(password, email)
        tell_already_registered(known, now)
        return None
    user = known or User(email=email, created_at=now)
    user.name, user.language = name, language
    set_password(user, password)
    db.session.add(user)
    db.session.flush()
    record("user.register", user.public_id, actor_id=user.id, now=now)
    _ask_confirmation(user, now)
    return user


def tell_already_registered(user: User, now: datetime) -> None:
    """Tell the owner of an address that somebody tried to register with it."""
    if was_mailed("already_registered", user.email, since=now - MAIL_PAUSE):
        return
    url = link("accounts.sign_in")
    post(
        "already_registered",
        lambda: emails.already_registered(user, url),
        recipient=user.email,
        language=user.language,
        now=now,
    )


def _ask_confirmation(user: User, now: datetime) -> None:
    url = link("accounts.confirm", token=make_token(CONFIRM, user, now=now))
    post(
        "confirm_address",
        lambda: emails.confirm_address(user, url),
        recipient=user.email,
        language=user.language,
        now=now,
    )


def ask_confirmation(user: User, *, now: datetime) -> None:
    """Send the mail with the link that confirms the address once more."""
    since = now - MAIL_PAUSE
    if user.confirmed_at is None and not was_mailed("confirm_address", user.email, since=since):
        _ask_confirmation(user, now)


def ask_confirmation_again(email: str, *, now: datetime) -> None:
    """Have the worker send the mail again, if the address waits for it.

    The request does the same for every address, so that its time tells nothing.
    """
    start_job(MAIL_JOB, {"mail": "confirm", "email": email}, actor_id=None, now=now)


def confirm_address(token: str, *, now: datetime) -> User | None:
    """Note that the address is proved; None when the link is dead."""
    user = person_of(CONFIRM, token, now=now)
    if user is None:
        return None
    user.confirmed_at = now
    record("user.confirm_address", user.public_id, actor_id=user.id, now=now)
    db.session.flush()
    return user
