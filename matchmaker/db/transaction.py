"""Transactions: how they begin on SQLite, and the unit of work of commands and jobs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection

from matchmaker.db.base import db

BUSY_TIMEOUT_MS = 10_000
_writing: ContextVar[bool] = ContextVar("writing", default=False)


def configure_sqlite(engine: sa.Engine) -> None:
    """Make SQLite durable, honest about foreign keys, and free of lost updates.

    The driver's own transactions begin as readers and are upgraded on the first write, which
    loses updates silently under two writers. So the driver begins nothing, and we say
    ``BEGIN IMMEDIATE`` where a write is meant (see `writing`), ``BEGIN`` otherwise.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@contextmanager
def writing() -> Iterator[None]:
    """Transactions that begin inside mean to write."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def mean_to_write(*, yes: bool) -> None:
    """Say for the rest of this request whether its transaction means to write."""
    _writing.set(yes)


def after_commit(action: Callable[[], None]) -> None:
    """Do `action` once the running transaction is committed; a rollback forgets it."""
    db.session.info.setdefault("after_commit", []).append(action)


def commit() -> None:
    """Commit, then do what was waiting for it."""
    db.session.commit()
    for action in db.session.info.pop("after_commit", []):
        action()


def rollback() -> None:
    """Roll back, and forget what was waiting for a commit."""
    db.session.rollback()
    db.session.info.pop("after_commit", None)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """One transaction of a command or a job: committed at the end, rolled back on an error."""
    rollback()
    with writing():
        try:
            yield
            commit()
        except BaseException:
            rollback()
            raise
