"""Pages of runs, of the review queue and of a company's suggested partners."""

from __future__ import annotations

from matchmaker.matches.views import (
    assignments,
    blocked,
    evaluations,
    glossary,
    goods_help,
    learning,
    pairs,
    partners,
    queue,
    runs,
    text_models,
)
from matchmaker.matches.views.blueprint import bp

__all__ = [
    "assignments",
    "blocked",
    "bp",
    "evaluations",
    "glossary",
    "goods_help",
    "learning",
    "pairs",
    "partners",
    "queue",
    "runs",
    "text_models",
]
