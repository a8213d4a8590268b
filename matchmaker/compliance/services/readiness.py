"""Stored answers: computed anew in the transaction of what changed them, or by a job."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from matchmaker.companies.models import Company, Product
from matchmaker.compliance.catalogue_queries import NoPackError, ground
from matchmaker.compliance.models import ProductReadiness
from matchmaker.compliance.readiness_queries import Occasion, due_products
from matchmaker.compliance.services.answers import Looked, Row, look_at, rows_of
from matchmaker.compliance.services.ground import start_renewal
from matchmaker.db.base import db
from matchmaker.db.transaction import rollback
from matchmaker.reference.day_queries import office_day

BATCH = 1000
"""Products read and computed at a time."""
FEW = 200
"""Products with stale answers that the sweep renews by itself; more are a job's."""
STAGE = "readiness"
Report = Callable[[int, int, str], None]
_table = cast("sa.Table", ProductReadiness.__table__)


@dataclass(frozen=True, slots=True)
class Computed:
    """Answers that are not written yet, and what they were computed from."""

    stamp: str
    """Of the ground they stand on."""
    as_of: date
    looked: dict[int, Looked]
    rows: list[Row]


def renew_products(
    product_ids: Collection[int], *, now: datetime, occasion: Occasion | None = None
) -> int:
    """Compute the stored answers of products anew: the general one and those of coming events.

    Call it after the change, in its transaction. With an occasion, the answer for it is made, or
    gets its dates. Return how many answers were written; none where no requirements are loaded.
    """
    try:
        standing = ground(lock="shared")
    except NoPackError:
        return 0
    _lock_companies_of(product_ids)
    return sum(
        _put(rows_of(look_at(ids, today=office_day(now), also=occasion), standing, now=now))
        for ids in _batches(sorted(product_ids))
    )


def renew_company(company_id: int, *, now: datetime) -> int:
    """Compute the stored answers of all products of a company anew; return how many."""
    ids = db.session.scalars(
        sa.select(Product.id).where(
            Product.company_id == company_id, Product.withdrawn_at.is_(None)
        )
    )
    return renew_products(ids.all(), now=now)


def forget_occasion(key: str, *, product_ids: Collection[int] | None = None) -> None:
    """Take away the answers for an event: all of them, or those of products not shown there."""
    try:
        ground(lock="alone")
    except NoPackError:
        return
    gone = sa.delete(_table).where(_table.c.occasion == key)
    if product_ids is not None:
        gone = gone.where(_table.c.product_id.in_(product_ids))
    db.session.execute(gone)


def compute_all(*, now: datetime, report: Report) -> Computed:
    """Compute the answers of all products on offer, without writing; no transaction stays open."""
    standing = ground()
    ids = db.session.scalars(
        sa.select(Product.id)
        .where(Product.withdrawn_at.is_(None))
        .order_by(Product.company_id, Product.id)
    ).all()
    rollback()
    computed = Computed(standing.stamp, office_day(now), {}, [])
    report(0, len(ids), STAGE)
    for batch in _batches(ids):
        looked = look_at(batch, today=office_day(now))
        rollback()
        computed.rows.extend(rows_of(looked, standing, now=now))
        computed.looked.update((product.id, product) for product in looked)
        report(len(computed.looked), len(ids), STAGE)
    return computed


def keep_computed(computed: Computed, *, now: datetime) -> dict[str, int]:
    """Write what was computed, and compute again what has changed since: the last edit wins.

    Return how many answers were written, and how many products had changed.
    """
    standing = ground(lock="alone")
    today = office_day(now)
    ground_moved = (standing.stamp, today) != (computed.stamp, computed.as_of)
    same: set[int] = set()
    written = changed = 0
    for ids in _batches(sorted(computed.looked)):
        looked = look_at(ids, today=today)
        moved = [
            product for product in looked if ground_moved or product != computed.looked[product.id]
        ]
        changed += len(moved)
        written += _put(rows_of(moved, standing, now=now))
        same |= {product.id for product in looked} - {product.id for product in moved}
    written += _put(row for row in computed.rows if row["product_id"] in same)
    return {"written": written, "changed": changed}


def renew_due(*, now: datetime, few: int = FEW) -> None:
    """Renew the answers that are missing, of an earlier day or of other requirements.

    Those of a few products are renewed at once; for more a job is started.
    """
    due = due_products(today=office_day(now), most=few + 1)
    if len(due) > few:
        start_renewal(actor_id=None, now=now)
    elif due:
        renew_products(due, now=now)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _lock_companies_of(product_ids: Collection[int]) -> None:
    """Keep two that renew the same products apart: the later one sees what the earlier changed."""
    for ids in _batches(sorted(product_ids)):
        owners = sa.select(Product.company_id).where(Product.id.in_(ids))
        db.session.execute(
            sa.select(Company.id)
            .where(Company.id.in_(owners))
            .order_by(Company.id)
            .with_for_update(key_share=True)
        )


def _put(rows: Iterable[Row]) -> int:
    """Insert answers, or replace those that are there; return how many."""
    values: list[dict[str, Any]] = list(rows)
    if not values:
        return 0
    connection = db.session.connection()
    connection.execute(_upsert(connection.dialect.name), values)
    return len(values)


def _upsert(dialect: str) -> sa.Insert:
    """Return the statement that takes JSON as text, written before the locks were taken."""
    on_postgresql = dialect == "postgresql"
    statement = (postgresql.insert if on_postgresql else sqlite.insert)(_table)
    for name in ("detail", "papers"):
        text = sa.bindparam(f"{name}_text", type_=sa.Text())
        statement = statement.values({name: sa.cast(text, sa.JSON) if on_postgresql else text})
    keys = [column.name for column in _table.primary_key]
    fresh = {
        column.name: statement.excluded[column.name]
        for column in _table.columns
        if column.name not in keys
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=fresh)
