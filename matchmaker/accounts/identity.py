"""Who asks: the session's cookie is turned into a person before each request."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, g, request, session

from matchmaker.accounts.models import UserSession
from matchmaker.accounts.queries import living_session
from matchmaker.config import Settings
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import commit, rollback, writing

COOKIE_KEY = "sid"
"""Key of the session's token in the signed cookie."""
SEEN_EVERY = timedelta(minutes=5)


def _keep_alive(token: str, idle: timedelta) -> UserSession | None:
    """Note in a transaction of its own that the session was used."""
    rollback()
    with writing():
        found = living_session(token, idle=idle, now=utcnow())
        if found is not None:
            found.last_seen_at = utcnow()
        commit()
    return living_session(token, idle=idle, now=utcnow())


def init_identity(app: Flask) -> None:
    """Set `g.user`, `g.session` and `g.second_factor_given` before each request."""
    settings: Settings = app.extensions["settings"]
    idle = timedelta(minutes=settings.session_idle_minutes)

    @app.before_request
    def identify() -> None:
        g.user = g.session = None
        g.second_factor_given = False
        token = session.get(COOKIE_KEY)
        asks_nobody = request.endpoint == "static" or request.blueprint == "health"
        if asks_nobody or not isinstance(token, str):
            return
        now = utcnow()
        found = living_session(token, idle=idle, now=now)
        if found is None:
            session.pop(COOKIE_KEY)  # what else the cookie holds, a form may still need
            return
        if now - found.last_seen_at > SEEN_EVERY:
            found = _keep_alive(token, idle)
        if found is not None:
            g.session, g.user = found, found.user
            g.second_factor_given = found.second_factor_at is not None
