"""Learning from decisions: what counts, what is kept, what comes into use and goes out of it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.app import SWEEPERS
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.learning import Learnt, fit_weights
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.trial import Finding, Gain, Quality, Trial
from matchmaker.errors import ChangedMeanwhileError, NotAllowedNowError
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import LearnedModel, MatchRun, Suggestion
from matchmaker.matches.queries.learned import (
    decisions_since,
    labels_to_learn_from,
    learned_in_use,
    material,
    office_weights,
    weights_in_use,
)
from matchmaker.matches.queries.pair import suggestion_to_decide
from matchmaker.matches.services.decisions import Verdict, decide, undo
from matchmaker.matches.services.learning import (
    NEW_DECISIONS,
    LearningUnderWayError,
    Tried,
    keep_tried,
    learn_when_due,
    start_learning,
    take_into_use,
    use_office_weights,
)
from matchmaker.matches.services.pairs import NamedPair, add_pair
from matchmaker.matches.services.runs import settled_by_default
from tests.build import NOON, make_event, make_officer, make_suggestion
from tests.engines.matching.tastes import PRICE_AND_PAPERS, decided
from tests.matches.decided import make_decided, reasons_with
from tests.matches.fairs import make_fair, take_part_with_need, take_part_with_product

FIVE = decided(5, Weights())
LEARNT = fit_weights(FIVE)
PARTS = {"hs": 1.0, "text": 0.5, "price": None}


def make_learned(weights=PRICE_AND_PAPERS, finding=Finding.BETTER, **given) -> LearnedModel:
    """Learnt weights that were tried on 92 later decisions."""
    trial = Trial(
        finding=finding,
        learnt=Learnt(weights, LEARNT.calibration),
        trained=214,
        trained_approved=150,
        trained_until=NOON,
        tested=92,
        tested_approved=60,
        present=Quality(0.81, 0.52),
        new=Quality(0.88, 0.41),
        gain=Gain(0.07, 0.02, 0.12),
    )
    tried = Tried(trial, prior=Weights(), present=Weights(), against=None)
    kept = keep_tried(tried, actor_id=None, job_id=None, now=NOON)
    for name, value in given.items():
        setattr(kept, name, value)
    db.session.flush()
    return kept


def suggested(**given):
    suggestion = make_suggestion(reasons=reasons_with(PARTS), **given)
    return suggestion_to_decide(suggestion.public_id)


def decide_on(suggestion, state, reason=None, *, officer=None, note="", now=NOON):
    verdict = Verdict(state, reason, note)
    officer = officer or make_officer()
    return decide(suggestion, verdict, officer=officer, seen_version=suggestion.version, now=now)


def test_approved_and_rejected_suggestions_are_learnt_from(app):
    decide_on(suggested(), SuggestionState.APPROVED)
    decide_on(suggested(), SuggestionState.REJECTED, RejectionReason.PRICE)

    first, second = labels_to_learn_from()

    assert (first.good, second.good) == (True, False)
    assert first.parts["hs"] == 1.0
    assert first.parts["price"] is None
    assert first.at == NOON
    assert first.group != second.group  # each at an event of its own


@pytest.mark.parametrize("reason", list(RejectionReason))
def test_only_rejections_for_goods_or_terms_are_learnt_from(app, reason):
    decide_on(suggested(), SuggestionState.REJECTED, reason, note="They said so.")

    says_nothing = {
        RejectionReason.ALREADY_IN_TOUCH,
        RejectionReason.COMPETITOR,
        RejectionReason.CAPACITY,
        RejectionReason.OTHER,
    }
    number = 0 if reason in says_nothing else 1
    assert len(labels_to_learn_from()) == number
    assert material().rejected == number


def test_what_is_held_undone_or_without_parts_is_not_learnt_from(app):
    decide_on(suggested(), SuggestionState.HELD)
    officer = make_officer()
    undone = suggested()
    decision = decide_on(undone, SuggestionState.APPROVED, officer=officer)
    decision.suggestion = undone
    undo(decision, officer=officer, now=NOON)
    bare = make_suggestion()
    decide_on(suggestion_to_decide(bare.public_id), SuggestionState.APPROVED)

    assert labels_to_learn_from() == []


def test_of_several_decisions_the_last_one_counts(app):
    suggestion = suggested()
    decide_on(suggestion, SuggestionState.APPROVED)
    later = NOON + timedelta(hours=1)
    decide_on(
        suggestion, SuggestionState.REJECTED, RejectionReason.VOLUME, note="Asked.", now=later
    )

    (label,) = labels_to_learn_from()

    assert not label.good
    assert label.at == later
    assert (material().approved, material().rejected) == (0, 1)


def test_the_parts_a_run_has_found_are_learnt_from(run):
    event = make_fair()
    made = run(event.code)
    (suggestion,) = db.session.scalars(sa.select(Suggestion).where(Suggestion.run_id == made.id))
    decide_on(suggestion_to_decide(suggestion.public_id), SuggestionState.APPROVED)

    (label,) = labels_to_learn_from()

    assert label.parts["hs"] == 1.0
    assert label.parts.keys() == asdict(Weights()).keys()


def test_a_taste_is_learnt_by_the_worker_and_waits_for_an_officer(app, work):
    make_decided(decided(200, PRICE_AND_PAPERS, seed=1))
    job = start_learning(actor=make_officer(), now=utcnow())
    number = job.id
    db.session.commit()

    work()

    done = db.session.get_one(Job, number)
    kept = db.session.scalars(sa.select(LearnedModel)).one()
    assert done.state is JobState.DONE
    assert done.result["finding"] == "better"
    assert kept.better
    assert (kept.trained, kept.tested) == (140, 60)
    assert kept.job_id == number
    assert kept.weights["price"] > 0.15
    assert learned_in_use() is None


@pytest.mark.parametrize(
    ("labels", "finding"),
    [
        ([], "too_few"),
        (FIVE * 2, "too_few"),
        ([replace(one, good=True) for one in decided(60, Weights())], "all_alike"),
    ],
    ids=["none", "ten", "all approved"],
)
def test_where_nothing_can_be_learnt_the_job_says_why_and_nothing_is_kept(
    app, work, labels, finding
):
    make_decided(labels)
    number = start_learning(actor=None, now=utcnow()).id
    db.session.commit()

    work()

    job = db.session.get_one(Job, number)
    assert job.result["finding"] == finding
    assert job.result["decisions"] == len(labels)
    assert db.session.query(LearnedModel).count() == 0


def test_one_learning_at_a_time(app):
    start_learning(actor=None, now=utcnow())

    with pytest.raises(LearningUnderWayError, match="already"):
        start_learning(actor=make_officer(), now=utcnow())


@pytest.mark.parametrize("number", [NEW_DECISIONS - 1, NEW_DECISIONS])
def test_many_new_decisions_make_the_worker_learn_by_itself(app, number):
    make_decided(decided(number, Weights()))

    learn_when_due(now=utcnow())

    assert db.session.query(Job).count() == (number == NEW_DECISIONS)
    assert learn_when_due in SWEEPERS


@pytest.mark.parametrize("state", [JobState.DONE, JobState.QUEUED])
def test_what_was_learnt_from_once_is_not_new(app, state):
    labels = decided(NEW_DECISIONS, Weights())
    make_decided(labels)
    after = labels[-1].at + timedelta(minutes=1)
    db.session.add(Job(kind="learn", arguments={"actor": None}, created_at=after, state=state))
    db.session.flush()

    learn_when_due(now=utcnow())

    assert db.session.query(Job).count() == 1
    assert decisions_since(after) == 0


def test_what_a_command_has_learnt_is_not_learnt_again_by_itself(app):
    labels = decided(NEW_DECISIONS, Weights())
    make_decided(labels)
    make_learned(created_at=labels[-1].at + timedelta(minutes=1))

    learn_when_due(now=utcnow())

    assert db.session.query(Job).count() == 0


def test_learnt_weights_come_into_use_by_one_press_and_go_by_one(app):
    model, officer = make_learned(), make_officer()

    take_into_use(model, seen="", actor=officer, now=NOON)

    assert weights_in_use() == (PRICE_AND_PAPERS, model)
    assert settled_by_default(Limits()).learned == model.public_id

    use_office_weights(seen=model.public_id, actor=officer, now=NOON)

    assert weights_in_use() == (Weights(), None)
    assert settled_by_default(Limits()).learned is None


def test_learnt_weights_can_be_taken_again(app):
    model, officer = make_learned(), make_officer()
    take_into_use(model, seen="", actor=officer, now=NOON)
    use_office_weights(seen=model.public_id, actor=officer, now=NOON)

    take_into_use(model, seen="", actor=officer, now=NOON + timedelta(hours=1))

    assert learned_in_use() is model
    assert model.ended_at is None


def test_of_two_learnt_ones_one_is_in_use(app):
    first, second, officer = make_learned(), make_learned(), make_officer()
    take_into_use(first, seen="", actor=officer, now=NOON)

    take_into_use(second, seen=first.public_id, actor=officer, now=NOON)

    assert learned_in_use() is second
    assert first.ended_at == NOON


@pytest.mark.parametrize("finding", [Finding.NO_BETTER, Finding.TOO_FEW_LATER])
def test_only_what_was_better_comes_into_use(app, finding):
    model = make_learned(finding=finding)

    with pytest.raises(NotAllowedNowError, match="not better"):
        take_into_use(model, seen="", actor=make_officer(), now=NOON)

    assert learned_in_use() is None


def test_the_second_of_two_officers_is_told(app):
    first, second, officer = make_learned(), make_learned(), make_officer()
    take_into_use(first, seen="", actor=officer, now=NOON)

    with pytest.raises(ChangedMeanwhileError, match="meanwhile"):
        take_into_use(second, seen="", actor=officer, now=NOON)
    with pytest.raises(ChangedMeanwhileError, match="meanwhile"):
        use_office_weights(seen=second.public_id, actor=officer, now=NOON)

    assert learned_in_use() is first


def test_what_is_so_already_is_refused(app):
    model, officer = make_learned(), make_officer()
    with pytest.raises(NotAllowedNowError, match="already"):
        use_office_weights(seen="", actor=officer, now=NOON)
    take_into_use(model, seen="", actor=officer, now=NOON)

    with pytest.raises(NotAllowedNowError, match="already"):
        take_into_use(model, seen=model.public_id, actor=officer, now=NOON)


def test_a_run_and_a_pair_added_to_it_are_scored_with_the_learnt_weights(run):
    model = make_learned(in_use_since=NOON)
    event = make_event()
    product, need = take_part_with_product(event), take_part_with_need(event, price_max=None)
    other = take_part_with_product(event, name="Bath towels", description="", hs_code="630260")

    made = run(event.code)
    pair = NamedPair(other.public_id, need.public_id)
    added = add_pair(event, pair, officer=make_officer(), note="They asked.", now=NOON)

    assert (made.learned, made.weights) == (model.public_id, asdict(PRICE_AND_PAPERS))
    suggestion = db.session.query(Suggestion).filter_by(product_id=product.id).one()
    whole = sum(asdict(PRICE_AND_PAPERS).values())
    for one in (suggestion, added):
        shares = {part: share for part, share, *_ in one.reasons["why"]["supply"]}
        assert shares["price"] == pytest.approx(PRICE_AND_PAPERS.price / whole)


def make_run(event, weights, **given):
    row = {"created_at": NOON, "finished_at": NOON, "limits": {}, "seed": 0}
    db.session.add(MatchRun(event_id=event.id, weights=asdict(weights), **(row | given)))
    db.session.flush()


def test_the_weights_of_the_office_are_those_officers_chose_last(app):
    event = make_event()
    assert office_weights() == Weights()
    make_run(event, Weights(price=0.5))
    make_run(event, PRICE_AND_PAPERS, learned=make_learned().public_id)
    make_run(event, Weights(price=0.9), finished_at=None)

    assert office_weights() == Weights(price=0.5)


def test_the_command_learns_and_says_by_how_much(app):
    make_decided(decided(200, PRICE_AND_PAPERS, seed=1))
    db.session.commit()

    answer = app.test_cli_runner().invoke(args=["match", "learn"])

    assert answer.exit_code == 0
    assert "200 decisions: 140 to learn from, 60 later ones" in answer.output
    assert "an officer can take it into use" in answer.output
    assert db.session.query(LearnedModel).one().better


def test_the_command_ends_with_1_where_nothing_can_be_learnt(app):
    db.session.commit()

    answer = app.test_cli_runner().invoke(args=["match", "learn", "--json"])

    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["finding"] == "too_few"
