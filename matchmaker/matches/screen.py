"""What the review queue shows: the list, the open pair in words, how far the review is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound

from matchmaker.accounts.models import User
from matchmaker.companies.models import Need, Product
from matchmaker.compliance.models import Requirement
from matchmaker.engines.matching.reasons import Reasons
from matchmaker.events.models import Event
from matchmaker.matches.address import Chip, Place
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import BlockedPair, Decision, Suggestion
from matchmaker.matches.permissions import can_review
from matchmaker.matches.queries.blocked import standing_between
from matchmaker.matches.queries.pair import (
    AlsoFits,
    Names,
    Pair,
    also_fitting,
    decisions_of,
    names_for,
    pair_to_show,
)
from matchmaker.matches.queries.queue import (
    OwnDecision,
    QueueFilter,
    QueuePage,
    counts_by_state,
    number_decided_with,
    own_decisions,
    queue,
)
from matchmaker.matches.queries.runs import SinceRun, joined_since_run
from matchmaker.matches.readiness import missing
from matchmaker.matches.services.decisions import DECIDED
from matchmaker.matches.words.facts import Fact, Sides, facts
from matchmaker.matches.words.passages import Passages, closest_passages
from matchmaker.matches.words.why import Direction, directions, raises, unknown, why

LONGEST_THOUGHT = timedelta(minutes=10)
"""A longer time between two decisions was a pause, and says nothing of the pace."""
LEAST_FOR_PACE = 4


@dataclass(frozen=True, slots=True)
class OpenPair:
    """The pair on the right, in words."""

    suggestion: Suggestion
    exporter_approved: int
    buyer_approved: int
    why: Sequence[str]
    facts: Sequence[Fact]
    unknown: str | None
    directions: tuple[Direction, Direction] | None
    passages: Sequence[Passages]
    """Of both texts, the closest in meaning."""
    factor: float
    known: int
    """Parts of the score that are known, of `parts`."""
    parts: int
    raises: Sequence[tuple[float, str]]
    also: Sequence[AlsoFits]
    """Other goods of the two that agree."""
    history: Sequence[Decision]
    needs_note: bool
    """It is decided, so that another decision is an override."""
    missing: Sequence[Requirement]
    """What keeps the product out of the market, as far as it is known now."""
    apart: Sequence[BlockedPair]
    """What keeps the two from being proposed to each other."""

    @property
    def since_run(self) -> bool:
        """Whether it was made after its run, when one of the two had saved something."""
        suggestion, run = self.suggestion, self.suggestion.run
        return bool(run and run.finished_at and suggestion.created_at > run.finished_at)

    @property
    def renewed_at(self) -> datetime | None:
        """When it was made or renewed after its run, because one of the two had changed."""
        suggestion, run = self.suggestion, self.suggestion.run
        if run is None or run.finished_at is None or suggestion.changed_at <= run.finished_at:
            return None
        decided = any(decision.at >= suggestion.changed_at for decision in self.history)
        waits = suggestion.state is SuggestionState.PENDING
        return suggestion.changed_at if waits and not decided else None

    def can_undo(self, decision: Decision, user: User) -> bool:
        """Whether the person may take this decision back: the last one, and their own."""
        return (
            decision is self.history[0]
            and decision.officer_id == user.id
            and decision.undoes_id is None
            and decision.before is not decision.after
        )


@dataclass(frozen=True, slots=True)
class Screen:
    """The whole page."""

    event: Event
    place: Place
    asked: QueueFilter
    page: QueuePage
    counts: Mapping[SuggestionState, int]
    names: Names
    chips: Sequence[Chip]
    pair: OpenPair | None
    last: OwnDecision | None
    """The decision that was just made, to be taken back."""
    together: int
    """Suggestions that were decided with it."""
    since_run: SinceRun | None
    """Who was accepted since the last run; for those who may run again."""
    left_min: int | None
    """Minutes that what waits will take at the officer's pace."""

    @property
    def total(self) -> int:
        return sum(self.counts.values()) - self.counts.get(SuggestionState.SUPERSEDED, 0)

    @property
    def decided(self) -> int:
        done = (SuggestionState.APPROVED, SuggestionState.REJECTED)
        return sum(self.counts.get(state, 0) for state in done)

    @property
    def here(self) -> int:
        """Place of the open pair in the list, from 1; 0 if it is not on this page."""
        opened = self.pair.suggestion.public_id if self.pair else ""
        ids = [row.public_id for row in self.page.rows]
        return ids.index(opened) + 1 if opened in ids else 0

    @property
    def next_id(self) -> str | None:
        return self.page.after(self.pair.suggestion.public_id) if self.pair else None

    @property
    def previous_id(self) -> str | None:
        return self.page.rows[self.here - 2].public_id if self.here > 1 else None


def minutes_left(decisions: Sequence[OwnDecision], waiting: int) -> int | None:
    """Return the minutes that are left at the pace of the last decisions; None if unknown."""
    moments = sorted({decision.at for decision in decisions})
    gaps = [
        later - earlier
        for earlier, later in pairwise(moments)
        if later - earlier <= LONGEST_THOUGHT
    ]
    if len(gaps) < LEAST_FOR_PACE or not waiting:
        return None
    return max(1, round(median(gap.total_seconds() for gap in gaps) * waiting / 60))


def said_left(minutes: int) -> str:
    """Say how long something takes: 1 h 20 min."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(_("%(minutes)s min", minutes=rest))
    return str(_("%(hours)s h %(minutes)s min", hours=hours, minutes=rest))


def reasons_of(suggestion: Suggestion) -> Reasons | None:
    """Return the engine's reasons of a suggestion; None where there are none."""
    kept = suggestion.reasons.get("why")
    return Reasons.from_json(kept) if kept else None


def sides_of(suggestion: Suggestion, names: Names) -> Sides:
    """Return both sides of a suggestion, loaded with them."""
    return Sides(
        exporter=suggestion.exhibitor.company,
        buyer=suggestion.buyer.company,
        product=suggestion.product,
        need=suggestion.need,
        names=names,
        reasons=reasons_of(suggestion),
    )


def _find(event: Event, public_id: str | None, page: QueuePage) -> Pair | None:
    """Return the pair asked for, else the first of the list."""
    for wanted in (public_id, page.rows[0].public_id if page.rows else None):
        if wanted:
            try:
                return pair_to_show(event.id, wanted)
            except NoResultFound:
                continue
    return None


def _named(pair: Pair) -> tuple[list[Product], list[Need], list[str]]:
    """Return what a pair names: its goods, and the concepts both texts speak of."""
    suggestion = pair.suggestion
    return [suggestion.product], [suggestion.need], concepts_of(suggestion)


def concepts_of(suggestion: Suggestion) -> list[str]:
    """Return the codes of the concepts that both texts of a suggestion speak of."""
    reasons = reasons_of(suggestion)
    return [concept.code for concept in reasons.concepts] if reasons else []


def _in_words(pair: Pair, names: Names) -> OpenPair:
    suggestion = pair.suggestion
    sides = sides_of(suggestion, names)
    parts = sides.reasons.supply if sides.reasons else ()
    return OpenPair(
        suggestion=suggestion,
        exporter_approved=pair.exporter_approved,
        buyer_approved=pair.buyer_approved,
        why=why(sides, with_prices=True),
        facts=facts(sides, with_prices=True),
        unknown=unknown(sides, with_prices=True),
        directions=directions(sides),
        passages=closest_passages(sides),
        factor=sides.reasons.factor if sides.reasons else 0.0,
        known=len(parts) - len(sides.reasons.unknown if sides.reasons else ()),
        parts=len(parts),
        raises=raises(sides),
        also=also_fitting(suggestion),
        history=decisions_of(suggestion.id),
        needs_note=suggestion.state in DECIDED,
        missing=missing(pair.readiness),
        apart=standing_between(sides.exporter.id, sides.buyer.id),
    )


def _together(event: Event, officer: User, own: Sequence[OwnDecision]) -> int:
    """Return how many suggestions were decided with an officer's newest decision."""
    newest = [decision for decision in own if decision.at == own[0].at]
    return number_decided_with(event.id, officer.id, own[0].at) if len(newest) > 1 else 1


def queue_screen(
    event: Event, place: Place, officer: User, *, open_id: str | None, decided_id: str | None
) -> Screen:
    """Return what the queue shows, in at most twelve statements for any number of rows."""
    asked = place.asked(officer.id)
    page = queue(event.id, asked)
    counts = counts_by_state(event.id)
    own = own_decisions(event.id, officer.id)
    found = _find(event, open_id, page)
    names = names_for(*_named(found)) if found else names_for([], [])
    newest = own[0] if own and own[0].public_id == decided_id else None
    return Screen(
        event=event,
        place=place,
        asked=asked,
        page=page,
        counts=counts,
        names=names,
        chips=place.chips(names.sectors),
        pair=_in_words(found, names) if found else None,
        last=newest,
        together=_together(event, officer, own) if newest else 0,
        since_run=joined_since_run(event.id) if can_review(officer) else None,
        left_min=minutes_left(own, counts.get(SuggestionState.PENDING, 0)),
    )
