"""What mutual recognition changes: it may ease a requirement, it never lifts a ban."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matchmaker.engines.readiness.data import Agreement, Ease, Requirement
from matchmaker.engines.readiness.papers import Papers
from matchmaker.engines.readiness.status import Finding, Status

_OUT_OF_REACH = frozenset({Status.BLOCKED, Status.IMPORTER_DUTY})


class Relief:
    """What all agreements together recognise on the target day, in whatever order they stand."""

    def __init__(self, agreements: Iterable[Agreement], target: date) -> None:
        self.target = target
        self._accepted: dict[str, set[str]] = defaultdict(set)
        self._starts: dict[str, date] = {}
        for agreement in agreements:
            for requirement, certificate in agreement.accepts:
                if agreement.starts > target:
                    known = self._starts.get(requirement, date.max)
                    self._starts[requirement] = min(known, agreement.starts)
                elif agreement.ends is None or agreement.ends >= target:
                    self._accepted[requirement].add(certificate)

    def accepted(self, requirement: str) -> set[str] | None:
        """Return the certificates accepted for a requirement; None where it is not listed."""
        return self._accepted.get(requirement)

    def starts(self, requirement: str) -> date | None:
        """Return the first later day on which an agreement that lists it comes into force."""
        return self._starts.get(requirement)


@dataclass(frozen=True, slots=True)
class Eased:
    """A finding after the agreements, and whether they touched it or would do so from a day."""

    finding: Finding
    eased: bool = False
    would_ease_from: date | None = None


def ease(requirement: Requirement, found: Finding, papers: Papers, relief: Relief) -> Eased:
    """Return the finding as the agreements change it.

    What is eased fully is waived where an accepted paper is valid, unless it is met anyway. What
    is eased partly rises from missing or expired to partly met, and no further.
    """
    if requirement.ease is Ease.NO or found.status in _OUT_OF_REACH:
        return Eased(found)
    later = relief.starts(requirement.code)
    accepted = relief.accepted(requirement.code)
    if accepted is None:
        return Eased(found, would_ease_from=later)
    paper = papers.valid(accepted, relief.target)
    status = _lifted(requirement.ease, found.status)
    if paper is not None and status is not found.status:
        found = Finding(status, paper.certificate, paper, found.waits_for)
    return Eased(found, eased=True, would_ease_from=later)


def _lifted(ease: Ease, status: Status) -> Status:
    """Return what a valid accepted paper makes of a status."""
    if ease is Ease.YES:
        return status if status is Status.MET else Status.WAIVED_MRA
    return Status.PARTLY if status in {Status.MISSING, Status.EXPIRED} else status
