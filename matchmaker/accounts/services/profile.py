"""What people say about themselves."""

from __future__ import annotations

from matchmaker.accounts.models import User
from matchmaker.db.base import db


def change_profile(user: User, *, name: str, language: str, time_zone: str) -> None:
    """Keep the name, the language of screens and mails, and the time zone."""
    user.name, user.language, user.time_zone = name, language, time_zone
    db.session.flush()
