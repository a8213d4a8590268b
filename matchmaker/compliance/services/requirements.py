"""What officers do with requirements: add, change, retire, go back to an earlier version."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.compliance.catalogue_queries import (
    requirements_by_code,
    scheme_rows,
)
from matchmaker.compliance.enums import Verified
from matchmaker.compliance.models import Requirement, RequirementRevision
from matchmaker.compliance.readiness_queries import EVENT_IN_MARKET
from matchmaker.compliance.requirement_queries import RETIRED
from matchmaker.compliance.services.ground import ground_changed
from matchmaker.compliance.services.pack import CONTENT, Measure, content_of
from matchmaker.compliance.tables import HS_DIGITS
from matchmaker.compliance.wording import ATTRIBUTES
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.engines.readiness.data import CheckStage, Duty, Ease, Evidence, Kind
from matchmaker.errors import (
    ChangedMeanwhileError,
    ConflictError,
    MatchmakerError,
    NotAllowedNowError,
)
from matchmaker.reference import queries as reference
from matchmaker.reference.day_queries import office_day

log = logging.getLogger(__name__)
Faults = dict[str, Any]
KNOWN_ATTRIBUTES = (*ATTRIBUTES, EVENT_IN_MARKET)
"""What a requirement may depend on: what companies are asked, and what the event brings."""
JURISDICTIONS = ("JP", "PK")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "jurisdiction": JURISDICTIONS,
    "kind": tuple(Kind),
    "measure_type": tuple(Measure),
    "duty_holder": tuple(Duty),
    "check_stage": tuple(CheckStage),
    "evidence_scope": tuple(Evidence),
    "mra_ease": tuple(Ease),
    "verified": tuple(Verified),
    "condition_key": (*KNOWN_ATTRIBUTES, ""),
    "exempt_attribute": (*ATTRIBUTES, ""),
}


class WrongContentError(MatchmakerError):
    """What is said of a requirement cannot be so; ``faults`` says it field by field."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(next(iter(faults.values())))
        self.faults = faults


class CodeTakenError(ConflictError):
    """Another requirement has the code."""


def _code_faults(content: Mapping[str, Any]) -> Faults:
    """Return what is wrong with codes: certificates, sectors, prefixes of HS codes."""
    found: Faults = {}
    schemes, sectors = scheme_rows(), {row.code for row in reference.sectors()}
    for name in ("met_by", "partly_met_by", "prerequisites"):
        if any(code not in schemes for code in content[name]):
            found[name] = _l("Choose from the list: one of these does not exist.")
    if any(code not in sectors for code in content["sector_codes"]):
        found["sector_codes"] = _l("Choose from the list: one of these does not exist.")
    for prefix in content["hs_prefixes"]:
        fault = prefix_fault(prefix)
        if fault is not None:
            found.setdefault("hs_prefixes", fault)
    return found


def prefix_fault(prefix: str) -> Any:
    """Return what is wrong with the beginning of an HS code, None where nothing is."""
    digits = prefix.isascii() and prefix.isdigit()
    if not digits or len(prefix) not in HS_DIGITS:
        return _l(
            "%(prefix)s is not the beginning of an HS code: write 2 to 10 digits, without dots.",
            prefix=prefix[:20],
        )
    # Countries add digits behind the sixth; up to there the nomenclature is the same everywhere.
    known = next((prefix[:n] for n in (6, 4, 2) if len(prefix) >= n), prefix)
    if known not in reference.hs_index():
        return _l("There is no HS code %(code)s.", code=known)
    return None


def faults_of(content: Mapping[str, Any]) -> Faults:
    """Return what cannot be so: the sentence by the column it is about."""
    found = _code_faults(content) | _contradictions(content)
    if not any(content["titles"].values()):
        found["title_en"] = _l("Write the title in at least one language.")
    for name, words in _WORDS.items():
        if (content[name] or "") not in words:
            found[name] = _l("Choose one from the list.")
    if not content["sector_codes"] and not content["hs_prefixes"]:
        found["sector_codes"] = _l("Say which goods it is about: by sector or by HS code.")
    return found


def _contradictions(content: Mapping[str, Any]) -> Faults:
    """Return which columns do not go together."""
    found: Faults = {}
    if content["condition_key"] and content["condition_key"] == content["exempt_attribute"]:
        found["exempt_attribute"] = _l("The same attribute cannot both bring it and lift it.")
    if set(content["met_by"]) & set(content["partly_met_by"]):
        found["partly_met_by"] = _l("One certificate cannot show it both fully and partly.")
    if content["prerequisites"] and content["evidence_scope"] != Evidence.CONSIGNMENT:
        found["prerequisites"] = _l(
            "Only a paper that is made for each consignment has others that must stand before it."
        )
    if content["mra_ease"] != Ease.NO and content["measure_type"] != Measure.SPS:
        found["mra_ease"] = _l("An agreement on SPS can ease only requirements of SPS.")
    if content["prohibition"] and content["kind"] != Kind.MANDATORY:
        found["prohibition"] = _l("Only the law can shut the market, not what buyers expect.")
    return found


def _check(content: Mapping[str, Any], reason: str) -> None:
    faults = faults_of(content)
    if not reason.strip():
        faults["reason"] = _l("Say why: readers of the history will ask.")
    if faults:
        raise WrongContentError(faults)


def _revise(requirement: Requirement, reason: str, actor: User, now: datetime) -> int:
    """Keep how a requirement reads now; return the number of the revision."""
    last = sa.select(sa.func.max(RequirementRevision.number)).where(
        RequirementRevision.requirement_code == requirement.code
    )
    number = (db.session.scalar(last) or 0) + 1
    requirement.edited_at = now
    db.session.flush()
    db.session.add(
        RequirementRevision(
            requirement_code=requirement.code,
            number=number,
            at=now,
            actor_id=actor.id,
            reason=reason.strip(),
            content=content_of(requirement) | {RETIRED: requirement.retired_at is not None},
        )
    )
    db.session.flush()
    ground_changed(actor_id=actor.id, now=now)
    log.info("requirement changed", extra={"requirement": requirement.code, "revision": number})
    return number


def _seen(requirement: Requirement, version: int) -> None:
    if requirement.version != version:
        raise ChangedMeanwhileError(
            _l("Somebody has changed this requirement meanwhile. What they wrote still stands.")
        )


def _record(act: str, requirement: Requirement, actor: User, now: datetime, **more: Any) -> None:
    record(f"requirement.{act}", requirement.code, actor_id=actor.id, now=now, **more)


def add_requirement(
    code: str, content: Mapping[str, Any], *, reason: str, actor: User, now: datetime
) -> Requirement:
    """Add a requirement under a new code; readiness is worked out anew.

    Raises
    ------
    WrongContentError
        If something cannot be so, or no reason is given.
    CodeTakenError
        If the code is in use (409).
    """
    _check(content, reason)
    if requirements_by_code([code]):
        raise CodeTakenError(_l("There is a requirement with this code already."))
    requirement = Requirement(code=code, **content, stated_on=office_day(now))
    db.session.add(requirement)
    number = _revise(requirement, reason, actor, now)
    _record("add", requirement, actor, now, after={"revision": number, "reason": reason})
    return requirement


def change_requirement(
    requirement: Requirement,
    content: Mapping[str, Any],
    *,
    reason: str,
    seen_version: int,
    actor: User,
    now: datetime,
) -> int:
    """Change what a requirement asks; return the number of the new revision.

    Saved without a difference, it says that the row was looked at again today.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the page was drawn (409).
    WrongContentError
        If something cannot be so, or no reason is given.
    """
    _seen(requirement, seen_version)
    _check(content, reason)
    return _write(requirement, content, "change", reason, actor, now)


def _write(
    requirement: Requirement,
    content: Mapping[str, Any],
    act: str,
    reason: str,
    actor: User,
    now: datetime,
) -> int:
    before = content_of(requirement)
    moved = [name for name in CONTENT if before[name] != content[name]]
    for name in moved:
        setattr(requirement, name, content[name])
    requirement.stated_on = office_day(now)
    number = _revise(requirement, reason, actor, now)
    _record(
        act,
        requirement,
        actor,
        now,
        before={name: _plain(before[name]) for name in moved},
        after={name: _plain(content[name]) for name in moved}
        | {"revision": number, "reason": reason},
    )
    return number


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Verified) else value


def bring_back(
    requirement: Requirement,
    revision: RequirementRevision,
    *,
    reason: str,
    seen_version: int,
    actor: User,
    now: datetime,
) -> int:
    """Let a requirement read as in an earlier revision; the history is only added to.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the page was drawn (409).
    WrongContentError
        If what it said then cannot be said any more, or no reason is given.
    """
    _seen(requirement, seen_version)
    content = {name: revision.content[name] for name in CONTENT}
    content["verified"] = Verified(content["verified"])
    _check(content, reason)
    requirement.retired_at = now if revision.content.get(RETIRED) else None
    return _write(requirement, content, "bring_back", reason, actor, now)


def retire(
    requirement: Requirement, *, reason: str, seen_version: int, actor: User, now: datetime
) -> None:
    """Ask for a requirement no longer; it stays readable.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the page was drawn (409).
    NotAllowedNowError
        If it is retired already (409).
    WrongContentError
        If no reason is given.
    """
    if requirement.retired_at is not None:
        raise NotAllowedNowError(_l("This requirement is retired already."))
    _set_retired(requirement, now, reason, seen_version, actor, now)


def take_up(
    requirement: Requirement, *, reason: str, seen_version: int, actor: User, now: datetime
) -> None:
    """Ask for a retired requirement again.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the page was drawn (409).
    NotAllowedNowError
        If it is not retired (409).
    WrongContentError
        If no reason is given.
    """
    if requirement.retired_at is None:
        raise NotAllowedNowError(_l("This requirement is not retired."))
    _set_retired(requirement, None, reason, seen_version, actor, now)


def _set_retired(
    requirement: Requirement,
    at: datetime | None,
    reason: str,
    seen_version: int,
    actor: User,
    now: datetime,
) -> None:
    _seen(requirement, seen_version)
    if not reason.strip():
        raise WrongContentError({"reason": _l("Say why: readers of the history will ask.")})
    requirement.retired_at = at
    number = _revise(requirement, reason, actor, now)
    act = "retire" if at else "take_up"
    _record(act, requirement, actor, now, after={"revision": number, "reason": reason})
