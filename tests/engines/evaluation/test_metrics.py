"""The measures: worked by hand, by property, and against scikit-learn where both must agree."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from matchmaker.engines.evaluation.metrics import (
    dcg,
    ndcg,
    precision,
    ranking,
    recall,
    reciprocal_rank,
)

GAINS = st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0]), min_size=1, max_size=30)
BINARY = st.lists(st.sampled_from([0.0, 1.0]), min_size=2, max_size=30)
K = st.integers(1, 40)
MEASURES = [ndcg, recall, precision]


def test_the_discounted_gain_is_that_worked_by_hand():
    assert dcg([3, 0, 1], 3) == pytest.approx(7 / 1 + 0 + 1 / log2(4))
    assert dcg([3, 0, 1], 1) == pytest.approx(7)
    assert dcg([], 5) == 0.0


def test_the_normalised_gain_is_that_worked_by_hand():
    first = (1 / log2(2) + 7 / log2(3)) / (7 / log2(2) + 1 / log2(3))

    assert ndcg([1, 3, 0], 2) == pytest.approx(first)
    assert ndcg([0, 0, 1], 2) == 0.0
    assert ndcg([0, 1], 10) == pytest.approx(1 / log2(3))


def test_recall_precision_and_rank_are_those_worked_by_hand():
    gains = [0, 2, 0, 1, 1]

    assert recall(gains, 4) == pytest.approx(2 / 3)
    assert precision(gains, 4) == 0.5
    assert precision(gains, 10) == pytest.approx(0.3)
    assert reciprocal_rank(gains) == 0.5


@pytest.mark.parametrize("measure", MEASURES)
def test_a_query_with_nothing_to_find_has_no_value(measure):
    with pytest.raises(ValueError, match="no document is relevant"):
        measure([0, 0], 2)
    with pytest.raises(ValueError, match="no document is relevant"):
        reciprocal_rank([])


@pytest.mark.parametrize("measure", [*MEASURES, dcg])
@pytest.mark.parametrize("gains", [[1, -1], [1, float("nan")], [float("inf")], [[1, 0]]])
def test_gains_that_are_none_are_refused(measure, gains):
    with pytest.raises(ValueError, match="gains must be"):
        measure(gains, 1)


@pytest.mark.parametrize("measure", [*MEASURES, dcg])
def test_k_below_1_is_refused(measure):
    with pytest.raises(ValueError, match="k must be 1 or more"):
        measure([1], 0)


def test_equal_scores_keep_the_order_of_the_documents_and_unknown_ones_come_last():
    scores = [0.5, np.nan, 0.9, 0.5, -np.inf, np.nan]

    assert ranking(scores).tolist() == [2, 0, 3, 1, 4, 5]
    assert ranking([scores, scores[::-1]])[1].tolist() == [3, 2, 5, 0, 1, 4]


@given(gains=GAINS, k=K)
def test_every_measure_is_from_0_to_1(gains, k):
    assume(any(gains))

    for value in (*(measure(gains, k) for measure in MEASURES), reciprocal_rank(gains)):
        assert 0 <= value <= 1


@given(gains=GAINS, k=K)
def test_the_best_order_has_the_highest_normalised_gain(gains, k):
    assume(any(gains))
    best = sorted(gains, reverse=True)

    assert ndcg(best, k) == 1.0
    assert reciprocal_rank(best) == 1.0
    assert all(measure(best, k) >= measure(gains, k) for measure in MEASURES)


@given(gains=GAINS, k=K)
def test_a_relevant_document_that_moves_up_never_makes_it_worse(gains, k):
    assume(any(gains))
    place = max(range(len(gains)), key=gains.__getitem__)
    moved = [gains[place], *gains[:place], *gains[place + 1 :]]

    assert all(measure(moved, k) >= measure(gains, k) - 1e-12 for measure in MEASURES)


@given(gains=BINARY, k=K)
def test_of_gains_of_0_and_1_scikit_learn_says_the_same(gains, k):
    assume(any(gains))
    falling = [np.arange(len(gains), 0, -1)]

    assert ndcg(gains, k) == pytest.approx(ndcg_score([gains], falling, k=k))


@given(scores=st.lists(st.floats(allow_nan=True) | st.just(0.5), min_size=1, max_size=30))
def test_a_ranking_holds_every_document_once_from_high_to_low(scores):
    order = ranking(scores)
    known = [scores[place] for place in order if not np.isnan(scores[place])]

    assert sorted(order.tolist()) == list(range(len(scores)))
    assert known == sorted(known, reverse=True)
