"""What an agreement would change for the products on offer, were it in force from a day."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from matchmaker.companies.models import Company, Product
from matchmaker.compliance.catalogue_queries import Ground, ground
from matchmaker.compliance.models import Agreement
from matchmaker.compliance.readiness_queries import Goods, case_of, holdings_of
from matchmaker.db.base import db
from matchmaker.engines.readiness import data as engine
from matchmaker.engines.readiness.assess import StageReadiness, assess
from matchmaker.engines.readiness.data import Case, Ease, Stage
from matchmaker.engines.readiness.score import Level
from matchmaker.engines.readiness.what_if import Change, what_if

BATCH = 1000
BEST_FIRST = (Level.READY, Level.CONDITIONAL, Level.NOT_READY, Level.BLOCKED)
Report = Callable[[int, int], None]
"""Told after each batch how many of how many products are done; closes the transaction first."""


class Group(StrEnum):
    """What the agreement would do for a product."""

    READY = "ready"
    """It becomes ready."""
    UP = "up"
    """It moves up a level, but not to ready."""
    EASED = "eased"
    """A requirement of it is eased; its level stays."""
    UNAFFECTED = "unaffected"


class Why(StrEnum):
    """Why a product does not become ready, or would be so anyway."""

    NONE = ""
    ALREADY = "already"
    BANNED = "banned"
    """Japan does not let it in; no agreement lifts a ban."""
    CANNOT_EASE = "cannot_ease"
    """What it lacks is nothing that an agreement could ease."""
    NOT_LISTED = "not_listed"
    """What it lacks could be eased, but this agreement does not list it."""
    NO_PAPER = "no_paper"
    """The company holds no accepted certificate that is valid on the day."""
    STILL_STANDS = "still_stands"
    """Something else stands in the way."""
    NOTHING_ASKED = "nothing_asked"
    """No requirement is known for it."""


class Effect(NamedTuple):
    """What the agreement would do for one product."""

    product_id: int
    group: str
    before: str
    """Level without the agreement; empty where nothing is asked of the product."""
    after: str
    why: str
    eased: list[str]
    """Codes of the requirements that stand otherwise, or are eased."""


@dataclass(frozen=True, slots=True)
class Question:
    """An agreement as it is supposed to be in force, and the day of the shipment."""

    supposed: engine.Agreement
    own: engine.Agreement | None
    """The agreement as it binds now: it is left out of what stands."""
    shipment: date

    @property
    def listed(self) -> frozenset[str]:
        return frozenset(code for code, _ in self.supposed.accepts)


def question_of(agreement: Agreement, first_day: date, shipment: date) -> Question:
    """Return the question for an agreement, loaded with what it accepts."""
    accepts = frozenset((row.requirement_code, row.certificate_code) for row in agreement.accepts)
    ends = agreement.ends_on
    # The last day that was planned says nothing of an agreement that begins after it.
    last = ends if ends and ends >= first_day else None
    own = engine.Agreement(agreement.starts_on, ends, accepts) if agreement.starts_on else None
    return Question(engine.Agreement(first_day, last, accepts), own, shipment)


def live_products() -> Sequence[int]:
    """Return the numbers of the products on offer."""
    return db.session.scalars(
        sa.select(Product.id).where(Product.withdrawn_at.is_(None)).order_by(Product.id)
    ).all()


def count_live() -> int:
    """Return how many products are on offer."""
    counted = sa.select(sa.func.count(Product.id)).where(Product.withdrawn_at.is_(None))
    return db.session.scalar(counted) or 0


def effects_of(question: Question, *, today: date, report: Report | None = None) -> list[Effect]:
    """Return what the agreement would do for every product on offer; nothing is written.

    Raises
    ------
    NoPackError
        If no requirements are loaded.
    """
    standing = ground()
    others = list(standing.agreements)
    if question.own in others:
        others.remove(question.own)
    standing = replace(standing, agreements=tuple(others))
    ids = live_products()
    found: list[Effect] = []
    for start in range(0, len(ids), BATCH):
        found.extend(_batch(ids[start : start + BATCH], question, standing, today))
        if report is not None:
            report(len(found), len(ids))
    return found


def _batch(
    ids: Collection[int], question: Question, standing: Ground, today: date
) -> Iterable[Effect]:
    products = db.session.execute(
        sa.select(
            Product.id,
            Product.company_id,
            Product.sector_code,
            Product.hs_code,
            Product.attributes,
        )
        .where(Product.id.in_(ids), Product.withdrawn_at.is_(None))
        .order_by(Product.id)
    ).all()
    held = holdings_of({row.company_id for row in products})
    for row in products:
        goods: Goods = row
        case = case_of(goods, held.of(row.company_id, row.id), standing, as_of=today)
        yield _effect(row.id, replace(case, shipment=question.shipment), question, standing)


def _effect(number: int, case: Case, question: Question, standing: Ground) -> Effect:
    rules = {rule.code for rule in standing.catalogue.applicable(case.product)}
    if not rules & question.listed:
        # Nothing that is asked of it is listed: the answer is the same with the agreement.
        stage = assess(standing.catalogue, case).shipment
        level = stage.level.value if stage else ""
        return Effect(number, Group.UNAFFECTED, level, level, _why_untouched(stage), [])
    told = what_if(standing.catalogue, case, (question.supposed,))
    before, after = told.before.shipment, told.after.shipment
    changes = [change for change in told.changes if change.stage is Stage.SHIPMENT]
    if before is None or after is None or not changes:
        level = before.level.value if before else ""
        return Effect(number, Group.UNAFFECTED, level, level, _why_untouched(before), [])
    eased = [change.after.requirement.code for change in changes]
    group = _group(before.level, after.level)
    why = _why(group, after, changes, case, question)
    return Effect(number, group, before.level.value, after.level.value, why, eased)


def _group(before: Level, after: Level) -> Group:
    if BEST_FIRST.index(after) >= BEST_FIRST.index(before):
        return Group.EASED
    return Group.READY if after is Level.READY else Group.UP


def _why_untouched(stage: StageReadiness | None) -> Why:
    if stage is None:
        return Why.NOTHING_ASKED
    if stage.level is Level.READY:
        return Why.ALREADY
    if stage.level is Level.BLOCKED:
        return Why.BANNED
    if all(row.requirement.ease is Ease.NO for row in stage.hindrances):
        return Why.CANNOT_EASE
    return Why.NOT_LISTED


def _why(
    group: Group, after: StageReadiness, changes: Sequence[Change], case: Case, question: Question
) -> Why:
    if group is Group.READY:
        return Why.NONE
    if after.level is Level.READY:
        return Why.ALREADY
    if after.level is Level.BLOCKED:
        return Why.BANNED
    if any(change.after.is_gap and _lacks_paper(change, case, question) for change in changes):
        return Why.NO_PAPER
    return Why.STILL_STANDS


def _lacks_paper(change: Change, case: Case, question: Question) -> bool:
    code = change.after.requirement.code
    accepted = {paper for rule, paper in question.supposed.accepts if rule == code}
    return not any(
        held.certificate in accepted
        and held.issued <= case.as_of
        and (held.valid_to is None or held.valid_to >= question.shipment)
        for held in case.holdings
    )


class ProductName(NamedTuple):
    """A product on offer as a list names it."""

    public_id: str
    name: str
    language: str
    hs_code: str | None
    company_id: str
    company: str
    company_language: str
    company_latin: str | None


def names_of_live() -> dict[int, ProductName]:
    """Return the names of the products on offer, by number."""
    rows = db.session.execute(
        sa.select(
            Product.id,
            Product.public_id,
            Product.name,
            Product.language,
            Product.hs_code,
            Company.public_id,
            Company.name,
            Company.name_language,
            Company.name_latin,
        )
        .join(Product.company)
        .where(Product.withdrawn_at.is_(None))
    )
    return {row[0]: ProductName(*row[1:]) for row in rows}


def as_kept(effects: Iterable[Effect]) -> list[list[Any]]:
    """Return effects as a job's result keeps them."""
    return [list(effect) for effect in effects]


def from_kept(rows: Iterable[Sequence[Any]]) -> list[Effect]:
    """Return effects from a job's result."""
    return [Effect(*row) for row in rows]
