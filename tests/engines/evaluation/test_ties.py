"""Measures of an order with equals: the mean over all orders of the equals."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from matchmaker.engines.evaluation.metrics import ndcg, precision, recall, reciprocal_rank
from matchmaker.engines.evaluation.ties import agreement, order_figures

LISTS = st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=5)


def mean_over_orders(scores, relevant, k):
    """The mean of the plain measures over every order in which no lower score comes first."""
    places = range(len(scores))
    orders = [
        order
        for order in permutations(places)
        if all(scores[one] >= scores[two] for one, two in pairwise(order))
    ]
    gains = [[float(relevant[place]) for place in order] for order in orders]
    measures = (
        lambda g: ndcg(g, k),
        lambda g: precision(g, k),
        lambda g: recall(g, k),
        reciprocal_rank,
    )
    return [np.mean([measure(one) for one in gains]) for measure in measures]


@settings(max_examples=60)
@given(LISTS.filter(lambda pairs: any(good for _, good in pairs)), st.integers(1, 6))
def test_equals_count_as_the_mean_over_their_orders(pairs, k):
    scores, relevant = zip(*pairs, strict=True)

    found = order_figures(scores, relevant, k)

    told = [found.ndcg, found.precision, found.recall, found.mrr]
    assert told == pytest.approx(mean_over_orders(scores, relevant, k))


def test_an_unknown_score_comes_last_and_equals_other_unknown_ones():
    found = order_figures([np.nan, 0.1, np.nan], [True, False, False], 3)

    assert found.mrr == pytest.approx((1 / 2 + 1 / 3) / 2)


@pytest.mark.parametrize(("relevant", "k"), [([False, False], 1), ([True, False], 0)])
def test_what_has_no_value_is_refused(relevant, k):
    with pytest.raises(ValueError, match="relevant, and k"):
        order_figures([1, 2], relevant, k)


@settings(max_examples=60)
@given(LISTS.filter(lambda pairs: len({good for _, good in pairs}) == 2))
def test_agreement_is_the_area_under_the_roc_curve(pairs):
    scores, approved = zip(*pairs, strict=True)

    assert agreement(scores, approved) == pytest.approx(roc_auc_score(approved, scores))


def test_agreement_of_weighed_decisions_is_that_of_the_repeated_ones():
    scores, approved, times = [0.1, 0.5, 0.5, 0.9], [False, True, False, True], [1, 0, 3, 2]

    repeated = agreement(np.repeat(scores, times), np.repeat(approved, times))

    assert agreement(scores, approved, [times]) == pytest.approx([repeated])


def test_agreement_has_no_value_where_all_were_decided_alike():
    assert np.isnan(agreement([0.1, 0.2], [True, True]))
