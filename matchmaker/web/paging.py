"""Pages of long lists; the page stands in the URL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import request, url_for

from matchmaker.db.base import db

Row = TypeVar("Row")
SIZES = (25, 50, 100)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list."""

    rows: Sequence[Row]
    number: int
    """From 1."""
    size: int
    total: int
    """Rows of the whole list, as filtered."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    def url(self, number: int) -> str:
        """Return the address of another page with the same filters."""
        arguments: dict[str, Any] = {
            **(request.view_args or {}),
            **request.args.to_dict(flat=False),
        }
        arguments["page"] = number
        assert request.endpoint is not None
        return url_for(request.endpoint, **arguments)


def asked_page() -> int:
    """Return the page asked for, 1 where none or nonsense is."""
    return min(max(1, request.args.get("page", 1, type=int)), 1_000_000)


def asked_size() -> int:
    """Return the rows a page asked for, of the sizes offered."""
    size = request.args.get("size", SIZES[1], type=int)
    return size if size in SIZES else SIZES[1]


def paginate(statement: sa.Select[Row], *, number: int, size: int) -> Page[Row]:
    """Run `statement` for one page; past the end, the last page."""
    counted = sa.select(sa.func.count()).select_from(statement.order_by(None).options().subquery())
    total = db.session.scalar(counted) or 0
    number = min(number, max(1, -(-total // size)))
    rows = db.session.scalars(statement.limit(size).offset((number - 1) * size)).all()
    return Page(rows, number, size, total)
