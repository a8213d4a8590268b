"""The application on a real database, fresh for every test."""

from __future__ import annotations

import contextvars
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import Migrate  # noqa: F401  (its configuration is read below)

from matchmaker.accounts.models import User
from matchmaker.accounts.services.sessions import start_session
from matchmaker.app import create_app
from matchmaker.config import Mode, Settings
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import carry_out
from matchmaker.mail.services import send_waiting
from matchmaker.reference.services import load_reference
from tests.postgres import fresh_database

REFERENCE = {"alembic_version", "sector", "hs_code", "certificate_scheme"}
SECRET = "a-secret-of-the-tests-that-is-long-enough"


def make_settings(instance: Path, database_url: str, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "mode": Mode.TEST,
        "secret_key": SECRET,
        "instance_path": instance,
        "database_url": database_url,
        "queue_url": "memory://",
        "public_url": "http://matchmaker.example",
        "password_memory_kib": 64,
        "password_rounds": 1,
        "encoder": "none",
        "log_format": "text",
    }
    return Settings(**(given | changes))


class Client(FlaskClient):
    """Requests run in a context of their own, as they do under a server."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("buffered", True)  # reads a sent file to its end, and closes it
        return contextvars.Context().run(super().open, *args, **kwargs)

    def csrf(self, path: str = "/healthz") -> str:
        """Return a token that this client's forms may carry."""
        with self.session_transaction() as session:
            kept = session.setdefault("csrf_token", "0" * 40)
        from flask_wtf.csrf import generate_csrf

        def make() -> str:
            with self.application.test_request_context():
                from flask import session as fresh

                fresh["csrf_token"] = kept
                return generate_csrf()

        return contextvars.Context().run(make)

    def submit(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Post a form as the page would, with its token."""
        return self.post(path, data={**(data or {}), "csrf_token": self.csrf()}, **kwargs)


@pytest.fixture(scope="session")
def backend() -> str:
    """Which database this run is on: sqlite or postgresql."""
    return os.environ.get("DATABASE", "sqlite")


@pytest.fixture(scope="session")
def application(
    tmp_path_factory: pytest.TempPathFactory, backend: str, worker_id: str
) -> Iterator[Flask]:
    instance = tmp_path_factory.mktemp("instance")
    if backend == "postgresql":
        database = fresh_database(f"matchmaker_{worker_id}")
    else:
        database = f"sqlite:///{instance / 'matchmaker.db'}"
    app = create_app(make_settings(instance, database))
    app.test_client_class = Client
    with app.app_context():
        migrations = app.extensions["migrate"].migrate.get_config()
        command.upgrade(migrations, "head")
        with unit_of_work():
            load_reference()
        db.session.remove()
        db.engine.dispose()
    if backend == "sqlite":
        shutil.copy(instance / "matchmaker.db", instance / "template.db")
    yield app
    with app.app_context():
        db.engine.dispose()


def _reset(app: Flask, backend: str) -> None:
    instance = Path(app.instance_path)
    db.session.remove()
    if backend == "sqlite":
        db.engine.dispose()
        for leftover in instance.glob("matchmaker.db-*"):
            leftover.unlink()
        shutil.copy(instance / "template.db", instance / "matchmaker.db")
    else:
        tables = [t.name for t in db.metadata.sorted_tables if t.name not in REFERENCE]
        names = ", ".join(f'"{name}"' for name in tables)
        with db.engine.begin() as connection:
            connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    shutil.rmtree(instance / "files", ignore_errors=True)
    app.extensions["queue"].flush()


@pytest.fixture
def app(application: Flask, backend: str) -> Iterator[Flask]:
    """The application with an empty database that holds the reference data only."""
    with application.app_context():
        _reset(application, backend)
        yield application
        db.session.remove()


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser that nobody has signed in."""
    client = app.test_client()
    assert isinstance(client, Client)
    return client


@pytest.fixture
def sign_in(app: Flask) -> Callable[[User], Client]:
    """Return a new browser in which the person is signed in, staff with the second factor."""

    def make(user: User) -> Client:
        settings: Settings = app.extensions["settings"]
        now = utcnow()
        token = start_session(user, device="Test", settings=settings, now=now)
        if user.is_staff:
            from matchmaker.accounts.models import UserSession

            db.session.execute(
                sa.update(UserSession)
                .where(UserSession.user_id == user.id)
                .values(second_factor_at=now)
            )
        db.session.commit()
        client = app.test_client()
        assert isinstance(client, Client)
        with client.session_transaction() as session:
            session["sid"] = token
        return client

    return make


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], Any]:
    """Count the statements that run inside the block, but for BEGIN, COMMIT and the like."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
                statements.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def work(app: Flask) -> Callable[[], None]:
    """Do what the worker would: every queued job, then every waiting mail."""

    def run() -> None:
        db.session.rollback()
        jobs = db.session.scalars(sa.select(Job.id).where(Job.state == JobState.QUEUED)).all()
        db.session.rollback()
        for job_id in jobs:
            contextvars.Context().run(_in_app, app, lambda job_id=job_id: carry_out(job_id))
        contextvars.Context().run(_in_app, app, send_waiting)
        db.session.rollback()

    return run


def _in_app(app: Flask, action: Callable[[], object]) -> None:
    with app.app_context():
        action()
