"""Weights learnt from decisions: valid, monotone, cautious; and shares that follow the score."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics import roc_auc_score

from matchmaker.engines.matching.learning import (
    GRID,
    KEPT_OF_GOODS,
    PARTS,
    Calibration,
    Label,
    WeightsLearner,
    calibrate,
    fit_weights,
    scores_of,
)
from matchmaker.engines.matching.score import GOODS, Weights
from tests.engines.matching.tastes import BEGIN, PRICE_AND_PAPERS, decided

values = st.none() | st.floats(0, 1)
pairs = st.fixed_dictionaries(dict.fromkeys(PARTS, values))
labels = st.lists(st.tuples(pairs, st.booleans()), max_size=12)


def learnt_from(decisions, **given):
    learner = WeightsLearner(**given)
    return learner.fit([one.parts for one in decisions], [one.good for one in decisions])


def furthest(weights, prior=None):
    """By how much the weight that moved most has moved."""
    return max(abs(weights.of(part) - (prior or Weights()).of(part)) for part in PARTS)


def test_the_taste_of_the_officers_is_learnt():
    later = decided(1000, PRICE_AND_PAPERS, seed=2)
    parts, good = [one.parts for one in later], [one.good for one in later]

    learner = learnt_from(decided(400, PRICE_AND_PAPERS, seed=1))

    usual = roc_auc_score(good, scores_of(parts, Weights()))
    best = roc_auc_score(good, scores_of(parts, PRICE_AND_PAPERS))
    got = roc_auc_score(good, learner.decision_function(parts))
    assert got - usual > 0.8 * (best - usual) > 0
    assert learner.weights_.price > 2 * Weights().price
    assert learner.weights_.volume < Weights().volume


def test_ten_decisions_change_little():
    assert furthest(learnt_from(decided(10, PRICE_AND_PAPERS)).weights_) < 0.03


def test_officers_who_toss_a_coin_change_little():
    assert furthest(learnt_from(decided(400, Weights(), sharp=0)).weights_) < 0.06


@pytest.mark.parametrize("good", [[], [True] * 12, [False] * 12], ids=["none", "all", "no"])
def test_decisions_that_are_all_the_same_teach_nothing(good):
    prior = Weights(price=0.3)
    parts = [one.parts for one in decided(len(good), PRICE_AND_PAPERS)]

    assert WeightsLearner(prior).fit(parts, good).weights_ == prior


@pytest.mark.parametrize(
    "parts",
    [{}, dict.fromkeys(PARTS), dict.fromkeys(PARTS, np.nan), dict.fromkeys(PARTS, 0.7)],
    ids=["nothing", "all unknown", "not a number", "the same in all"],
)
def test_parts_that_say_nothing_teach_nothing(parts):
    learner = WeightsLearner().fit([parts] * 20, [True, False] * 10)

    assert furthest(learner.weights_) == pytest.approx(0, abs=1e-4)


def test_no_taste_takes_its_weight_from_the_goods():
    """Else a pair known by its text alone would never be suggested again."""
    contrary = [
        Label(
            {"text": 1 - one.good, "hs": 1 - one.good * 0.4, "price": float(one.good)},
            one.good,
            BEGIN,
        )
        for one in decided(2000, Weights())
    ]

    weights = learnt_from(contrary).weights_

    share = sum(weights.of(part) for part in PARTS) / sum(Weights().of(part) for part in PARTS)
    assert all(weights.of(one) > 0.1 * KEPT_OF_GOODS * Weights().of(one) * share for one in GOODS)


@settings(deadline=None, max_examples=25)
@given(labels)
def test_whatever_is_decided_the_weights_are_valid(decisions):
    parts, good = [one for one, _ in decisions], [yes for _, yes in decisions]

    weights = WeightsLearner().fit(parts, good).weights_

    assert all(weights.of(part) >= 0 for part in PARTS)
    assert sum(weights.of(part) for part in PARTS) == pytest.approx(
        sum(Weights().of(part) for part in PARTS), abs=1e-4
    )


LEARNT = learnt_from(decided(150, PRICE_AND_PAPERS, seed=3)).weights_


@settings(deadline=None)
@given(pairs, st.sampled_from(PARTS), st.floats(0, 1))
def test_a_better_part_never_lowers_a_learnt_score(parts, part, value):
    worse, better = sorted([value, parts[part] or 0.0])
    before, after = scores_of([parts | {part: worse}, parts | {part: better}], LEARNT)

    assert after >= before - 1e-12


def test_a_learner_can_be_cloned_and_kept():
    decisions = decided(60, PRICE_AND_PAPERS)
    learner = learnt_from(decisions, strength=100.0)

    again = clone(learner)
    again.fit([one.parts for one in decisions], [one.good for one in decisions])

    assert again.weights_ == learner.weights_
    assert pickle.loads(pickle.dumps(learner)).weights_ == learner.weights_


def test_the_firmer_the_prior_the_less_is_learnt():
    decisions = decided(100, PRICE_AND_PAPERS)

    moved = [furthest(learnt_from(decisions, strength=s).weights_) for s in (50.0, 400.0, 5000.0)]

    assert moved == sorted(moved, reverse=True)


@pytest.mark.parametrize("strength", [0.0, -1.0, float("nan")])
def test_a_prior_without_strength_is_refused(strength):
    with pytest.raises(ValueError, match="strength"):
        WeightsLearner(strength=strength).fit([], [])


def test_answers_that_lack_a_pair_are_refused():
    with pytest.raises(ValueError, match="as many"):
        WeightsLearner().fit([], [True])


def scored(number, seed=0):
    """Scores, and approvals that follow their square."""
    random = np.random.default_rng(seed)
    scores = random.random(number)
    return scores, random.random(number) < scores**2


@pytest.mark.parametrize(("number", "method"), [(250, "logistic"), (3000, "steps")])
def test_shares_follow_the_score_by_a_curve_or_by_steps(number, method):
    calibration = calibrate(*scored(number))

    assert calibration.method == method
    assert calibration.at([0.2, 0.5, 0.9]) == pytest.approx([0.04, 0.25, 0.81], abs=0.12)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.booleans())
def test_shares_never_fall_and_are_never_certain(decisions, many):
    decisions = decisions * (20 if many else 1)
    scores, good = [one for one, _ in decisions], [yes for _, yes in decisions]

    shares = calibrate(scores, good).shares

    assert len(shares) == len(GRID)
    assert all(0 < share < 1 for share in shares)
    assert list(shares) == sorted(shares)


@pytest.mark.parametrize(
    ("scores", "good", "share"),
    [
        ([], [], 0.5),
        ([0.4, 0.6], [True, True], 0.75),
        ([0.5] * 4, [True, False] * 2, 0.5),
        ([0.9, 0.1] * 9, [False, True] * 9, 0.5),
    ],
    ids=["no decision", "all approved", "one score", "the wrong way round"],
)
def test_where_the_score_says_nothing_one_share_holds_for_all(scores, good, share):
    calibration = calibrate(scores, good)

    assert set(calibration.shares) == {share}
    assert calibration.method == "share"


def test_a_calibration_comes_back_from_json():
    calibration = calibrate(*scored(50))

    assert Calibration.from_json(calibration.to_json()) == calibration


def test_learning_twice_gives_the_same():
    decisions = decided(30, PRICE_AND_PAPERS)

    assert fit_weights(decisions, seed=4) == fit_weights(decisions, seed=4)


@pytest.mark.parametrize("number", [0, 3])
def test_a_handful_of_decisions_is_answered(number):
    learnt = fit_weights([replace(one, good=True) for one in decided(number, Weights())])

    assert learnt.weights == Weights()
    assert learnt.calibration.method == "share"
