"""The blueprint of all pages about accounts, and what its views share."""

from __future__ import annotations

import functools
from datetime import datetime, timedelta

from flask import Blueprint, current_app, g, render_template, request, session
from flask.typing import ResponseReturnValue

from matchmaker.accounts.identity import COOKIE_KEY
from matchmaker.config import Settings
from matchmaker.db.clock import utcnow
from matchmaker.web.access import View, safe_next, sent_to

bp = Blueprint("accounts", __name__)

PASSWORD_FRESH = timedelta(minutes=15)
"""How long after the password was typed sensitive steps may be taken."""
TRIES_A_MINUTE = "20 per minute"
MAILS_A_MINUTE = "10 per minute"


def settings_here() -> Settings:
    """Return the settings of the installation."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def asked_next() -> str | None:
    """Return where the reader wanted to go, if it is a page of this site."""
    return safe_next(request.values.get("next"))


def carry(token: str) -> None:
    """Put the token of a session that begins, or may do more, into a fresh cookie."""
    session.clear()
    session[COOKIE_KEY] = token


def dead_link() -> ResponseReturnValue:
    """Say that a link of a mail is used or too old, and how to get another."""
    return render_template("accounts/dead_link.html"), 410


def is_fresh(password_at: datetime) -> bool:
    """Whether the password was typed a short while ago."""
    return utcnow() - password_at < PASSWORD_FRESH


def after_fresh_password(view: View) -> View:
    """Ask for the password first, when it was not typed lately; stands below `requires`."""

    @functools.wraps(view)
    def asking(*args: object, **kwargs: object) -> ResponseReturnValue:
        if is_fresh(g.session.password_at):
            return view(*args, **kwargs)
        return sent_to("accounts.confirm_password")

    return asking
