"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import shutil
from datetime import timedelta
from functools import lru_cache

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from matchmaker.config import ROOT, Settings
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.web.access import public, requires

bp = Blueprint("health", __name__)
MIGRATIONS = ROOT / "matchmaker" / "migrations"
MIN_FREE_BYTES = 100 * 2**20
LONGEST_WAIT = timedelta(minutes=15)


@lru_cache(maxsize=1)
def _head() -> str | None:
    """Return the newest migration: files change with a release, and a release starts anew."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _at_head() -> bool:
    # Alembic's own context says in the log how it works, each time it is made.
    applied = db.session.scalars(sa.text("SELECT version_num FROM alembic_version")).all()
    return applied == [_head()]


def _queue_moves() -> bool:
    oldest = sa.text("SELECT min(created_at) FROM job WHERE state = 'queued'").columns(
        sa.column("oldest", sa.DateTime)
    )
    waiting_since = db.session.scalar(oldest)
    return waiting_since is None or waiting_since > utcnow().replace(tzinfo=None) - LONGEST_WAIT


@bp.after_request
def keep_nowhere(response: Response) -> Response:
    """Let no cache between here and who asks answer in our place."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/healthz")
@requires(public, before_second_factor=True)
def alive() -> ResponseReturnValue:
    """Answer as long as the process can."""
    return jsonify(status="ok")


@bp.get("/readyz")
@requires(public, before_second_factor=True)
def ready() -> ResponseReturnValue:
    """Answer 200 when the database is there and migrated, the queue moves and disk is left."""
    settings: Settings = current_app.extensions["settings"]
    try:
        checks = {"migrations": _at_head(), "queue": _queue_moves()}
    except sa.exc.DBAPIError:
        checks = {"database": False}
    checks["disk"] = shutil.disk_usage(settings.instance_path).free > MIN_FREE_BYTES
    good = all(checks.values())
    return jsonify(status="ok" if good else "not ready", checks=checks), 200 if good else 503
