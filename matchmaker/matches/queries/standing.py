"""How far an event has come with its matches, for the officer's overview of it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaker.db.base import db
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import MatchRun, Suggestion
from matchmaker.matches.queries.runs import SinceRun, joined_since_run


@dataclass(frozen=True, slots=True)
class Standing:
    """What a run gave, and what it could not know."""

    has_run: bool
    waiting: int
    """Suggestions that nobody has decided on."""
    since_run: SinceRun | None


def standing_of(event_id: int) -> Standing:
    """Return how far an event has come with its matches, in two statements."""
    run = sa.select(MatchRun.id).where(
        MatchRun.event_id == event_id, MatchRun.finished_at.is_not(None)
    )
    waiting = sa.select(sa.func.count(Suggestion.id)).where(
        Suggestion.event_id == event_id, Suggestion.state == SuggestionState.PENDING
    )
    has_run, number = db.session.execute(sa.select(run.exists(), waiting.scalar_subquery())).one()
    return Standing(has_run, number, joined_since_run(event_id))
