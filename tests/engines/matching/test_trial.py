"""Learnt weights are better only where later decisions show it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from matchmaker.engines.matching.learning import scores_of
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.trial import LEAST, LEAST_OF_A_KIND, Finding, try_out
from tests.engines.matching.tastes import BEGIN, PRICE_AND_PAPERS, decided


@pytest.fixture(scope="module")
def tasteful():
    """Decisions of officers with a taste of their own, and the trial over them."""
    decisions = decided(400, PRICE_AND_PAPERS, seed=1)
    return decisions, try_out(decisions, present=Weights())


def test_a_taste_is_found_better(tasteful):
    _, trial = tasteful

    assert trial.finding is Finding.BETTER
    assert 0 < trial.gain.low < trial.gain.value < trial.gain.high
    assert trial.new.log_loss < trial.present.log_loss


def test_only_later_decisions_try_what_was_learnt_from_earlier_ones(tasteful):
    decisions, trial = tasteful
    later = [one for one in decisions if one.at > trial.trained_until]

    assert (trial.trained, trial.tested) == (280, 120)
    good, parts = [one.good for one in later], [one.parts for one in later]
    for quality, weights in ((trial.present, Weights()), (trial.new, trial.learnt.weights)):
        expected = roc_auc_score(good, scores_of(parts, weights))
        assert quality.ranking == pytest.approx(expected)


def test_what_is_learnt_does_not_depend_on_the_later_ones(tasteful):
    decisions, trial = tasteful
    turned = [
        replace(one, good=not one.good) if one.at > trial.trained_until else one
        for one in decisions
    ]

    again = try_out(turned, present=Weights())

    assert again.learnt == trial.learnt
    assert again.finding is Finding.NO_BETTER
    assert again.gain.value < 0


def test_the_order_in_which_decisions_come_does_not_matter(tasteful):
    decisions, trial = tasteful

    assert try_out(reversed(decisions), present=Weights()) == trial


@pytest.mark.parametrize("seed", range(4))
def test_officers_who_toss_a_coin_promote_nothing(seed):
    trial = try_out(decided(200, Weights(), seed=seed, sharp=0), present=Weights(), seed=seed)

    assert trial.finding is Finding.NO_BETTER


def test_weights_that_know_the_taste_already_are_not_beaten():
    trial = try_out(decided(300, PRICE_AND_PAPERS, seed=5), present=PRICE_AND_PAPERS)

    assert trial.finding is Finding.NO_BETTER


def alike(good):
    return lambda number: [replace(one, good=good) for one in decided(number, Weights())]


@pytest.mark.parametrize(
    ("number", "make", "finding"),
    [
        (0, alike(True), Finding.TOO_FEW),
        (10, alike(True), Finding.TOO_FEW),
        (LEAST - 1, lambda n: decided(n, PRICE_AND_PAPERS), Finding.TOO_FEW),
        (LEAST, alike(True), Finding.ALL_ALIKE),
        (LEAST, alike(False), Finding.ALL_ALIKE),
    ],
)
def test_where_nothing_can_be_learnt_it_says_why(number, make, finding):
    trial = try_out(make(number), present=Weights())

    assert trial.finding is finding
    assert trial.learnt is None
    assert trial.trained + trial.tested == number


def test_with_too_few_later_ones_of_a_kind_nothing_is_promoted():
    decisions = decided(300, PRICE_AND_PAPERS)
    rejected_later = [one for one in decisions[210:] if not one.good][LEAST_OF_A_KIND - 1 :]
    dropped = {id(one) for one in rejected_later}
    turned = [replace(one, good=True) if id(one) in dropped else one for one in decisions]

    trial = try_out(turned, present=Weights())

    assert trial.finding is Finding.TOO_FEW_LATER
    assert trial.learnt is not None
    assert trial.tested - trial.tested_approved == LEAST_OF_A_KIND - 1


def test_later_decisions_that_are_all_the_same_have_no_ranking():
    decisions = decided(100, PRICE_AND_PAPERS)
    turned = [*decisions[:70], *(replace(one, good=True) for one in decisions[70:])]

    trial = try_out(turned, present=Weights())

    assert trial.finding is Finding.TOO_FEW_LATER
    assert trial.new.ranking is None
    assert trial.gain is None


def test_decisions_of_one_moment_are_not_parted():
    """Decided in bulk at the 70th of 100, thirty are learnt from together."""
    decisions = decided(100, PRICE_AND_PAPERS)
    bulk = BEGIN + timedelta(minutes=60)
    turned = [replace(one, at=bulk) if 60 <= n < 90 else one for n, one in enumerate(decisions)]

    trial = try_out(turned, present=Weights())

    assert (trial.trained, trial.tested) == (90, 10)
    assert trial.trained_until == bulk


def test_all_of_one_moment_leave_nothing_to_be_tried_on():
    decisions = [replace(one, at=BEGIN) for one in decided(LEAST, PRICE_AND_PAPERS)]

    trial = try_out(decisions, present=Weights())

    assert trial.finding is Finding.TOO_FEW_LATER
    assert trial.tested == 0


def test_pairs_are_ranked_within_their_event_only():
    """One event approves all but the best, another all: between them nothing is compared."""
    decisions = [
        replace(
            one, group="generous" if place % 2 else "strict", good=True if place % 2 else one.good
        )
        for place, one in enumerate(decided(300, PRICE_AND_PAPERS))
    ]

    trial = try_out(decisions, present=Weights())

    strict = [one for one in decisions if one.at > trial.trained_until and one.group == "strict"]
    expected = roc_auc_score(
        [one.good for one in strict], scores_of([one.parts for one in strict], Weights())
    )
    assert trial.present.ranking == pytest.approx(expected)


def test_the_interval_covers_the_gain_of_many_more_decisions(tasteful):
    _, trial = tasteful
    many = decided(4000, PRICE_AND_PAPERS, seed=9)
    good, parts = [one.good for one in many], [one.parts for one in many]

    real = roc_auc_score(good, scores_of(parts, trial.learnt.weights)) - roc_auc_score(
        good, scores_of(parts, Weights())
    )

    assert trial.gain.low <= real <= trial.gain.high


def test_bands_count_every_later_decision_once(tasteful):
    _, trial = tasteful

    assert sum(band.decisions for band in trial.bands) == trial.tested
    assert sum(band.approved for band in trial.bands) == trial.tested_approved
    assert all(np.diff([band.said for band in trial.bands]) >= 0)


def test_the_figures_pass_through_json(tasteful):
    _, trial = tasteful

    figures = json.loads(json.dumps(trial.figures()))

    assert figures["finding"] == "better"
    assert figures["gain"]["value"] == trial.gain.value
    assert figures["bands"][0].keys() == {"low", "high", "said", "approved", "decisions"}
