"""From the statuses of requirements to a level and three scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.engines.readiness.data import Kind, Weights
from matchmaker.engines.readiness.status import Status


class Level(StrEnum):
    """How ready a product is, from its mandatory requirements only."""

    READY = "READY"
    CONDITIONAL = "CONDITIONAL"
    NOT_READY = "NOT_READY"
    BLOCKED = "BLOCKED"


_HALF = frozenset({Status.EXPIRING, Status.PARTLY})
_NOTHING = frozenset({Status.EXPIRED, Status.MISSING, Status.BLOCKED})


@dataclass(frozen=True, slots=True)
class Score:
    """Level and scores, each 0 to 1 and not rounded."""

    level: Level
    mandatory: float
    buyer: float
    overall: float


def _mean(statuses: Sequence[Status], weights: Weights) -> float:
    """Return the mean worth of the statuses that are scored, 1 where there is none."""
    scored = [status for status in statuses if status is not Status.IMPORTER_DUTY]
    if not scored:
        return 1.0
    lost = sum(1.0 if s in _NOTHING else 1 - weights.half if s in _HALF else 0.0 for s in scored)
    return 1 - lost / len(scored)


def _level(mandatory: Iterable[Status]) -> Level:
    found = set(mandatory)
    if Status.BLOCKED in found:
        return Level.BLOCKED
    if found & _NOTHING:
        return Level.NOT_READY
    return Level.CONDITIONAL if found & _HALF else Level.READY


def score_of(statuses: Iterable[tuple[Kind, Status]], weights: Weights) -> Score:
    """Return level and scores of a stage.

    What only the importer has to do is not scored. Anything blocked makes the overall score 0.
    """
    by_kind: dict[Kind, list[Status]] = {kind: [] for kind in Kind}
    for kind, status in statuses:
        by_kind[kind].append(status)
    mandatory = _mean(by_kind[Kind.MANDATORY], weights)
    buyer = _mean(by_kind[Kind.BUYER_EXPECTED], weights)
    blocked = any(Status.BLOCKED in found for found in by_kind.values())
    overall = 0.0 if blocked else weights.mandatory * mandatory + weights.buyer * buyer
    return Score(_level(by_kind[Kind.MANDATORY]), mandatory, buyer, overall)
