"""What officers do with agreements: add and change them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.compliance.agreement_queries import Overlap, overlaps
from matchmaker.compliance.catalogue_queries import requirements_by_code, scheme_rows
from matchmaker.compliance.enums import BINDING_STAGES, AgreementStage
from matchmaker.compliance.models import Agreement, AgreementAcceptance, Requirement
from matchmaker.compliance.services.ground import ground_changed
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.engines.readiness.data import Ease
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError
from matchmaker.reference.day_queries import latest_day, office_day
from matchmaker.web.i18n import best_text

log = logging.getLogger(__name__)
Pair = tuple[str, str]
"""A requirement, and a certificate that is accepted for it."""


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """What is known of an agreement."""

    names: dict[str, str]
    parties: str
    scope: str
    authorities: str
    stage: AgreementStage
    starts_on: date | None
    ends_on: date | None
    source: str
    accepts: tuple[Pair, ...]
    """In the order in which they were written."""


class WrongAgreementError(MatchmakerError):
    """What is said of an agreement cannot be so.

    ``faults`` says it by column, ``rows`` by the number of the row of what is accepted.
    """

    def __init__(self, faults: dict[str, Any], rows: dict[int, Any]) -> None:
        super().__init__(next(iter((faults | rows).values())))
        self.faults = faults
        self.rows = rows


class OverlapError(MatchmakerError):
    """Another agreement eases the same at the same time; somebody has to say that both apply."""

    status = 409

    def __init__(self, found: Sequence[Overlap]) -> None:
        super().__init__(
            _l("Another agreement lists the same requirements at the same time. Do both apply?")
        )
        self.found = found


def _faults(facts: AgreementFacts, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    starts, ends, stage = facts.starts_on, facts.ends_on, facts.stage
    if not any(facts.names.values()):
        found["name_en"] = _l("Write the name in at least one language.")
    if starts and ends and ends < starts:
        found["ends_on"] = _l("The last day lies before the first. Have the two been swapped?")
    if stage is not AgreementStage.SCENARIO and not facts.source.strip():
        found["source"] = _l("Write where this is stated. Only a scenario needs no source.")
    return found | (_stage_faults(facts, now) if stage in BINDING_STAGES else {})


def _stage_faults(facts: AgreementFacts, now: datetime) -> dict[str, Any]:
    """Return where the days of an agreement that binds do not fit its stage."""
    found: dict[str, Any] = {}
    starts, ends, stage = facts.starts_on, facts.ends_on, facts.stage
    if starts is None:
        found["starts_on"] = _l("An agreement that is signed has a first day. Write it.")
    elif stage is AgreementStage.IN_FORCE and starts > latest_day(now):
        found["starts_on"] = _l(
            "It is in force only once its first day has come. Until then choose “Signed”."
        )
    if stage is AgreementStage.IN_FORCE and ends is not None and ends < office_day(now):
        found.setdefault("ends_on", _l("Its last day is over. Choose “Ended”."))
    if stage is AgreementStage.ENDED and (ends is None or ends > latest_day(now)):
        found.setdefault(
            "ends_on", _l("An agreement that has ended has a last day, not later than today.")
        )
    return found


def _row_fault(pair: Pair, requirements: dict[str, Requirement], schemes: set[str]) -> Any:
    code, certificate = pair
    requirement = requirements.get(code)
    if requirement is None:
        return _l("There is no requirement %(code)s. Choose one from the list.", code=code[:40])
    title = best_text(requirement.titles)[0]
    if requirement.retired_at is not None:
        return _l("“%(title)s” is retired: nobody is asked for it any more.", title=title)
    if requirement.mra_ease == Ease.NO:
        return _l(
            "An agreement cannot ease “%(title)s”: it is not a measure of SPS that recognition "
            "could replace, or it is a ban or a limit that stays.",
            title=title,
        )
    if certificate not in schemes:
        return _l(
            "There is no certificate %(code)s. Choose one from the list.", code=certificate[:40]
        )
    return None


def _row_faults(pairs: Sequence[Pair], standing: frozenset[Pair]) -> dict[int, Any]:
    """Return what is wrong with rows; one that stood already may name what was retired since."""
    requirements = requirements_by_code({code for code, _ in pairs})
    schemes = set(scheme_rows({code for _, code in pairs}))
    found = {}
    for number, pair in enumerate(pairs):
        retired = pair[0] in requirements and requirements[pair[0]].retired_at is not None
        fault = _row_fault(pair, requirements, schemes)
        if fault is not None and not (retired and pair in standing):
            found[number] = fault
    return found


def _check(
    facts: AgreementFacts, standing: Agreement | None, *, both_apply: bool, now: datetime
) -> None:
    stood = frozenset(
        (row.requirement_code, row.certificate_code)
        for row in (standing.accepts if standing else ())
    )
    faults, rows = _faults(facts, now), _row_faults(facts.accepts, stood)
    if faults or rows:
        raise WrongAgreementError(faults, rows)
    codes = {code for code, _ in facts.accepts}
    others = overlaps(
        codes, facts.starts_on, facts.ends_on, except_id=standing.id if standing else None
    )
    if others and not both_apply:
        raise OverlapError(others)


def _fill(agreement: Agreement, facts: AgreementFacts, now: datetime) -> None:
    for name in ("names", "parties", "scope", "authorities", "stage"):
        setattr(agreement, name, getattr(facts, name))
    agreement.starts_on, agreement.ends_on = facts.starts_on, facts.ends_on
    agreement.source, agreement.updated_at = facts.source, now
    wanted = dict.fromkeys(facts.accepts)
    kept = [r for r in agreement.accepts if (r.requirement_code, r.certificate_code) in wanted]
    stood = {(row.requirement_code, row.certificate_code) for row in kept}
    agreement.accepts = kept + [
        AgreementAcceptance(requirement_code=code, certificate_code=certificate)
        for code, certificate in wanted
        if (code, certificate) not in stood
    ]


def _written(agreement: Agreement) -> dict[str, Any]:
    """Return an agreement as the audit log keeps it."""
    days = {
        name: day.isoformat() if day else None
        for name, day in (("starts_on", agreement.starts_on), ("ends_on", agreement.ends_on))
    }
    return {
        "names": agreement.names,
        "parties": agreement.parties,
        "stage": agreement.stage.value,
        **days,
        "source": agreement.source,
        "accepts": sorted([r.requirement_code, r.certificate_code] for r in agreement.accepts),
    }


def add_agreement(
    facts: AgreementFacts, *, both_apply: bool, actor: User, now: datetime
) -> Agreement:
    """Add an agreement; one that binds has readiness worked out anew.

    Raises
    ------
    WrongAgreementError
        If something cannot be so, as easing what no agreement can ease.
    OverlapError
        If another one lists the same at the same time, and ``both_apply`` does not say so (409).
    """
    _check(facts, None, both_apply=both_apply, now=now)
    agreement = Agreement(created_at=now, accepts=[])
    _fill(agreement, facts, now)
    db.session.add(agreement)
    db.session.flush()
    record(
        "agreement.add",
        agreement.public_id,
        actor_id=actor.id,
        now=now,
        after=_written(agreement) | {"both_apply": both_apply},
    )
    if agreement.stage in BINDING_STAGES:
        ground_changed(actor_id=actor.id, now=now)
    log.info("agreement added", extra={"agreement": agreement.public_id})
    return agreement


def change_agreement(
    agreement: Agreement,
    facts: AgreementFacts,
    *,
    both_apply: bool,
    seen_version: int,
    actor: User,
    now: datetime,
) -> None:
    """Change an agreement; where it binds, or did, readiness is worked out anew.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the page was drawn (409).
    WrongAgreementError
        If something cannot be so, as easing what no agreement can ease.
    OverlapError
        If another one lists the same at the same time, and ``both_apply`` does not say so (409).
    """
    if agreement.version != seen_version:
        raise ChangedMeanwhileError(
            _l("Somebody has changed this agreement meanwhile. What they wrote still stands.")
        )
    _check(facts, agreement, both_apply=both_apply, now=now)
    before, bound = _written(agreement), agreement.stage in BINDING_STAGES
    _fill(agreement, facts, now)
    db.session.flush()
    record(
        "agreement.change",
        agreement.public_id,
        actor_id=actor.id,
        now=now,
        before=before,
        after=_written(agreement) | {"both_apply": both_apply},
    )
    if bound or agreement.stage in BINDING_STAGES:
        ground_changed(actor_id=actor.id, now=now)
    log.info("agreement changed", extra={"agreement": agreement.public_id})


def accepted_pairs(agreement: Agreement) -> frozenset[Pair]:
    """Return what an agreement accepts, as the engine reads it."""
    return frozenset((row.requirement_code, row.certificate_code) for row in agreement.accepts)
