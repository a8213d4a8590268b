"""The readiness of a product at both stages, requirement by requirement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.engines.readiness.agreements import Relief, ease
from matchmaker.engines.readiness.catalogue import Catalogue
from matchmaker.engines.readiness.data import Case, Holding, Kind, Requirement, Stage, Weights
from matchmaker.engines.readiness.gaps import Remedy, remedies
from matchmaker.engines.readiness.papers import Papers
from matchmaker.engines.readiness.score import Level, score_of
from matchmaker.engines.readiness.status import (
    SETTLED,
    Finding,
    Prerequisite,
    Status,
    finding_of,
)

_STANDARD = Weights()


class Unanswered(StrEnum):
    """Why a stage has no answer."""

    NO_DATE = "no date"
    NO_REQUIREMENT = "no requirement applies"


@dataclass(frozen=True, slots=True)
class RequirementStatus:
    """How one requirement stands at one stage.

    ``kind`` is mandatory where a buyer insists on what buyers only expect. ``by`` is the
    certificate of the deciding paper or prerequisite, ``holding`` that paper if it is held.
    ``partial`` are valid papers that show a part, by code, whether they count or not. Where there
    is a gap, ``waits_for`` are the prerequisites at fault, ``remedies`` what meets the requirement
    and ``programmes`` those that help, best first; none: ask the promotion offices.
    """

    requirement: Requirement
    kind: Kind
    status: Status
    by: str | None
    holding: Holding | None
    eased: bool
    would_ease_from: date | None
    partial: tuple[str, ...]
    days_left: int | None
    """From the target day to the last day of ``holding``; None: open or not held."""
    waits_for: tuple[Prerequisite, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    programmes: tuple[str, ...] = ()

    @property
    def is_gap(self) -> bool:
        """Say whether the exporter has something left to do."""
        return self.status not in SETTLED


@dataclass(frozen=True, slots=True)
class StageReadiness:
    """The answer for one stage; scores are 0 to 1 and not rounded."""

    stage: Stage
    target: date
    level: Level
    mandatory: float
    buyer: float
    overall: float
    requirements: tuple[RequirementStatus, ...]
    """Mandatory ones first, then by code."""

    @property
    def gaps(self) -> tuple[RequirementStatus, ...]:
        """Return what the exporter has left to do."""
        return tuple(row for row in self.requirements if row.is_gap)

    @property
    def hindrances(self) -> tuple[RequirementStatus, ...]:
        """Return the mandatory gaps: what stands between the product and READY."""
        return tuple(row for row in self.gaps if row.kind is Kind.MANDATORY)

    @property
    def days_left(self) -> int | None:
        """Return the days from the target to the first end of a deciding paper; None: all open."""
        known = [row.days_left for row in self.requirements if row.days_left is not None]
        return min(known, default=None)

    def bars(self, *, dated: bool) -> bool:
        """Say whether it takes a pair out of matching.

        ``dated`` says that the buyer wants delivery on that very day.
        """
        return self.level is Level.BLOCKED or (dated and self.level is Level.NOT_READY)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The answer for both stages; a stage that is None says why in ``unanswered``."""

    event: StageReadiness | None
    shipment: StageReadiness | None
    unanswered: tuple[tuple[Stage, Unanswered], ...] = ()

    @property
    def stages(self) -> tuple[StageReadiness, ...]:
        """Return the stages that have an answer."""
        return tuple(stage for stage in (self.event, self.shipment) if stage)


@dataclass(frozen=True, slots=True)
class _Bench:
    """What every requirement of a stage is looked at with."""

    catalogue: Catalogue
    case: Case
    papers: Papers
    relief: Relief

    def row(self, requirement: Requirement) -> RequirementStatus:
        target, sector = self.relief.target, self.case.product.sector
        found = finding_of(requirement, self.papers, target)
        eased = ease(requirement, found, self.papers, self.relief)
        found = eased.finding
        is_gap = found.status not in SETTLED
        return RequirementStatus(
            requirement=requirement,
            kind=_kind(requirement, self.case),
            status=found.status,
            by=found.by,
            holding=found.holding,
            eased=eased.eased,
            would_ease_from=eased.would_ease_from,
            partial=self._partial(requirement),
            days_left=_days_left(found, target),
            waits_for=found.waits_for if is_gap else (),
            remedies=remedies(requirement, self.papers) if is_gap else (),
            programmes=(self.catalogue.programmes_for(requirement.code, sector) if is_gap else ()),
        )

    def _partial(self, requirement: Requirement) -> tuple[str, ...]:
        codes, target = requirement.partly_met_by, self.relief.target
        if not codes:
            return ()
        return tuple(sorted(code for code in codes if self.papers.valid((code,), target)))


def _kind(requirement: Requirement, case: Case) -> Kind:
    return Kind.MANDATORY if requirement.code in case.insisted else requirement.kind


def _days_left(found: Finding, target: date) -> int | None:
    if found.holding is None or found.holding.valid_to is None:
        return None
    return (found.holding.valid_to - target).days


def _assess_stage(
    catalogue: Catalogue, case: Case, papers: Papers, stage: Stage, weights: Weights
) -> StageReadiness | Unanswered:
    target = case.target(stage)
    if target is None:
        return Unanswered.NO_DATE
    rules = catalogue.applicable(case.product, case.jurisdictions)
    rules = tuple(rule for rule in rules if rule.is_checked_at(stage))
    if not rules:
        return Unanswered.NO_REQUIREMENT
    bench = _Bench(catalogue, case, papers, Relief(case.agreements, target))
    rows = [bench.row(rule) for rule in rules]
    if case.insisted:
        rows.sort(key=lambda row: (row.kind is not Kind.MANDATORY, row.requirement.code))
    score = score_of(((row.kind, row.status) for row in rows), weights)
    return StageReadiness(
        stage=stage,
        target=target,
        level=score.level,
        mandatory=score.mandatory,
        buyer=score.buyer,
        overall=score.overall,
        requirements=tuple(rows),
    )


def assess(catalogue: Catalogue, case: Case, *, weights: Weights = _STANDARD) -> Readiness:
    """Say how ready a product is for an event and for a shipment.

    Parameters
    ----------
    catalogue : Catalogue
        What is asked, and what shows it.
    case : Case
        The product, its papers, the days and the agreements.
    weights : Weights
        What the two scores and a half-met requirement count.

    Returns
    -------
    Readiness
        A stage without a date, or that no requirement touches, is None and says why. The answer
        does not depend on the order of papers, agreements or rows of the catalogue.

    Notes
    -----
    The rules, with the decisions where they leave a choice, are in ``docs/readiness.md``.
    """
    product = case.product
    papers = Papers(case.holdings, product, catalogue.family(product.sector), case.as_of)
    event, shipment = (_assess_stage(catalogue, case, papers, stage, weights) for stage in Stage)
    return Readiness(
        event=None if isinstance(event, Unanswered) else event,
        shipment=None if isinstance(shipment, Unanswered) else shipment,
        unanswered=tuple(
            (stage, answer)
            for stage, answer in zip(Stage, (event, shipment), strict=True)
            if isinstance(answer, Unanswered)
        ),
    )
