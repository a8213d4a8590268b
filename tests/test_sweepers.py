"""What the worker does every minute for features."""

from __future__ import annotations

import logging
from datetime import datetime

import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.db.base import db
from matchmaker.db.transaction import after_commit
from matchmaker.jobs.worker import sweep_with
from tests.build import make_user


def test_each_sweeper_works_in_a_transaction_of_its_own_and_a_broken_one_is_logged(app, caplog):
    told = []

    def first(*, now: datetime) -> None:
        make_user(email="first@exporter.example")
        after_commit(lambda: told.append(now.tzinfo is not None))

    def broken(*, now: datetime) -> None:
        make_user(email="broken@exporter.example", created_at=now)
        raise RuntimeError("no such thing")

    def last(*, now: datetime) -> None:
        make_user(email="last@exporter.example", created_at=now)

    with caplog.at_level(logging.ERROR):
        sweep_with([first, broken, last])

    assert db.session.scalars(sa.select(User.email).order_by(User.id)).all() == [
        "first@exporter.example",
        "last@exporter.example",
    ]
    assert told == [True]
    assert [(r.message, r.sweeper.rsplit(".", 1)[-1]) for r in caplog.records] == [
        ("sweeper failed", "broken")
    ]
