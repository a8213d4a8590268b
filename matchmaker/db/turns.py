"""Taking turns where there is no row yet that could be locked."""

from __future__ import annotations

import zlib

import sqlalchemy as sa

from matchmaker.db.base import db


def take_turn(name: str) -> None:
    """Wait until nobody else who asked by this name has a transaction open, and keep others out.

    On SQLite whoever means to write takes turns already.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        number = zlib.crc32(name.encode())
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))
