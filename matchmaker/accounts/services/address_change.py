"""Another address to sign in with: asked for inside, confirmed by a mail to the new one."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from itsdangerous import BadSignature

from matchmaker.accounts import emails
from matchmaker.accounts.models import User
from matchmaker.accounts.queries import ADDRESS_CHANGED, times_moved, user_by_email, was_mailed
from matchmaker.accounts.services.links import LinkKind, make_token, person_of, serializer
from matchmaker.accounts.services.sign_up import MAIL_PAUSE, tell_already_registered
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import MatchmakerError
from matchmaker.mail.services import link, post

ADDRESS = LinkKind(
    "address", timedelta(days=1), lambda u: f"{u.email} {u.password_hash} {times_moved(u)}"
)
"""Bound to the address it replaces and to the password: a change of either ends it, for good."""
NEW_ADDRESS = "new_address"


class SameAddressError(MatchmakerError):
    """The new address is the present one."""


def ask_new_address(user: User, email: str, *, now: datetime) -> None:
    """Send the link that changes the address to the new one; nothing is changed before.

    Whether the address has an account already is told to its owner only, by mail.

    Raises
    ------
    SameAddressError
        If it is the present one.
    """
    if email == user.email:
        raise SameAddressError(_l("That is your present address. Write the new one."))
    other = user_by_email(email)
    if other is not None:
        tell_already_registered(other, now)
    elif not was_mailed(NEW_ADDRESS, email, since=now - MAIL_PAUSE):
        token = serializer(NEW_ADDRESS).dumps([make_token(ADDRESS, user, now=now), email])
        url = link("accounts.confirm_new_address", token=str(token))
        post(
            NEW_ADDRESS,
            lambda: emails.confirm_new_address(user, url),
            recipient=email,
            language=user.language,
            now=now,
        )


def read_new_address(token: str, *, now: datetime) -> tuple[User, str] | None:
    """Return whose link this is, with the row locked, and the new address; None if it is dead."""
    try:
        inner, email = serializer(NEW_ADDRESS).loads(token)
    except (BadSignature, ValueError):
        return None
    user = person_of(ADDRESS, inner, now=now)
    if user is None or user_by_email(email) is not None:
        return None
    return user, email


def change_address(user: User, email: str, *, now: datetime) -> None:
    """Let a person sign in with a proved address from now on, and tell the old one.

    Sessions stay: whoever is signed in has not changed.
    """
    old, url = user.email, link("accounts.forgot_password")
    user.email = email
    post(
        "address_changed",
        lambda: emails.address_changed(user, url),
        recipient=old,
        language=user.language,
        now=now,
    )
    # Addresses are personal data, and nothing is ever taken out of the audit log.
    record(ADDRESS_CHANGED, user.public_id, actor_id=user.id, now=now)
    db.session.flush()
