"""Decisions: appended, never overwritten; taken back by adding; told to both sides once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, NotAllowedNowError
from matchmaker.jobs.models import OutboxMessage
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.queries.pair import (
    decision_to_undo,
    decisions_of,
    decisions_to_undo,
    suggestion_to_decide,
)
from matchmaker.matches.services.decisions import (
    ReasonMissingError,
    Verdict,
    decide,
    decide_many,
    undo,
    undo_many,
)
from tests.build import (
    NOON,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_participant,
    make_product,
    make_suggestion,
    make_user,
)

APPROVE = Verdict(SuggestionState.APPROVED)
HOLD = Verdict(SuggestionState.HELD)
REJECT = Verdict(SuggestionState.REJECTED, RejectionReason.VOLUME)


@pytest.fixture
def suggestion(app):
    return suggestion_to_decide(make_suggestion().public_id)


def taken(suggestion, verdict, officer=None, now=NOON):
    return decide(
        suggestion,
        verdict,
        officer=officer or make_officer(),
        seen_version=suggestion.version,
        now=now,
    )


def test_a_decision_keeps_who_when_before_and_after(suggestion):
    officer = make_officer()

    taken(suggestion, REJECT, officer)

    (decision,) = decisions_of(suggestion.id)
    assert (decision.before, decision.after) == (SuggestionState.PENDING, SuggestionState.REJECTED)
    assert (decision.officer, decision.at) == (officer, NOON)
    assert decision.reason is RejectionReason.VOLUME
    assert suggestion.state is SuggestionState.REJECTED


def test_a_decision_leaves_an_audit_entry(suggestion):
    officer = make_officer()

    taken(suggestion, REJECT, officer)

    (entry,) = db.session.query(AuditEntry).all()
    assert (entry.action, entry.actor_id) == ("suggestion.decide", officer.id)
    assert entry.after == {"state": "rejected", "reason": "volume"}


def test_second_officer_on_the_same_page_is_told(suggestion):
    act = partial(decide, suggestion, seen_version=suggestion.version, now=NOON)
    act(APPROVE, officer=make_officer())

    with pytest.raises(ChangedMeanwhileError, match="meanwhile"):
        act(HOLD, officer=make_officer())

    assert suggestion.state is SuggestionState.APPROVED
    assert len(decisions_of(suggestion.id)) == 1


def test_a_rejection_without_reason_is_refused(suggestion):
    with pytest.raises(ReasonMissingError, match="Choose why"):
        taken(suggestion, Verdict(SuggestionState.REJECTED))

    assert suggestion.state is SuggestionState.PENDING


def test_another_reason_has_to_be_written(suggestion):
    other = Verdict(SuggestionState.REJECTED, RejectionReason.OTHER)

    with pytest.raises(ReasonMissingError, match="in a few words"):
        taken(suggestion, other)


def test_an_earlier_decision_is_changed_with_a_word_only(suggestion):
    taken(suggestion, REJECT)

    with pytest.raises(ReasonMissingError, match="earlier decision"):
        taken(suggestion, APPROVE)
    taken(suggestion, Verdict(SuggestionState.APPROVED, note="The exporter has a new plant."))

    assert suggestion.state is SuggestionState.APPROVED


def test_what_stands_so_already_is_not_decided_again(suggestion):
    taken(suggestion, HOLD)

    with pytest.raises(NotAllowedNowError, match="already"):
        taken(suggestion, HOLD)


def test_undo_adds_a_decision_and_restores_the_state(suggestion):
    officer = make_officer()
    first = taken(suggestion, REJECT, officer)

    undo(decision_to_undo(first.public_id), officer=officer, now=NOON + timedelta(seconds=5))

    newest, oldest = decisions_of(suggestion.id)
    assert suggestion.state is SuggestionState.PENDING
    assert (newest.undoes_id, newest.after) == (oldest.id, SuggestionState.PENDING)
    assert oldest.after is SuggestionState.REJECTED


def test_undo_of_an_override_restores_the_rejection_with_its_reason(suggestion):
    officer = make_officer()
    taken(suggestion, REJECT, officer)
    override = taken(suggestion, Verdict(SuggestionState.APPROVED, note="Checked again"), officer)

    undo(decision_to_undo(override.public_id), officer=officer, now=NOON)

    assert suggestion.state is SuggestionState.REJECTED
    assert decisions_of(suggestion.id)[0].reason is RejectionReason.VOLUME


def test_nobody_takes_back_the_decision_of_another(suggestion):
    decision = taken(suggestion, HOLD)

    with pytest.raises(NotAllowedNowError, match="own decisions"):
        undo(decision_to_undo(decision.public_id), officer=make_officer(), now=NOON)


def test_only_the_last_decision_is_taken_back(suggestion):
    officer = make_officer()
    first = taken(suggestion, HOLD, officer)
    taken(suggestion, APPROVE, make_officer())

    with pytest.raises(ChangedMeanwhileError, match="after you"):
        undo(decision_to_undo(first.public_id), officer=officer, now=NOON)


def test_a_decision_that_took_back_another_is_not_taken_back(suggestion):
    officer = make_officer()
    first = taken(suggestion, HOLD, officer)
    back = undo(decision_to_undo(first.public_id), officer=officer, now=NOON)

    with pytest.raises(NotAllowedNowError, match="already took back"):
        undo(decision_to_undo(back.public_id), officer=officer, now=NOON)


def test_many_are_decided_at_once_and_the_changed_ones_are_skipped(app):
    event, officer = make_event(), make_officer()
    rows = [make_suggestion(event) for _ in range(3)]
    seen = {row.public_id: row.version for row in rows}
    taken(suggestion_to_decide(rows[1].public_id), HOLD)

    outcome = decide_many(event.id, seen, APPROVE, officer=officer, now=NOON)

    assert [s.id for s in outcome.done] == [rows[0].id, rows[2].id]
    assert [s.id for s in outcome.skipped] == [rows[1].id]
    assert rows[1].state is SuggestionState.HELD


def decided_at_once(officer, number=3):
    """Suggestions of one event, all approved by one officer in one go."""
    event = make_event()
    rows = [make_suggestion(event) for _ in range(number)]
    seen = {row.public_id: row.version for row in rows}
    return rows, decide_many(event.id, seen, APPROVE, officer=officer, now=NOON)


def test_what_stands_so_already_is_neither_decided_nor_left(app):
    event = make_event()
    row = make_suggestion(event, state=SuggestionState.APPROVED)

    seen = {row.public_id: row.version}
    outcome = decide_many(event.id, seen, APPROVE, officer=make_officer(), now=NOON)

    assert (outcome.done, outcome.skipped, outcome.last) == ([], [], None)


def test_many_are_taken_back_at_once_and_the_changed_ones_are_left(app):
    officer = make_officer()
    rows, outcome = decided_at_once(officer)
    before = make_suggestion(state=SuggestionState.PENDING)
    taken(suggestion_to_decide(before.public_id), APPROVE, officer, now=NOON - timedelta(hours=1))
    override = Verdict(SuggestionState.HELD, note="They asked to wait")
    taken(suggestion_to_decide(rows[1].public_id), override)

    back = undo_many(
        decisions_to_undo(outcome.last.public_id), officer=officer, now=NOON + timedelta(seconds=9)
    )

    assert [one.id for one in back.done] == [rows[0].id, rows[2].id]
    assert [one.id for one in back.skipped] == [rows[1].id]
    states = [row.state.value for row in (*rows, before)]
    assert states == ["pending", "held", "pending", "approved"]
    assert [len(decisions_of(row.id)) for row in rows] == [2, 2, 2]


def test_nobody_takes_back_what_another_decided_at_once(app):
    rows, outcome = decided_at_once(make_officer())
    found = decisions_to_undo(outcome.last.public_id)

    with pytest.raises(NotAllowedNowError, match="own decisions"):
        undo_many(found, officer=make_officer(), now=NOON)

    assert {row.state for row in rows} == {SuggestionState.APPROVED}


def test_when_all_were_changed_meanwhile_nothing_is_taken_back(app):
    officer = make_officer()
    rows, outcome = decided_at_once(officer, number=2)
    for row in rows:
        override = Verdict(SuggestionState.HELD, note="They asked to wait")
        taken(suggestion_to_decide(row.public_id), override)

    with pytest.raises(ChangedMeanwhileError, match="Nothing was taken back"):
        undo_many(decisions_to_undo(outcome.last.public_id), officer=officer, now=NOON)


def test_many_leaves_suggestions_of_another_event_alone(app):
    event, elsewhere = make_event(), make_suggestion()

    seen = {elsewhere.public_id: elsewhere.version}
    outcome = decide_many(event.id, seen, APPROVE, officer=make_officer(), now=NOON)

    assert outcome.done == []
    assert elsewhere.state is SuggestionState.PENDING


def mails():
    rows = db.session.query(OutboxMessage).filter_by(kind="suggested_partner")
    return rows.order_by(OutboxMessage.id).all()


def test_an_approval_tells_the_owners_of_both_sides(app):
    owner = make_user(language="ja")
    product, need = make_product(make_exporter(owner)), make_need()
    found = suggestion_to_decide(make_suggestion(product=product, need=need).public_id)

    taken(found, APPROVE)

    assert owner.email in {mail.recipient for mail in mails()}
    assert len(mails()) == 2


def test_a_company_is_told_once_an_hour(app):
    event, owner = make_event(), make_user()
    company = make_exporter(owner)
    product, exhibitor = make_product(company), make_participant(event, company)
    found = []
    for _ in range(3):
        row = make_suggestion(event)
        row.exhibitor_id, row.product_id = exhibitor.id, product.id
        db.session.flush()
        found.append(suggestion_to_decide(row.public_id))
    taken(found[0], APPROVE)
    taken(found[1], APPROVE, now=NOON + timedelta(minutes=59))
    assert [mail.recipient for mail in mails()].count(owner.email) == 1

    taken(found[2], APPROVE, now=NOON + timedelta(minutes=61))

    assert [mail.recipient for mail in mails()].count(owner.email) == 2


def test_nobody_is_told_of_a_rejection(suggestion):
    taken(suggestion, REJECT)

    assert mails() == []


def test_an_approval_taken_back_at_once_tells_nobody(suggestion):
    officer = make_officer()
    decision = taken(suggestion, APPROVE, officer)
    assert len(mails()) == 2

    undo(decision_to_undo(decision.public_id), officer=officer, now=NOON + timedelta(seconds=8))

    assert mails() == []


def test_a_mail_waits_a_moment_so_that_a_slip_can_be_taken_back(suggestion):
    taken(suggestion, APPROVE)

    assert all(mail.next_attempt_at == NOON + timedelta(minutes=2) for mail in mails())
