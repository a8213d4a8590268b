"""Rows for every table, made from the columns alone, so that no table can be forgotten."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from matchmaker.db.base import db

HS_CODE = "901890"
SAID = {
    ("user_account", "email"): "person@exporter.example",
    ("company", "is_exporter"): True,
    ("company", "merged_into_id"): None,
    ("sector", "parent_code"): None,
    ("hs_code", "code"): HS_CODE,
    ("event", "closes_at"): time(18),
    ("event", "applications_close_at"): datetime(2027, 3, 1),  # noqa: DTZ001  (as stored)
    ("contact_release", "buyer_id"): 2,
    ("suggestion", "score"): 0.5,
    ("suggestion", "buyer_id"): 2,
    ("decision", "undoes_id"): None,
    ("job", "done"): 0,
    ("blocked_pair", "buyer_id"): 2,
    ("learned_model", "in_use_since"): None,
}
"""What the constraints want and the type alone does not tell."""
TWICE = {"company", "participant"}
"""Tables whose rows other rows need two of."""


PLAIN: tuple[tuple[type[sa.types.TypeEngine[Any]], Any], ...] = (
    (sa.JSON, {}),
    (sa.Boolean, False),
    (sa.Integer, 1),
    (sa.Float, 1),
    (sa.Numeric, Decimal(1)),
    (sa.DateTime, datetime(2027, 1, 2)),  # noqa: DTZ001  (as stored)
    (sa.Date, date(2027, 1, 2)),
    (sa.Time, time(10)),
    (sa.LargeBinary, b"\x00\xff"),
)


def _simple(kind: sa.types.TypeEngine[Any], column: sa.Column[Any], number: int) -> Any:
    if isinstance(kind, sa.Enum):
        return kind.enums[0]
    for plain, value in PLAIN:
        if isinstance(kind, plain):
            return value
    text = hashlib.sha256(f"{column.table.name}.{column.name}.{number}".encode()).hexdigest()
    return text[: getattr(kind, "length", None) or 16]


def _value(connection: sa.Connection, column: sa.Column[Any], number: int) -> Any:
    said = SAID.get((column.table.name, column.name), ...)
    if said is not ...:
        return said
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        numbered = isinstance(target.type, sa.Integer) and column.table.name in TWICE
        return number if numbered and target.table.name in TWICE else _first(connection, target)
    kind = column.type.impl if isinstance(column.type, sa.TypeDecorator) else column.type
    return _simple(kind, column, number)


def _first(connection: sa.Connection, target: sa.Column[Any]) -> Any:
    return connection.scalar(sa.select(target).order_by(target).limit(1))


def tables_at(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables of the database, as they are at its revision, parents first."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [t for t in metadata.sorted_tables if t.name != "alembic_version"]


def fill_every_table(connection: sa.Connection) -> dict[str, int]:
    """Put a row into every table, and return how many each holds."""
    tables = db.metadata.sorted_tables
    for table in tables:
        for number in (1, 2) if table.name in TWICE else (1,):
            row = {c.name: _value(connection, c, number) for c in table.columns if _wanted(c)}
            plain = sa.table(table.name, *(sa.column(c.name, _stored(c)) for c in table.columns))
            connection.execute(plain.insert().values(row))
    return {t.name: count_rows(connection, t) for t in tables}


def _wanted(column: sa.Column[Any]) -> bool:
    numbered = column.primary_key and isinstance(column.type, sa.Integer) and column.autoincrement
    return not (numbered and not column.foreign_keys)


def _stored(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    kind = column.type
    if isinstance(kind, sa.Enum):
        return sa.String()
    return kind.impl if isinstance(kind, sa.TypeDecorator) else kind


def count_rows(connection: sa.Connection, table: sa.Table) -> int:
    """Return how many rows a table holds."""
    counted = connection.scalar(sa.select(sa.func.count()).select_from(table))
    assert counted is not None
    return counted
