"""How Alembic reaches the database: through the application."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from matchmaker.db.base import db
from matchmaker.db.transaction import writing
from matchmaker.db.types import UTCDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as the plain ones they are in the database."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime()"
    return False


with writing(), db.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        transactional_ddl=True,  # SQLite can too, now that we begin its transactions ourselves
    )
    with context.begin_transaction():
        context.run_migrations()
