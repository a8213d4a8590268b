"""Pairs of companies that are kept apart."""

from __future__ import annotations

import pytest

from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, NotAllowedNowError
from matchmaker.matches.enums import BlockReason, RejectionReason, SuggestionState
from matchmaker.matches.fair import read_fair
from matchmaker.matches.models import BlockedPair
from matchmaker.matches.queries.blocked import standing_between, standing_pairs
from matchmaker.matches.queries.pair import decision_to_undo, suggestion_to_decide
from matchmaker.matches.queries.partners import approved_for
from matchmaker.matches.services.blocked import (
    Grounds,
    KeptApartAlreadyError,
    NoSuchPairError,
    keep_apart,
    lift,
)
from matchmaker.matches.services.decisions import Verdict, decide, undo
from matchmaker.matches.services.pairs import NamedPair, PairRefusedError, add_pair
from tests.build import (
    NOON,
    make_buyer,
    make_exporter,
    make_need,
    make_officer,
    make_product,
    make_suggestion,
)
from tests.matches.fairs import (
    company_of,
    make_fair,
    suggestions_of,
    take_part_with_need,
    take_part_with_product,
)

DISPUTE = Grounds(BlockReason.DISPUTE, "An unpaid invoice of 2025")
TODAY = NOON.date()


def apart(one, other, grounds=DISPUTE, officer=None):
    return keep_apart(one, other, grounds, officer=officer or make_officer(), now=NOON)


def two(event):
    """The companies of the event's only product and only need."""
    product, need = take_part_with_product(event), take_part_with_need(event)
    return company_of(product), company_of(need)


def merge(company, into):
    company.merged_into_id = into.id
    db.session.flush()


def test_a_run_never_proposes_two_that_are_kept_apart(run):
    event = make_fair(exporters=0, buyers=0)
    exporter, buyer = two(event)
    other, _ = two(event)
    apart(exporter, buyer)

    run(event.code)

    found = {(one.exhibitor_id, one.buyer_id) for one in suggestions_of(event.id)}
    assert len(found) == 3
    fair = read_fair(event.id, today=TODAY)
    assert (fair.exhibitors[exporter.public_id], fair.buyers[buyer.public_id]) not in found
    assert (fair.exhibitors[other.public_id], fair.buyers[buyer.public_id]) in found


def test_a_fair_knows_only_the_pairs_that_take_part(app):
    event = make_fair(exporters=0, buyers=0)
    exporter, buyer = two(event)
    apart(exporter, buyer)
    apart(make_exporter(), buyer)

    fair = read_fair(event.id, today=TODAY).fair

    assert fair.blocked == {(exporter.public_id, buyer.public_id)}


def test_what_waits_of_the_two_is_put_aside_at_once_at_every_event(app):
    product, need = make_product(), make_need()
    waiting = make_suggestion(product=product, need=need)
    elsewhere = make_suggestion(product=product, need=need)
    other = make_suggestion(product=product)

    _block, aside = apart(company_of(product), company_of(need))

    assert aside == 2
    states = [one.state for one in (waiting, elsewhere, other)]
    assert states == [SuggestionState.SUPERSEDED] * 2 + [SuggestionState.PENDING]
    assert waiting.version == 2


@pytest.mark.parametrize("state", [SuggestionState.APPROVED, SuggestionState.HELD])
def test_what_is_decided_stays_as_it_is(app, state):
    product, need = make_product(), make_need()
    suggestion = make_suggestion(product=product, need=need, state=state)

    _block, aside = apart(company_of(product), company_of(need))

    assert aside == 0
    assert suggestion.state is state


def test_two_kept_apart_are_not_approved(app):
    product, need = make_product(), make_need()
    held = make_suggestion(product=product, need=need, state=SuggestionState.HELD)
    apart(company_of(product), company_of(need))
    loaded = suggestion_to_decide(held.public_id)

    with pytest.raises(NotAllowedNowError, match="kept apart"):
        decide(
            loaded,
            Verdict(SuggestionState.APPROVED),
            officer=make_officer(),
            seen_version=loaded.version,
            now=NOON,
        )

    assert loaded.state is SuggestionState.HELD


def decided_then_apart(*verdicts):
    """A suggestion decided on by one officer, then its two kept apart; with the last decision."""
    product, need = make_product(), make_need()
    suggestion = make_suggestion(product=product, need=need)
    officer = make_officer()
    for verdict in verdicts:
        loaded = suggestion_to_decide(suggestion.public_id)
        last = decide(loaded, verdict, officer=officer, seen_version=loaded.version, now=NOON)
    apart(company_of(product), company_of(need), officer=officer)
    return suggestion, decision_to_undo(last.public_id), officer


def test_taking_back_an_approval_lets_two_that_are_kept_apart_since_not_wait_again(app):
    suggestion, approval, officer = decided_then_apart(Verdict(SuggestionState.APPROVED))

    undo(approval, officer=officer, now=NOON)

    assert suggestion.state is SuggestionState.SUPERSEDED


def test_taking_back_a_rejection_approves_nobody_who_is_kept_apart_since(app):
    suggestion, rejection, officer = decided_then_apart(
        Verdict(SuggestionState.APPROVED),
        Verdict(SuggestionState.REJECTED, RejectionReason.VOLUME, note="Too little"),
    )

    with pytest.raises(ChangedMeanwhileError, match="kept apart"):
        undo(rejection, officer=officer, now=NOON)

    assert suggestion.state is SuggestionState.REJECTED


def test_an_officer_cannot_add_a_pair_that_is_kept_apart(run):
    event = make_fair(exporters=0, buyers=0)
    product, need = take_part_with_product(event), take_part_with_need(event)
    run(event.code)
    apart(company_of(product), company_of(need))
    named = NamedPair(product.public_id, need.public_id)

    with pytest.raises(PairRefusedError):
        add_pair(event, named, officer=make_officer(), note="They asked", now=NOON)


def test_what_was_approved_before_is_not_shown_to_the_two_any_more(app):
    product, need = make_product(), make_need()
    make_suggestion(product=product, need=need, state=SuggestionState.APPROVED)
    exporter, buyer = company_of(product), company_of(need)
    assert len(approved_for(exporter)) == 1

    block, _aside = apart(exporter, buyer)
    assert list(approved_for(exporter)) == []

    lift(block, officer=make_officer(), now=NOON)
    assert len(approved_for(exporter)) == 1


def test_lifting_lets_the_next_run_propose_them_again_and_keeps_the_history(run):
    event = make_fair(exporters=0, buyers=0)
    exporter, buyer = two(event)
    run(event.code)
    block, _aside = apart(exporter, buyer)
    officer = make_officer()

    lift(block, officer=officer, now=NOON)
    run(event.code)

    (suggestion,) = suggestions_of(event.id)
    assert suggestion.state is SuggestionState.PENDING
    kept = db.session.query(BlockedPair).one()
    assert (kept.note, kept.lifted_by_id) == (DISPUTE.note, officer.id)
    acts = db.session.query(AuditEntry.action).filter_by(object_id=kept.public_id)
    assert [act for (act,) in acts.order_by(AuditEntry.id)] == [
        "blocked_pair.add",
        "blocked_pair.lift",
    ]


def test_what_is_lifted_is_not_lifted_twice_and_may_be_set_again(app):
    exporter, buyer = make_exporter(), make_buyer()
    block, _aside = apart(exporter, buyer)
    lift(block, officer=make_officer(), now=NOON)

    with pytest.raises(NotAllowedNowError):
        lift(block, officer=make_officer(), now=NOON)
    apart(exporter, buyer)

    assert db.session.query(BlockedPair).count() == 2


def test_two_are_kept_apart_once_whichever_is_named_first(app):
    exporter, buyer = make_exporter(is_buyer=True), make_buyer(is_exporter=True)
    apart(exporter, buyer)

    with pytest.raises(KeptApartAlreadyError):
        apart(buyer, exporter)

    assert standing_pairs() == {
        (exporter.public_id, buyer.public_id),
        (buyer.public_id, exporter.public_id),
    }


def test_two_of_one_side_or_a_company_and_itself_need_not_be_kept_apart(app):
    exporter = make_exporter()

    for other in (make_exporter(), exporter):
        with pytest.raises(NoSuchPairError):
            apart(exporter, other)


def test_another_reason_is_written_down(app):
    with pytest.raises(NoSuchPairError, match="other reason"):
        apart(make_exporter(), make_buyer(), Grounds(BlockReason.OTHER))


def test_who_was_merged_stays_apart_as_what_it_became(app):
    event = make_fair(exporters=0, buyers=0)
    old, between, exporter, buyer = make_exporter(), make_exporter(), *two(event)
    block, _aside = apart(old, buyer)
    merge(old, between)
    merge(between, exporter)

    fair = read_fair(event.id, today=TODAY).fair
    assert fair.blocked == {(exporter.public_id, buyer.public_id)}
    assert standing_between(exporter.id, buyer.id) == [block]
    with pytest.raises(KeptApartAlreadyError):
        apart(exporter, buyer)


def test_lifting_lifts_what_a_merged_company_brought_along(app):
    old, exporter, buyer = make_exporter(), make_exporter(), make_buyer()
    apart(old, buyer)
    block, _aside = apart(exporter, buyer)
    merge(old, exporter)

    lift(block, officer=make_officer(), now=NOON)

    assert standing_pairs() == frozenset()
    assert db.session.query(BlockedPair).filter_by(lifted_at=NOON).count() == 2


def test_two_that_were_merged_with_each_other_block_nothing(app):
    exporter, buyer = make_exporter(is_buyer=True), make_buyer()
    apart(exporter, buyer)
    merge(buyer, exporter)

    assert standing_pairs() == frozenset()
