"""Links in mails: signed, with an end, and bound to a state that using them changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from matchmaker.accounts.models import User
from matchmaker.accounts.queries import user_to_change
from matchmaker.config import Settings


@dataclass(frozen=True, slots=True)
class LinkKind:
    """What a link is for."""

    salt: str
    lasts: timedelta
    state: Callable[[User], str]
    """What must still be the same when the link is used."""


CONFIRM = LinkKind(
    "confirm", timedelta(days=3), lambda u: f"{u.email} {u.confirmed_at} {u.password_hash}"
)
"""Bound to the password too: it confirms the registration it was sent for, and no other."""
RESET = LinkKind("reset", timedelta(hours=1), lambda u: f"{u.email} {u.password_hash}")


def serializer(salt: str) -> URLSafeSerializer:
    """Return what signs and reads values of one purpose with the installation's key."""
    settings: Settings = current_app.extensions["settings"]
    return URLSafeSerializer(
        settings.secret_key,
        salt=f"accounts.{salt}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def _fingerprint(kind: LinkKind, user: User) -> str:
    return hashlib.sha256(kind.state(user).encode()).hexdigest()[:24]


def make_token(kind: LinkKind, user: User, *, now: datetime) -> str:
    """Return the token of a link for a person."""
    ends = int((now + kind.lasts).timestamp())
    token = serializer(kind.salt).dumps([user.public_id, _fingerprint(kind, user), ends])
    return str(token)


def person_of(kind: LinkKind, token: str, *, now: datetime) -> User | None:
    """Return whose link this is, with the row locked; None when it is dead or forged."""
    try:
        public_id, fingerprint, ends = serializer(kind.salt).loads(token)
    except (BadSignature, ValueError):
        return None
    if datetime.fromtimestamp(ends, UTC) < now:
        return None
    user = user_to_change(public_id)
    if user is None or user.disabled_at is not None or _fingerprint(kind, user) != fingerprint:
        return None
    return user
