"""What an agreement that is not in force would change."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matchmaker.engines.readiness.assess import (
    Readiness,
    RequirementStatus,
    StageReadiness,
    assess,
)
from matchmaker.engines.readiness.catalogue import Catalogue
from matchmaker.engines.readiness.data import Agreement, Case, Stage, Weights
from matchmaker.engines.readiness.score import Level

_STANDARD = Weights()


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement that stands differently, or is eased where it was not."""

    stage: Stage
    before: RequirementStatus
    after: RequirementStatus


@dataclass(frozen=True, slots=True)
class Comparison:
    """Readiness without and with the supposed agreements."""

    before: Readiness
    after: Readiness
    changes: tuple[Change, ...]

    def becomes_ready(self, stage: Stage) -> bool:
        """Say whether the product is READY at a stage only with them."""
        before, after = _at(self.before, stage), _at(self.after, stage)
        return bool(
            before and after and before.level is not Level.READY and after.level is Level.READY
        )


def _at(readiness: Readiness, stage: Stage) -> StageReadiness | None:
    return readiness.event if stage is Stage.EVENT else readiness.shipment


def _differs(before: RequirementStatus, after: RequirementStatus) -> bool:
    return (before.status, before.eased) != (after.status, after.eased)


def what_if(
    catalogue: Catalogue,
    case: Case,
    supposed: tuple[Agreement, ...],
    *,
    weights: Weights = _STANDARD,
) -> Comparison:
    """Compare readiness under the agreements of the case with that under further ones.

    Parameters
    ----------
    catalogue : Catalogue
    case : Case
        With the agreements that stand.
    supposed : tuple of Agreement
        Those that are asked about, with the dates they are supposed to have.
    weights : Weights

    Returns
    -------
    Comparison
        With every requirement whose status, or easing, differs; event first.
    """
    before = assess(catalogue, case, weights=weights)
    further = replace(case, agreements=case.agreements + supposed)
    after = assess(catalogue, further, weights=weights)
    changes = tuple(
        Change(old.stage, one, other)
        for old, new in zip(before.stages, after.stages, strict=True)
        for one, other in zip(old.requirements, new.requirements, strict=True)
        if _differs(one, other)
    )
    return Comparison(before, after, changes)
