"""Runs: what they read, what they write, what they leave alone, and that they can be repeated."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import Consent, Product
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.reasons import Reasons
from matchmaker.engines.matching.score import Weights
from matchmaker.events.models import Event, Participant
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import CancelledError, Progress, carry_out, lost_jobs
from matchmaker.matches.enums import RejectionReason, SuggestionSource, SuggestionState
from matchmaker.matches.jobs import match_run
from matchmaker.matches.models import MatchRun, RunSnapshot, Suggestion
from matchmaker.matches.queries.pair import suggestion_to_decide
from matchmaker.matches.services.decisions import Verdict, decide
from matchmaker.matches.services.runs import (
    RunUnderWayError,
    Settled,
    repeat_run,
    start_run,
)
from tests.build import NOON, make_event, make_officer
from tests.matches.fairs import (
    company_of,
    make_fair,
    suggestions_of,
    take_part_with_need,
    take_part_with_product,
)

USUAL = Settled(Weights(), Limits())


def start(event: Event) -> Job:
    run = start_run(event, USUAL, actor=make_officer(), now=utcnow())
    db.session.commit()
    return db.session.get_one(Job, run.job_id)


def decide_on(suggestion: Suggestion, state: SuggestionState) -> None:
    reason = RejectionReason.WRONG_GOODS if state is SuggestionState.REJECTED else None
    found = suggestion_to_decide(suggestion.public_id)
    verdict = Verdict(state, reason)
    decide(found, verdict, officer=make_officer(), seen_version=found.version, now=utcnow())
    db.session.commit()


def test_a_run_suggests_those_whose_goods_agree_and_says_why(run):
    event = make_fair()

    made = run(event.code)

    (suggestion,) = suggestions_of(made.event_id)
    assert suggestion.state is SuggestionState.PENDING
    assert suggestion.sector_code == "MEDI"
    assert 0.5 < suggestion.score <= 1
    assert Reasons.from_json(suggestion.reasons["why"]).code.shared == "901890"
    assert made.summary["suggestions"] == 1
    assert made.finished_at is not None


def test_a_run_keeps_what_it_was_made_of(run):
    event = make_fair()

    made = run(event.code)

    assert made.weights["hs"] == Weights().hs
    assert made.limits == asdict(Limits())
    assert made.data_at <= made.finished_at
    assert made.text_version in made.model_version
    assert db.session.get(RunSnapshot, made.snapshot_digest) is not None


def test_a_run_repeated_from_its_snapshot_gives_the_same_whatever_changed_since(run):
    event = make_fair(exporters=3, buyers=2)
    made = run(event.code)
    with unit_of_work():
        db.session.execute(sa.update(Product).values(name="Towels", hs_code="630260"))

    again = repeat_run(db.session.get_one(MatchRun, made.id))

    assert again == made.result_digest


def test_two_runs_of_the_same_data_keep_one_snapshot(run):
    event = make_fair()
    first = run(event.code)
    first_digest = first.result_digest

    second = run(event.code)

    assert second.result_digest == first_digest
    assert db.session.query(RunSnapshot).count() == 1


def test_who_withdrew_consent_is_not_in_the_next_run(run):
    event = make_fair()
    staying = take_part_with_product(event, description="Scissors of steel for surgeons")
    leaving = take_part_with_product(event)
    leaver = company_of(leaving)
    run(event.code)
    assert {s.product_id for s in suggestions_of(event.id)} >= {staying.id, leaving.id}

    db.session.add(
        Consent(
            company_id=leaver.id,
            purpose=Purpose.SUGGESTIONS,
            given=False,
            wording="No",
            language="en",
            at=NOON,
        )
    )
    run(event.code)

    states = {s.product_id: s.state for s in suggestions_of(event.id)}
    assert states[leaving.id] is SuggestionState.SUPERSEDED
    assert states[staying.id] is SuggestionState.PENDING


def leave(event, product):
    db.session.execute(
        sa.update(Participant)
        .where(Participant.company_id == product.company_id)
        .values(left_at=NOON)
    )


def withdraw(event, product):
    product.withdrawn_at = NOON


def erase(event, product):
    company_of(product).erased_at = NOON


def merge(event, product):
    other = take_part_with_need(make_event())
    company_of(product).merged_into_id = other.company_id


@pytest.mark.parametrize("gone", [leave, withdraw, erase, merge])
def test_who_is_gone_is_not_suggested(run, gone):
    event = make_event()
    take_part_with_need(event)
    product = take_part_with_product(event)
    gone(event, product)

    run(event.code)

    assert suggestions_of(event.id) == []


def test_a_later_run_renews_what_is_pending_and_leaves_what_is_decided(run):
    event = make_fair(exporters=3)
    run(event.code)
    approved, rejected, pending = suggestions_of(event.id)
    decide_on(approved, SuggestionState.APPROVED)
    decide_on(rejected, SuggestionState.REJECTED)
    kept_version, old_run = approved.version, approved.run_id

    newer = run(event.code)

    approved, rejected, pending = suggestions_of(event.id)
    assert (approved.state, approved.version, approved.run_id) == (
        SuggestionState.APPROVED,
        kept_version,
        old_run,
    )
    assert rejected.state is SuggestionState.REJECTED
    assert (pending.state, pending.run_id) == (SuggestionState.PENDING, newer.id)
    assert newer.summary["renewed"] == 1


def test_a_rejected_pair_is_not_suggested_again(run):
    event = make_fair()
    run(event.code)
    decide_on(suggestions_of(event.id)[0], SuggestionState.REJECTED)

    again = run(event.code)

    assert again.summary["suggestions"] == 0


def test_a_suggestion_put_aside_comes_back_when_a_run_makes_it_again(run):
    event = make_fair()
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    product = db.session.get_one(Product, suggestion.product_id)
    product.withdrawn_at = NOON
    run(event.code)
    assert suggestions_of(event.id)[0].state is SuggestionState.SUPERSEDED

    db.session.get_one(Product, suggestion.product_id).withdrawn_at = None
    run(event.code)

    assert suggestions_of(event.id)[0].state is SuggestionState.PENDING


def test_a_pair_of_an_officer_is_not_put_aside(run):
    event = make_fair()
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    suggestion.source = SuggestionSource.OFFICER
    db.session.get_one(Product, suggestion.product_id).withdrawn_at = NOON

    run(event.code)

    assert suggestions_of(event.id)[0].state is SuggestionState.PENDING


def test_a_run_touches_no_other_event(run):
    event, other = make_fair(), make_fair()
    run(other.code)
    before = suggestions_of(other.id)[0].version

    run(event.code)

    assert suggestions_of(other.id)[0].version == before


def test_the_job_writes_suggestions_and_the_run(fitted, app, work):
    event = make_fair()
    job = start(event)

    work()

    db.session.refresh(job)
    assert job.state is JobState.DONE
    assert job.result["made"] == 1
    assert suggestions_of(event.id)[0].state is SuggestionState.PENDING


def test_a_second_run_of_one_event_is_refused(app):
    event = make_fair()
    start(event)

    with pytest.raises(RunUnderWayError, match="under way"):
        start(event)


def test_a_run_cancelled_while_it_works_leaves_nothing(fitted, app):
    event = make_fair()
    job = start(event)
    job.cancel_requested_at = utcnow()  # as if the worker had taken it a moment before
    db.session.commit()

    carry_out(job.id)

    db.session.refresh(job)
    assert job.state is JobState.CANCELLED
    assert suggestions_of(event.id) == []
    assert db.session.query(RunSnapshot).count() == 0


def test_a_run_cancelled_at_the_last_moment_leaves_nothing(fitted, app):
    event = make_fair()
    job = start(event)
    finish = match_run(job.arguments, Progress(job.id))
    with unit_of_work():
        db.session.get_one(Job, job.id).cancel_requested_at = utcnow()

    with pytest.raises(CancelledError), unit_of_work():
        finish()

    assert suggestions_of(event.id) == []


def test_a_run_whose_worker_died_is_carried_out_by_another(fitted, app):
    event = make_fair()
    job = start(event)
    with unit_of_work():
        taken = db.session.get_one(Job, job.id)
        taken.state, taken.attempts = JobState.RUNNING, 1
        taken.lease_until = utcnow() - timedelta(minutes=1)

    assert lost_jobs(utcnow()) == [job.id]
    carry_out(job.id)

    db.session.refresh(job)
    assert job.state is JobState.DONE
    assert len(suggestions_of(event.id)) == 1


def test_who_left_while_the_run_worked_is_not_suggested(fitted, app):
    event = make_fair()
    job = start(event)
    finish = match_run(job.arguments, Progress(job.id))
    with unit_of_work():
        db.session.execute(sa.update(Participant).values(left_at=NOON))

    with unit_of_work():
        finish()

    assert suggestions_of(event.id) == []
