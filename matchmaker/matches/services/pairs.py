"""Pairs that an officer adds: missed by the model, or taken up again against a decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.engines.matching.gates import Gate
from matchmaker.engines.matching.run import Suggestion as Found
from matchmaker.engines.matching.run import score_pair
from matchmaker.engines.matching.score import Weights
from matchmaker.errors import ConflictError, MatchmakerError
from matchmaker.events.models import Event
from matchmaker.matches.enums import SuggestionSource, SuggestionState
from matchmaker.matches.fair import EventFair, read_fair
from matchmaker.matches.models import Decision, Suggestion
from matchmaker.matches.queries.evaluations import last_finished_run
from matchmaker.matches.queries.learned import weights_in_use
from matchmaker.matches.services.suggestions import row_of
from matchmaker.matches.text_model import require_model
from matchmaker.matches.vectors import kept_book
from matchmaker.reference.day_queries import office_day

REOPENED = frozenset({SuggestionState.SUPERSEDED, SuggestionState.REJECTED})


class PairRefusedError(MatchmakerError):
    """The two cannot be suggested to each other at this event."""


class AlreadySuggestedError(ConflictError):
    """The pair waits for review, or is approved or held."""


@dataclass(frozen=True, slots=True)
class NamedPair:
    """The product and the need an officer brings together, by public ids."""

    product: str
    need: str


def _score(event_fair: EventFair, named: NamedPair, weights: Weights) -> Found:
    fair = event_fair.fair
    products = tuple(one for one in fair.products if one.id == named.product)
    needs = tuple(one for one in fair.needs if one.id == named.need)
    if not (products and needs):
        raise PairRefusedError(
            _l("One of the two does not take part, or did not agree to suggestions.")
        )
    if products[0].exporter == needs[0].buyer:
        raise PairRefusedError(_l("A company cannot be suggested to itself."))
    text = require_model()
    book = kept_book([products[0].passage, needs[0].passage], model=text)
    narrowed = replace(fair, products=products, needs=needs)
    scored = score_pair(
        narrowed, products[0].exporter, needs[0].buyer, text=text, book=book, weights=weights
    )
    if scored.suggestion is None or Gate.BLOCKED in scored.gates:
        raise PairRefusedError(_l("These two may not be suggested to each other."))
    return scored.suggestion


def add_pair(
    event: Event, named: NamedPair, *, officer: User, note: str, now: datetime
) -> Suggestion:
    """Put a pair into the queue that the model did not make, or take up one put aside.

    The model scores it like its own; the score may be low. It waits for a decision.

    Raises
    ------
    PairRefusedError
        If one does not take part, or the two are one company.
    AlreadySuggestedError
        If it waits for review, or is approved or held (409).
    NotAllowedNowError
        If no run has been made yet, so that nothing can be scored (409).
    """
    event_fair = read_fair(event.id, today=office_day(now))
    # Scores compare within one run: it is scored as the suggestions it stands among.
    run = last_finished_run(event.id)
    weights = Weights(**run.weights) if run is not None else weights_in_use()[0]
    found = _score(event_fair, named, weights)
    values = row_of(found, event_fair)
    suggestion = db.session.scalars(
        sa.select(Suggestion)
        .where(
            Suggestion.event_id == event.id,
            Suggestion.exhibitor_id == values["exhibitor_id"],
            Suggestion.buyer_id == values["buyer_id"],
        )
        .with_for_update()
    ).one_or_none()
    if suggestion is not None and suggestion.state not in REOPENED:
        raise AlreadySuggestedError(_l("This pair is among the suggestions already."))
    before = suggestion.state if suggestion is not None else SuggestionState.PENDING
    if suggestion is None:
        suggestion = Suggestion(event_id=event.id, created_at=now)
        db.session.add(suggestion)
    for name, value in values.items():
        setattr(suggestion, name, value)
    suggestion.source = SuggestionSource.OFFICER
    suggestion.state = SuggestionState.PENDING
    suggestion.changed_at = now
    db.session.flush()
    db.session.add(
        Decision(
            suggestion_id=suggestion.id,
            before=before,
            after=SuggestionState.PENDING,
            officer_id=officer.id,
            at=now,
            note=note,
        )
    )
    record("suggestion.add", suggestion.public_id, actor_id=officer.id, now=now)
    db.session.flush()
    return suggestion
