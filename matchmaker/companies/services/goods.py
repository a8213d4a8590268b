"""Adding, changing, withdrawing and restoring products and needs."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company, Need, NeedHSCode, Product
from matchmaker.companies.services.acting import note_change
from matchmaker.companies.services.following import company_changed
from matchmaker.companies.services.goods_terms import (
    NeedIdentity,
    NeedPart,
    ProductIdentity,
    ProductPart,
    faults,
)
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, ConflictError, MatchmakerError
from matchmaker.reference.day_queries import office_day

log = logging.getLogger(__name__)
_l = lazy_gettext
Goods = TypeVar("Goods", Product, Need)


class FaultyTermsError(MatchmakerError):
    """Two of the figures contradict each other, or one lacks its unit."""


def add_product(
    company: Company, identity: ProductIdentity, *, public_id: str, actor: User, now: datetime
) -> Product:
    """Add a product; sent again with the same `public_id`, return the one there is.

    Raises
    ------
    ConflictError
        If another company's product has this id.
    """
    product = Product(company_id=company.id, **_values(identity))
    return _add(company, product, public_id=public_id, actor=actor, now=now)


def add_need(
    company: Company, identity: NeedIdentity, *, public_id: str, actor: User, now: datetime
) -> Need:
    """Add a need; sent again with the same `public_id`, return the one there is.

    Raises
    ------
    ConflictError
        If another company's need has this id.
    """
    values = _values(identity)
    codes = values.pop("hs_codes")
    need = Need(company_id=company.id, **values)
    need.hs_codes = [NeedHSCode(hs_code=code) for code in codes]
    return _add(company, need, public_id=public_id, actor=actor, now=now)


def change_product(
    product: Product, part: ProductPart, *, seen_version: int, actor: User, now: datetime
) -> None:
    """Change one part of a product, loaded with its company and that one's members.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed the product after the page was drawn (409).
    FaultyTermsError
        If the figures contradict each other.
    """
    _refuse_stale(product.version, seen_version)
    _refuse_faults(part, now)
    _put(product, _values(part), actor=actor, now=now)


def change_need(
    need: Need, part: NeedPart, *, seen_version: int, actor: User, now: datetime
) -> None:
    """Change one part of a need, loaded with its HS codes, its company and that one's members.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed the need after the page was drawn (409).
    FaultyTermsError
        If the figures contradict each other.
    """
    _refuse_stale(need.version, seen_version)
    _refuse_faults(part, now)
    values = _values(part)
    codes = values.pop("hs_codes", None)
    if codes is not None and set(codes) != {row.hs_code for row in need.hs_codes}:
        kept = {row.hs_code: row for row in need.hs_codes}
        need.hs_codes = [kept.get(code) or NeedHSCode(hs_code=code) for code in codes]
    _put(need, values, actor=actor, now=now)


def set_attributes(
    product: Product,
    chosen: Collection[str],
    *,
    asked: Collection[str],
    seen_version: int,
    actor: User,
    now: datetime,
) -> None:
    """Keep which of the attributes asked for a product has; others stay as they are.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed the product after the page was drawn (409).
    """
    _refuse_stale(product.version, seen_version)
    kept = set(product.attributes) - set(asked)
    _put(product, {"attributes": sorted(kept | (set(chosen) & set(asked)))}, actor=actor, now=now)


def withdraw_product(product: Product, *, actor: User, now: datetime) -> None:
    """Take a product out of lists and future suggestions; it stays in the history."""
    _withdraw(product, actor=actor, now=now)


def restore_product(product: Product, *, actor: User, now: datetime) -> None:
    """Bring a withdrawn product back as it was."""
    _restore(product, actor=actor, now=now)


def withdraw_need(need: Need, *, actor: User, now: datetime) -> None:
    """Take a need out of lists and future suggestions; it stays in the history."""
    _withdraw(need, actor=actor, now=now)


def restore_need(need: Need, *, actor: User, now: datetime) -> None:
    """Bring a withdrawn need back as it was."""
    _restore(need, actor=actor, now=now)


def differs(goods: Product | Need, part: ProductPart | NeedPart) -> bool:
    """Whether something else is stored than `part` says; a need comes with its HS codes."""
    values = _values(part)
    codes = values.pop("hs_codes", None)
    stored = {row.hs_code for row in goods.hs_codes} if isinstance(goods, Need) else set()
    if codes is not None and stored != set(codes):
        return True
    return any(getattr(goods, name) != value for name, value in values.items())


def _values(part: ProductPart | NeedPart) -> dict[str, Any]:
    values = {field.name: getattr(part, field.name) for field in fields(part)}
    if "certificates" in values:
        values["certificates"] = list(values["certificates"])
    return values


def _refuse_stale(version: int, seen_version: int) -> None:
    if version != seen_version:
        raise ChangedMeanwhileError(_l("Somebody has changed this meanwhile."))


def _refuse_faults(part: ProductPart | NeedPart, now: datetime) -> None:
    for sentence in faults(part, today=office_day(now)).values():
        raise FaultyTermsError(sentence)


def _kind(goods: Product | Need) -> str:
    return "product" if isinstance(goods, Product) else "need"


def _note(goods: Product | Need, what: str, *, actor: User, now: datetime) -> None:
    name = f"{_kind(goods)}.{what}"
    note_change(goods.company, name, actor=actor, now=now)
    company_changed(goods.company_id, actor_id=actor.id, now=now)
    log.info("goods changed", extra={"what": name, "goods": goods.public_id})


def _sent_before(goods: Goods, public_id: str) -> Goods | None:
    """Return the row that a first press made, loaded as the forms need it."""
    kind = type(goods)
    loaded = [joinedload(kind.company).selectinload(Company.members)]
    if kind is Need:
        loaded.append(selectinload(Need.hs_codes))
    return db.session.scalars(
        sa.select(kind)
        .options(*loaded)
        .where(kind.public_id == public_id, kind.company_id == goods.company_id)
    ).one_or_none()


def _add(company: Company, goods: Goods, *, public_id: str, actor: User, now: datetime) -> Goods:
    before = _sent_before(goods, public_id)
    if before is not None:
        return before
    goods.public_id = public_id
    goods.certificates = []
    goods.created_at = goods.updated_at = now
    try:
        with db.session.begin_nested():
            db.session.add(goods)
    except IntegrityError:
        # Two presses at the same time: the other one was first.
        before = _sent_before(goods, public_id)
        if before is None:
            raise ConflictError(_l("This page was used before. Load it anew.")) from None
        return before
    set_committed_value(goods, "company", company)
    _note(goods, "add", actor=actor, now=now)
    return goods


def _put(goods: Goods, values: dict[str, Any], *, actor: User, now: datetime) -> None:
    for name, value in values.items():
        if getattr(goods, name) != value:
            setattr(goods, name, value)
    if db.session.is_modified(goods):
        goods.updated_at = now
        db.session.flush()
        _note(goods, "change", actor=actor, now=now)


def _withdraw(goods: Goods, *, actor: User, now: datetime) -> None:
    if goods.withdrawn_at is None:
        goods.withdrawn_at = goods.updated_at = now
        db.session.flush()
        _note(goods, "withdraw", actor=actor, now=now)


def _restore(goods: Goods, *, actor: User, now: datetime) -> None:
    if goods.withdrawn_at is not None:
        goods.withdrawn_at = None
        goods.updated_at = now
        db.session.flush()
        _note(goods, "restore", actor=actor, now=now)
