"""Suggestions that officers with a taste have decided."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matchmaker.db.base import db
from matchmaker.engines.matching.learning import PARTS, Label
from matchmaker.events.models import Event, Participant
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import Decision, Suggestion
from tests.build import (
    make_buyer,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_participant,
    make_product,
)

APPROVED, REJECTED = SuggestionState.APPROVED, SuggestionState.REJECTED


def reasons_with(parts: dict[str, Any]) -> dict[str, Any]:
    """Reasons as a run keeps them, as far as learning reads them."""
    values = [None if parts.get(part) != parts.get(part) else parts.get(part) for part in PARTS]
    rows = zip(PARTS, values, strict=True)
    return {"why": {"supply": [[part, 0.1, value, 0.0] for part, value in rows]}}


def sides(event: Event, number: int) -> list[tuple[Participant, int, Participant, int]]:
    """Exhibitors with a product and buyers with a need, every one with every other."""
    offering, asking = [], []
    for _ in range(number):
        exporter, buyer = make_exporter(), make_buyer()
        offering.append((make_participant(event, exporter), make_product(exporter).id))
        asking.append((make_participant(event, buyer), make_need(buyer).id))
    return [(*one, *other) for one in offering for other in asking]


def make_decided(labels: Sequence[Label], event: Event | None = None) -> Event:
    """One suggestion for each label, decided at its moment: approved, or the goods do not fit."""
    event, officer = event or make_event(), make_officer()
    pairs = sides(event, math.isqrt(max(len(labels) - 1, 0)) + 1)
    made = []
    for label, (exhibitor, product, buyer, need) in zip(labels, pairs, strict=False):
        made.append(
            Suggestion(
                event_id=event.id,
                exhibitor_id=exhibitor.id,
                product_id=product,
                buyer_id=buyer.id,
                need_id=need,
                sector_code="MEDI",
                score=0.5,
                reasons=reasons_with(dict(label.parts)),
                state=APPROVED if label.good else REJECTED,
                created_at=label.at,
                changed_at=label.at,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    for one, label in zip(made, labels, strict=True):
        db.session.add(
            Decision(
                suggestion_id=one.id,
                before=SuggestionState.PENDING,
                after=one.state,
                officer_id=officer.id,
                at=label.at,
                reason=None if label.good else RejectionReason.WRONG_GOODS,
            )
        )
    db.session.flush()
    return event
