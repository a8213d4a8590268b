"""What a company saves is suggested to its partners at once, as the last run would have it."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.companies import goods_queries
from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import Company, Need, Product
from matchmaker.companies.services import goods
from matchmaker.companies.services.consents import change_answers
from matchmaker.companies.services.following import company_changed
from matchmaker.companies.services.goods_terms import NeedIdentity
from matchmaker.db.base import db, random_id
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.score import Weights
from matchmaker.events.models import Event, Participant
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.worker import sweep_with
from matchmaker.matches.enums import SuggestionSource, SuggestionState
from matchmaker.matches.models import Suggestion
from matchmaker.matches.queries.pair import suggestion_to_decide
from matchmaker.matches.queries.runs import joined_since_run
from matchmaker.matches.services.decisions import Verdict, decide
from matchmaker.matches.services.renewal import be_ready
from matchmaker.matches.services.runs import Settled, run_event
from tests.build import NOON, make_buyer, make_officer, make_participant
from tests.matches.fairs import (
    company_of,
    make_fair,
    suggestions_of,
    take_part_with_need,
    take_part_with_product,
)
from tests.matches.saving import (
    SCISSORS,
    TOWELS,
    change,
    jobs,
    loaded,
    newcomer,
    offer,
    scores,
    withdraw,
)


def decide_on(suggestion: Suggestion, state: SuggestionState) -> None:
    found = suggestion_to_decide(suggestion.public_id)
    decide(found, Verdict(state), officer=make_officer(), seen_version=found.version, now=utcnow())
    db.session.commit()


def test_a_product_saved_in_urdu_is_suggested_without_a_run(run, work):
    event = make_fair()
    company_id = newcomer(event).id
    made = run(event.code)
    run_id, before = made.id, suggestions_of(event.id)[0].version

    offer(company_id)
    work()

    old, new = suggestions_of(event.id)
    assert (old.state, old.version) == (SuggestionState.PENDING, before)
    assert new.state is SuggestionState.PENDING
    assert db.session.get_one(Product, new.product_id).company_id == company_id
    assert (new.run_id, new.source) == (run_id, SuggestionSource.MODEL)
    assert jobs()[-1].result["made"] == 1


def test_a_need_saved_is_suggested_too(run, work):
    event = make_fair()
    buyer = make_buyer()
    make_participant(event, buyer)
    run(event.code)
    identity = NeedIdentity("手術用はさみ", "ステンレス製", "ja", ("901890",), "MEDI-SURG")

    buyer_id = buyer.id
    with unit_of_work():
        goods.add_need(
            loaded(buyer_id), identity, public_id=random_id(), actor=make_officer(), now=utcnow()
        )
    work()

    new = suggestions_of(event.id)[-1]
    assert db.session.get_one(Need, new.need_id).company_id == buyer_id


@pytest.mark.parametrize("weights", [Weights(), Weights(hs=0.05, text=0.6, price=0.5)])
def test_its_scores_are_those_of_a_full_run_by_the_same_weights(fitted, work, weights):
    event = make_fair(exporters=2, buyers=2)
    product = take_part_with_product(event, name="Forceps", description="Artery forceps")
    take_part_with_need(event, title="鉗子", description="止血鉗子", hs_codes=())
    take_part_with_need(event, title="Kitchen scissors", hs_codes=("821300",))
    public_id = product.public_id
    db.session.commit()
    run_event(event, Settled(weights, Limits()), report=lambda *_: None)
    before = scores(event.id)

    change(public_id, SCISSORS)
    work()
    followed = scores(event.id)
    run_event(event, Settled(weights, Limits()), report=lambda *_: None)

    assert followed != before
    assert followed == scores(event.id)


def test_what_is_pending_is_renewed_and_what_is_decided_left_alone(run, work):
    event = make_fair(buyers=2)
    run(event.code)
    approved, pending = suggestions_of(event.id)
    decide_on(approved, SuggestionState.APPROVED)
    kept, version, score = approved.version, pending.version, pending.score
    product = db.session.get_one(Product, pending.product_id)

    change(product.public_id, SCISSORS)
    work()

    approved, pending = suggestions_of(event.id)
    assert (approved.state, approved.version) == (SuggestionState.APPROVED, kept)
    assert (pending.state, pending.version) == (SuggestionState.PENDING, version + 1)
    assert pending.score != score


def test_a_change_that_says_nothing_new_leaves_the_officers_page_alone(run, work):
    event = make_fair()
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    version = suggestion.version

    with unit_of_work():
        company_changed(suggestion_company(suggestion), actor_id=None, now=utcnow())
    work()

    assert jobs()[-1].state is JobState.DONE
    assert suggestions_of(event.id)[0].version == version


def suggestion_company(suggestion: Suggestion) -> int:
    return db.session.get_one(Product, suggestion.product_id).company_id


def test_what_no_longer_agrees_is_put_aside(run, work):
    event = make_fair()
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    product = db.session.get_one(Product, suggestion.product_id)

    change(product.public_id, TOWELS)
    work()

    assert suggestions_of(event.id)[0].state is SuggestionState.SUPERSEDED


def test_a_product_withdrawn_takes_its_pending_suggestions_along_and_brings_them_back(run, work):
    event = make_fair()
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    public_id = db.session.get_one(Product, suggestion.product_id).public_id

    withdraw(public_id)
    work()
    assert suggestions_of(event.id)[0].state is SuggestionState.SUPERSEDED

    with unit_of_work():
        product = goods_queries.product_in_any_state(public_id)
        goods.restore_product(product, actor=make_officer(), now=utcnow())
    work()
    assert suggestions_of(event.id)[0].state is SuggestionState.PENDING


def test_a_pair_that_an_officer_named_stays(run, work):
    event = make_fair()
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    suggestion.source = SuggestionSource.OFFICER
    public_id = db.session.get_one(Product, suggestion.product_id).public_id
    db.session.commit()

    withdraw(public_id)
    work()

    assert suggestions_of(event.id)[0].state is SuggestionState.PENDING


def no_consent(company: Company) -> None:
    change_answers(
        company,
        {Purpose.SUGGESTIONS: False},
        by=make_officer(),
        language="en",
        now=utcnow(),
    )


def gone(company: Company) -> None:
    db.session.execute(
        sa.update(Participant).where(Participant.company_id == company.id).values(left_at=NOON)
    )
    company_changed(company.id, actor_id=None, now=utcnow())


@pytest.mark.parametrize("leaving", [no_consent, gone])
def test_who_leaves_is_taken_out_of_the_queue(run, work, leaving):
    event = make_fair(exporters=2)
    run(event.code)
    leaver = suggestion_company(suggestions_of(event.id)[0])

    with unit_of_work():
        leaving(db.session.get_one(Company, leaver))
    work()

    states = [one.state for one in suggestions_of(event.id)]
    assert states == [SuggestionState.SUPERSEDED, SuggestionState.PENDING]


def test_without_the_text_model_of_the_run_only_withdrawn_goods_go(run, work, app):
    event = make_fair()
    company_id = newcomer(event).id
    made = run(event.code)
    made.text_version = "0:of-another-time"
    (suggestion,) = suggestions_of(event.id)
    public_id = db.session.get_one(Product, suggestion.product_id).public_id
    db.session.commit()

    offer(company_id)
    withdraw(public_id)
    work()

    assert [one.state for one in suggestions_of(event.id)] == [SuggestionState.SUPERSEDED]
    assert {job.result["unscored"] for job in jobs()} == {1}


def test_an_event_without_a_run_waits_for_one(app, work):
    event = make_fair()
    company_id = newcomer(event).id
    db.session.commit()

    offer(company_id)
    work()

    assert suggestions_of(event.id) == []
    assert jobs()[0].result["events"] == 0


def test_an_event_that_is_over_is_left_as_it_was(run, work):
    event = make_fair()
    company_id = newcomer(event).id
    run(event.code)
    yesterday = utcnow().date() - timedelta(days=2)
    db.session.execute(sa.update(Event).values(starts_on=yesterday, ends_on=yesterday))
    db.session.commit()

    offer(company_id)
    work()

    assert len(suggestions_of(event.id)) == 1


def test_nobody_gets_more_than_the_run_allowed(fitted, work):
    event = make_fair(exporters=2, buyers=2)
    company_id = newcomer(event).id
    limits = Limits(per_exporter=1, per_buyer=1)
    db.session.commit()
    run_event(event, Settled(Weights(), limits), report=lambda *_: None)

    offer(company_id)
    work()

    living = [s for s in suggestions_of(event.id) if s.state is SuggestionState.PENDING]
    assert len(living) == 2
    assert len({one.exhibitor_id for one in living}) == 2
    assert len({one.buyer_id for one in living}) == 2


def test_who_loses_the_only_suggestion_by_it_is_followed_in_turn(run, work):
    event = make_fair()
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    product = db.session.get_one(Product, suggestion.product_id)
    buyer = company_of(db.session.get_one(Need, suggestion.need_id)).id

    withdraw(product.public_id)
    work()

    assert jobs()[-1].arguments == {"company": buyer}


def test_who_was_accepted_since_the_run_and_suggested_needs_no_new_run(run, work):
    event = make_fair()
    run(event.code)
    company = newcomer(event)
    participant = db.session.query(Participant).filter_by(company_id=company.id).one()
    participant.joined_at = utcnow()
    company_id = company.id
    db.session.commit()
    assert joined_since_run(event.id).number == 1

    offer(company_id)
    work()

    assert joined_since_run(event.id) is None


def test_the_worker_makes_itself_ready_and_passes_by_a_model_that_is_gone(run, caplog):
    event, other = make_fair(), make_fair()
    run(event.code)
    run(other.code).text_version = "0:of-another-time"
    db.session.commit()

    sweep_with([be_ready, be_ready])

    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []
