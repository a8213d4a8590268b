"""A scratch instance of the service with the fair in it, and the servers to be measured."""

from __future__ import annotations

import contextvars
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from flask import Flask

from bench.fair import BenchFair, FairMaker
from matchmaker.accounts.models import User, UserSession
from matchmaker.accounts.services.sessions import start_session
from matchmaker.app import create_app
from matchmaker.config import ROOT, Mode, Settings, load_settings
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.reference.services import load_reference

START_WITHIN_S = 60


def environment(folder: Path) -> dict[str, str]:
    """Return the settings of the scratch instance; mode test counts no rate limits."""
    return {
        "MATCHMAKER_MODE": Mode.TEST,
        "MATCHMAKER_SECRET_KEY": "a-secret-of-the-bench-that-is-long-enough",
        "MATCHMAKER_INSTANCE_PATH": str(folder),
        "MATCHMAKER_LOG_FORMAT": "text",
    }


@contextmanager
def quiet_app(folder: Path) -> Iterator[Flask]:
    """Yield the application on the scratch instance, with a context pushed."""
    app = create_app(load_settings(environment(folder)))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def fill(app: Flask, *, exporters: int, buyers: int) -> BenchFair:
    """Migrate the instance and put the fair into it."""
    command.upgrade(app.extensions["migrate"].migrate.get_config(), "head")
    with unit_of_work():
        load_reference()
        return FairMaker().make(exporters=exporters, buyers=buyers)


def cookie_of(app: Flask, user_id: int) -> str:
    """Sign a person in, second factor given, and return the cookie."""
    settings: Settings = app.extensions["settings"]
    with unit_of_work():
        user = db.session.get_one(User, user_id)
        token = start_session(user, device="Bench", settings=settings, now=utcnow())
        mine = sa.update(UserSession).where(UserSession.user_id == user_id)
        db.session.execute(mine.values(second_factor_at=utcnow()))
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"session={signer.dumps({'sid': token})}"


def in_own_context(action, *arguments, **named):
    """Run `action` with context variables of its own, as a request has them."""
    return contextvars.Context().run(action, *arguments, **named)


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(module: str, environ: dict[str, str]) -> Iterator[int]:
    """Run gunicorn as `matchmaker serve` does, one process of four threads; yield the port."""
    port = free_port()
    line: Sequence[str] = [
        sys.executable, "-m", "gunicorn", module, "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "1", "--threads", "4", "--keep-alive", "60",
        "--log-level", "error", "--no-control-socket",
    ]  # fmt: skip
    process = subprocess.Popen(line, cwd=ROOT, env={**os.environ, **environ})
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")
