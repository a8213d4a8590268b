"""Column types."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UTCDateTime(sa.TypeDecorator[datetime]):
    """A moment: aware on both sides, stored in UTC without zone.

    SQLite keeps no time zone, so a naive value could mean anything; it is refused.
    """

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


def json_text(value: Any) -> str:
    """Write a value of a JSON column; a named tuple as a list.

    Orjson is ten times as fast as the standard library, but takes no number beyond 64 bits and no
    half of a surrogate pair; the standard library does.

    Raises
    ------
    TypeError
        If it is nothing that JSON knows.
    """
    try:
        return orjson.dumps(value, default=_as_list, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value)


def _as_list(value: Any) -> list[Any]:
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not for JSON")
