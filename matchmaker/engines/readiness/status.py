"""The status of one requirement by the papers alone, before any agreement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.engines.readiness.data import Duty, Evidence, Holding, Requirement
from matchmaker.engines.readiness.papers import Papers, Validity


class Status(StrEnum):
    """How a requirement stands."""

    MET = "MET"
    DUE_AT_SHIPMENT = "DUE_AT_SHIPMENT"
    """Its paper is made for the consignment; nothing stands in the way of it."""
    WAIVED_MRA = "WAIVED_MRA"
    """An agreement accepts another paper, which is held."""
    EXPIRING = "EXPIRING"
    PARTLY = "PARTLY"
    EXPIRED = "EXPIRED"
    MISSING = "MISSING"
    BLOCKED = "BLOCKED"
    IMPORTER_DUTY = "IMPORTER_DUTY"


SETTLED = frozenset({Status.MET, Status.DUE_AT_SHIPMENT, Status.WAIVED_MRA, Status.IMPORTER_DUTY})
"""Where the exporter has nothing left to do."""
_OF_VALIDITY = {
    Validity.VALID: Status.MET,
    Validity.EXPIRING: Status.EXPIRING,
    Validity.EXPIRED: Status.EXPIRED,
    Validity.MISSING: Status.MISSING,
}
_WORST_FIRST = (Validity.MISSING, Validity.EXPIRED, Validity.EXPIRING, Validity.VALID)


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A paper that must be there before that of a consignment can be issued, and how it stands.

    ``valid_to`` is its last day, None where it is open or not held.
    """

    certificate: str
    validity: Validity
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A status with what decided it.

    ``by`` is the certificate of the paper that decides, or of the prerequisite, which need not be
    held; ``holding`` is the paper, where there is one.
    """

    status: Status
    by: str | None = None
    holding: Holding | None = None
    waits_for: tuple[Prerequisite, ...] = ()
    """Prerequisites that are not valid on the day."""


def finding_of(requirement: Requirement, papers: Papers, target: date) -> Finding:
    """Return how a requirement stands on the target day by the papers alone."""
    if requirement.duty is Duty.IMPORTER:
        return Finding(Status.IMPORTER_DUTY)
    full = papers.longest(requirement.met_by)
    validity = papers.validity(full, target)
    if requirement.evidence is Evidence.CONSIGNMENT and validity is not Validity.VALID:
        finding = _before_shipment(requirement, papers, target)
    else:
        finding = _by_evidence(requirement, full, validity, papers, target)
    if requirement.prohibition and finding.status is not Status.MET:
        return Finding(Status.BLOCKED, finding.by, finding.holding, finding.waits_for)
    return finding


def _by_evidence(
    requirement: Requirement,
    full: Holding | None,
    validity: Validity,
    papers: Papers,
    target: date,
) -> Finding:
    if validity in {Validity.MISSING, Validity.EXPIRED}:
        part = papers.valid(requirement.partly_met_by, target)
        if part is not None:
            return Finding(Status.PARTLY, part.certificate, part)
    return Finding(_OF_VALIDITY[validity], full.certificate if full else None, full)


def _before_shipment(requirement: Requirement, papers: Papers, target: date) -> Finding:
    """Return how it stands while its paper does not exist: by the worst prerequisite.

    Of several equally bad ones it is the one that ends first, then the first by code.
    """
    if not requirement.prerequisites:
        return Finding(Status.DUE_AT_SHIPMENT)
    states = []
    for code in requirement.prerequisites:
        held = papers.of(code)
        states.append(
            Prerequisite(code, papers.validity(held, target), held.valid_to if held else None)
        )
    worst = min(states, key=_badness)
    status = (
        Status.DUE_AT_SHIPMENT
        if worst.validity is Validity.VALID
        else _OF_VALIDITY[worst.validity]
    )
    at_fault = tuple(state for state in states if state.validity is not Validity.VALID)
    return Finding(status, worst.certificate, papers.of(worst.certificate), at_fault)


def _badness(state: Prerequisite) -> tuple[int, date, str]:
    return (
        _WORST_FIRST.index(state.validity),
        state.valid_to or date.max,
        state.certificate,
    )
