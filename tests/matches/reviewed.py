"""An event whose suggestions officers have decided on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from matchmaker.companies.models import Company, Need, Product
from matchmaker.db.base import db
from matchmaker.events.models import Event, Participant
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import Decision, Suggestion
from tests.build import (
    NOON,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_participant,
    make_product,
)

APPROVED, REJECTED = SuggestionState.APPROVED, SuggestionState.REJECTED


def suggested(event: Event, offered: Any, wanted: Any, score: float) -> Suggestion:
    """A suggestion of one participant's product to another's need, each (participant, goods)."""
    suggestion = Suggestion(
        event_id=event.id,
        exhibitor_id=offered[0].id,
        buyer_id=wanted[0].id,
        product_id=offered[1].id,
        need_id=wanted[1].id,
        score=score,
        reasons={},
        created_at=NOON,
        changed_at=NOON,
    )
    db.session.add(suggestion)
    db.session.flush()
    return suggestion


def taking_part(event: Event, goods: Product | Need) -> tuple[Participant, Product | Need]:
    return make_participant(event, db.session.get_one(Company, goods.company_id)), goods


def decide(
    suggestion: Suggestion,
    state: SuggestionState,
    reason: RejectionReason | None = None,
    hours: int = 3,
    **given: Any,
) -> Decision:
    """Let an officer decide some hours after the suggestion was made."""
    decision = Decision(
        suggestion_id=suggestion.id,
        before=suggestion.state,
        after=state,
        officer_id=make_officer().id,
        at=NOON + timedelta(hours=hours),
        reason=reason,
        **given,
    )
    suggestion.state = state
    db.session.add(decision)
    db.session.flush()
    return decision


def reviewed_event(buyers: int = 2) -> Event:
    """Each buyer's scissors were approved and its towels, with a lower score, rejected."""
    event = make_event()
    scissors = taking_part(event, make_product(make_exporter()))
    towels = taking_part(
        event,
        make_product(make_exporter(), name="Towels", description="Bath towels", hs_code="630260"),
    )
    for _ in range(buyers):
        wanted = taking_part(event, make_need())
        decide(suggested(event, scissors, wanted, 0.8), APPROVED)
        decide(suggested(event, towels, wanted, 0.3), REJECTED, RejectionReason.WRONG_GOODS)
    return event
