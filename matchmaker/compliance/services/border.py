"""The border log: officers keep it, companies say what they do about a case."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.companies.enums import Unit
from matchmaker.companies.models import Company, Product
from matchmaker.compliance.enums import BorderAct, CorrectiveState
from matchmaker.compliance.models import BorderCase
from matchmaker.compliance.permissions import CLOSED
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError, NotAllowedNowError
from matchmaker.reference.day_queries import latest_day

log = logging.getLogger(__name__)
Faults = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of a case."""

    happened_on: date
    place: str
    authority: str
    act: BorderAct
    goods: str
    hs_code: str | None
    sector_code: str | None
    quantity: Decimal | None
    unit: Unit | None
    requirement_code: str | None
    cause: str
    corrective: str
    corrective_state: CorrectiveState
    corrective_due: date | None
    corrected_on: date | None
    source: str
    language: str
    """Of goods, cause and corrective action."""


@dataclass(frozen=True, slots=True)
class About:
    """Whom and what a case is about; a product, loaded with its company, brings that one along."""

    company: Company | None = None
    product: Product | None = None

    @property
    def owner(self) -> Company | None:
        return self.company or (self.product.company if self.product is not None else None)

    @property
    def contradicts_itself(self) -> bool:
        """Whether the product belongs to another company."""
        if self.product is None or self.owner is None:
            return False
        return self.product.company_id != self.owner.id


class WrongCaseError(MatchmakerError):
    """What is said of a case cannot be so; ``faults`` says it by column."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(next(iter(faults.values())))
        self.faults = faults


def _check(facts: CaseFacts, about: About, now: datetime) -> None:
    found: Faults = _day_faults(facts, latest_day(now))
    if (facts.quantity is None) != (facts.unit is None):
        found["quantity"] = _l("Write the quantity together with its unit, or neither.")
    if about.contradicts_itself:
        found["product"] = _l("This product belongs to another company.")
    if facts.corrective_state is CorrectiveState.DONE and not facts.corrective:
        found["corrective"] = _l("Write what was done.")
    if found:
        raise WrongCaseError(found)


def _day_faults(facts: CaseFacts, latest: date) -> Faults:
    found: Faults = {}
    done = facts.corrective_state is CorrectiveState.DONE
    if facts.happened_on > latest:
        found["happened_on"] = _l("This day is still to come.")
    if facts.corrective_due is not None and facts.corrective_due < facts.happened_on:
        found["corrective_due"] = _l("This day lies before the case itself.")
    if facts.corrected_on is None:
        if done:
            found["corrected_on"] = _l("Write the day on which it was done.")
        return found
    if not done:
        found["corrected_on"] = _l("It has a day on which it was done: choose the state “Done”.")
    if facts.corrected_on < facts.happened_on:
        found["corrected_on"] = _l("This day lies before the case itself.")
    elif facts.corrected_on > latest:
        found["corrected_on"] = _l("This day is still to come.")
    return found


def _fill(case: BorderCase, facts: CaseFacts, about: About, now: datetime) -> None:
    for name, value in asdict(facts).items():
        setattr(case, name, value)
    case.company, case.product, case.updated_at = about.owner, about.product, now


def _written(case: BorderCase) -> dict[str, Any]:
    """Return a case as the audit log keeps it: what tells it apart, and where it stands."""
    return {
        "happened_on": case.happened_on.isoformat(),
        "place": case.place,
        "act": case.act.value,
        "goods": case.goods,
        "hs_code": case.hs_code,
        "requirement": case.requirement_code,
        "cause": case.cause,
        **_correction(case),
    }


def _correction(case: BorderCase) -> dict[str, Any]:
    done = case.corrected_on.isoformat() if case.corrected_on else None
    due = case.corrective_due.isoformat() if case.corrective_due else None
    return {
        "corrective": case.corrective,
        "corrective_state": case.corrective_state.value,
        "corrective_due": due,
        "corrected_on": done,
    }


def add_case(facts: CaseFacts, about: About, *, actor: User, now: datetime) -> BorderCase:
    """Add a case.

    Raises
    ------
    WrongCaseError
        If a day is still to come, lies before the case, or something contradicts itself.
    """
    _check(facts, about, now)
    case = BorderCase(created_at=now)
    _fill(case, facts, about, now)
    db.session.add(case)
    db.session.flush()
    record("border.add", case.public_id, actor_id=actor.id, now=now, after=_written(case))
    log.info("border case added", extra={"case": case.public_id})
    return case


def _seen(case: BorderCase, version: int) -> None:
    if case.version != version:
        raise ChangedMeanwhileError(
            _l("Somebody has changed this case meanwhile. What they wrote still stands.")
        )


def change_case(
    case: BorderCase,
    facts: CaseFacts,
    about: About,
    *,
    seen_version: int,
    actor: User,
    now: datetime,
) -> None:
    """Change a case.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the page was drawn (409).
    WrongCaseError
        If a day is still to come, lies before the case, or something contradicts itself.
    """
    _seen(case, seen_version)
    _check(facts, about, now)
    before = _written(case)
    _fill(case, facts, about, now)
    db.session.flush()
    record(
        "border.change",
        case.public_id,
        actor_id=actor.id,
        now=now,
        before=before,
        after=_written(case),
    )


def write_correction(
    case: BorderCase, text: str, *, seen_version: int, actor: User, now: datetime
) -> None:
    """Keep what the company does about a case; an officer closes it later.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the page was drawn (409).
    NotAllowedNowError
        If the case is closed (409).
    WrongCaseError
        If nothing is written.
    """
    _seen(case, seen_version)
    if case.corrective_state in CLOSED:
        raise NotAllowedNowError(_l("The trade office has closed this case."))
    if not text.strip():
        raise WrongCaseError({"corrective": _l("Write what you do about it.")})
    before = _correction(case)
    case.corrective, case.corrective_state = text.strip(), CorrectiveState.UNDER_WAY
    case.updated_at = now
    db.session.flush()
    record(
        "border.correct",
        case.public_id,
        actor_id=actor.id,
        now=now,
        before=before,
        after=_correction(case),
    )
