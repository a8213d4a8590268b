"""What closes a gap: papers to obtain or renew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaker.engines.readiness.data import Requirement
from matchmaker.engines.readiness.papers import Papers


class Act(StrEnum):
    """What to do about a paper."""

    OBTAIN = "obtain"
    RENEW = "renew"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A certificate that would meet a requirement, any one of several.

    ``valid_to`` is the last day of the one that is held and has to be renewed.
    """

    certificate: str
    act: Act
    valid_to: date | None = None


def remedies(requirement: Requirement, papers: Papers) -> tuple[Remedy, ...]:
    """Return the certificates that would meet it, those to renew first, then by code."""
    found = []
    for code in requirement.met_by:
        held = papers.of(code)
        found.append(Remedy(code, Act.RENEW, held.valid_to) if held else Remedy(code, Act.OBTAIN))
    if len(found) > 1:
        found.sort(key=lambda remedy: (remedy.act is Act.OBTAIN, remedy.certificate))
    return tuple(found)
