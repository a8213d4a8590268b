"""Pages about accounts; importing a module registers its views with the one blueprint."""

from __future__ import annotations

from matchmaker.accounts.views import (
    address,
    password,
    people,
    second_factor,
    settings,
    sign_in,
    staff,
)
from matchmaker.accounts.views.blueprint import bp

__all__ = [
    "address",
    "bp",
    "password",
    "people",
    "second_factor",
    "settings",
    "sign_in",
    "staff",
]
