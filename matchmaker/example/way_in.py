"""The people who try the example: their passwords, and who may sign in with one press."""

from __future__ import annotations

import ipaddress
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pyotp
from flask import current_app, request
from flask_babel import gettext as _

from matchmaker.accounts.models import User
from matchmaker.accounts.queries import user_by_email
from matchmaker.config import Settings
from matchmaker.example.loading import OFFICER

ROLES = {
    "officer": OFFICER,
    "exporter": "ravi-surgical@exporter.example",
    "buyer": "osaka-iryo@buyer.example",
}
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class WayIn:
    """How one can try one role."""

    role: str
    label: str
    email: str
    password: str
    code: str | None
    """The second factor's present code, for staff."""


def secrets_of_example(settings: Settings) -> dict[str, Any]:
    """Return the generated passwords and the officer's TOTP secret, made at the first call."""
    path = settings.instance_path / "example.json"
    if not path.exists():
        path.touch(mode=0o600)
        kept = {role: secrets.token_urlsafe(12) for role in ROLES}
        path.write_text(json.dumps(kept | {"totp": pyotp.random_base32()}))
    return json.loads(path.read_text())  # type: ignore[no-any-return]


def on_this_machine() -> bool:
    """Whether the request came from this machine and names it, so that no other site forged it."""
    name = urlsplit(f"//{request.host}").hostname or ""
    try:
        from_here = ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return from_here and (name in LOOPBACK_NAMES or name == "::1")


def ways_in(settings: Settings) -> list[WayIn]:
    """Return how each role can be tried."""
    kept = secrets_of_example(settings)
    labels = {
        "officer": _("Trade officer"),
        "exporter": _("Exporter"),
        "buyer": _("Buyer"),
    }
    return [
        WayIn(
            role=role,
            label=labels[role],
            email=email,
            password=kept[role],
            code=pyotp.TOTP(kept["totp"]).now() if role == "officer" else None,
        )
        for role, email in ROLES.items()
    ]


def shown_ways_in() -> list[WayIn] | None:
    """Return the ways in for the first page, or None where they must not be shown."""
    settings: Settings = current_app.extensions["settings"]
    return ways_in(settings) if settings.shows_secrets and on_this_machine() else None


def person_of(role: str) -> User | None:
    """Return the example person of a role, if the example is loaded."""
    return user_by_email(ROLES[role]) if role in ROLES else None
