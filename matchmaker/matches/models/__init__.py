"""Runs and review, the text model and its vectors, what was learnt, blocked pairs."""

from __future__ import annotations

from matchmaker.matches.models.blocked import BlockedPair
from matchmaker.matches.models.learned import Evaluation, LearnedModel
from matchmaker.matches.models.runs import (
    Decision,
    MatchRun,
    RunSnapshot,
    SectorAssignment,
    Suggestion,
)
from matchmaker.matches.models.text import TextModelVersion, TextVector

__all__ = [
    "BlockedPair",
    "Decision",
    "Evaluation",
    "LearnedModel",
    "MatchRun",
    "RunSnapshot",
    "SectorAssignment",
    "Suggestion",
    "TextModelVersion",
    "TextVector",
]
