"""Migrations end at the models, go both ways with rows in the tables, and survive a fall."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory

from matchmaker.db.base import db
from matchmaker.db.transaction import writing
from tests.migrations.rows import fill_every_table, tables_at


class PowerCutError(Exception):
    """What the tests raise in the middle of a migration."""


def test_migrations_end_at_the_models(migrations: Config):
    command.upgrade(migrations, "head")

    command.check(migrations)


def test_there_is_one_line_of_migrations(migrations: Config):
    assert len(ScriptDirectory.from_config(migrations).get_heads()) == 1


def test_migrations_go_up_and_down_with_rows_in_every_table(migrations: Config):
    command.upgrade(migrations, "head")
    with writing(), db.engine.begin() as connection:
        counts = fill_every_table(connection)
    assert all(counts.values()), counts

    command.downgrade(migrations, "base")
    with db.engine.connect() as connection:
        assert tables_at(connection) == []
        assert _leftovers(connection) == []

    command.upgrade(migrations, "head")
    with writing(), db.engine.begin() as connection:
        assert fill_every_table(connection) == counts


def test_a_migration_that_falls_half_way_leaves_nothing_and_can_be_run_again(
    migrations: Config, monkeypatch: pytest.MonkeyPatch
):
    create_table = op.create_table

    def fall_at_the_event_table(name, *parts, **options):
        if name == "event":
            raise PowerCutError
        return create_table(name, *parts, **options)

    monkeypatch.setattr(op, "create_table", fall_at_the_event_table)
    with pytest.raises(PowerCutError):
        command.upgrade(migrations, "head")
    monkeypatch.undo()

    with db.engine.connect() as connection:
        assert tables_at(connection) == []
        assert _leftovers(connection) == []
    command.upgrade(migrations, "head")
    command.check(migrations)


def test_a_step_back_that_falls_half_way_keeps_every_row(
    migrations: Config, monkeypatch: pytest.MonkeyPatch
):
    command.upgrade(migrations, "head")
    with writing(), db.engine.begin() as connection:
        counts = fill_every_table(connection)
    drop_table = op.drop_table

    def fall_at_the_event_table(name, **options):
        if name == "event":
            raise PowerCutError
        return drop_table(name, **options)

    monkeypatch.setattr(op, "drop_table", fall_at_the_event_table)
    with pytest.raises(PowerCutError):
        command.downgrade(migrations, "base")
    monkeypatch.undo()

    with db.engine.connect() as connection:
        standing = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in tables_at(connection)
        }
    assert standing == counts


@pytest.mark.parametrize("table", ["audit_entry", "decision", "application_step", "consent"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id + 100", "DELETE FROM {}"])
def test_the_database_keeps_what_was_written_down_for_good(
    migrations: Config, table: str, verb: str
):
    command.upgrade(migrations, "head")
    with writing(), db.engine.begin() as connection:
        fill_every_table(connection)

    with (
        pytest.raises(sa.exc.IntegrityError, match="only ever added to"),
        writing(),
        db.engine.begin() as connection,
    ):
        connection.execute(sa.text(verb.format(table)))

    with db.engine.connect() as connection:
        assert connection.scalar(sa.text(f"SELECT max(id) FROM {table}")) == 1


def test_no_migration_imports_the_models():
    folder = Path(__file__).parents[2] / "matchmaker" / "migrations" / "versions"
    scripts = sorted(folder.glob("*.py"))

    assert scripts
    assert [s.name for s in scripts if "matchmaker" in s.read_text(encoding="utf-8")] == []


def _leftovers(connection: sa.Connection) -> list[str]:
    """Return the triggers and functions that stand without a table."""
    if connection.dialect.name == "sqlite":
        found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        found = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    return list(connection.scalars(sa.text(found)))
