import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import maximum_bipartite_matching

from matchmaker.engines.matching.exposure import Limits, choose, gini, loads

PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), unique=True, max_size=40)


@pytest.mark.parametrize("bad", [{"per_exporter": 0}, {"per_buyer": -1}])
def test_limits_below_one_are_refused(bad):
    with pytest.raises(ValueError, match="at least 1"):
        Limits(**bad)


@pytest.mark.parametrize("least", [-0.1, 1.1])
def test_a_least_score_that_is_no_share_of_one_is_refused(least):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Limits(least_score=least)


def test_the_best_are_chosen_up_to_the_limits():
    pairs = [(0, 0), (0, 1), (1, 0), (0, 2), (1, 2)]

    assert choose(pairs, Limits(per_exporter=2, per_buyer=9)) == [(0, 0), (0, 1), (1, 0), (1, 2)]


def test_who_has_none_takes_the_place_of_who_has_others():
    pairs = [(0, 0), (1, 0), (0, 1), (2, 0)]

    assert choose(pairs, Limits(per_exporter=2, per_buyer=2)) == [(1, 0), (0, 1), (2, 0)]


def test_somebody_may_have_to_move_on_first():
    # 1 can only be with 0, who is taken by 0, who could be with 1, who is free.
    pairs = [(0, 0), (1, 0), (0, 1)]

    assert choose(pairs, Limits(per_exporter=1, per_buyer=1)) == [(1, 0), (0, 1)]


def test_nobody_is_left_with_none_for_another():
    assert choose([(0, 0), (1, 0)], Limits(per_exporter=1, per_buyer=1)) == [(0, 0)]


def test_no_pairs_give_no_choice():
    assert choose([], Limits()) == []


@given(PAIRS, st.integers(1, 3), st.integers(1, 3))
def test_limits_are_kept_and_nothing_could_be_added(pairs, per_exporter, per_buyer):
    limits = Limits(per_exporter, per_buyer)
    chosen = choose(pairs, limits)
    exporters, buyers = loads(chosen, 0, 8), loads(chosen, 1, 8)

    assert set(chosen) <= set(pairs)
    assert exporters.max() <= per_exporter
    assert buyers.max() <= per_buyer
    for exporter, buyer in set(pairs) - set(chosen):
        assert exporters[exporter] == per_exporter or buyers[buyer] == per_buyer


@given(PAIRS)
def test_as_many_companies_as_possible_have_one(pairs):
    chosen = choose(pairs, Limits(1, 1))

    graph = np.zeros((8, 8))
    for pair in pairs:
        graph[pair] = 1
    most = (maximum_bipartite_matching(sp.csr_array(graph), perm_type="column") >= 0).sum()
    assert len(chosen) == most


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([], 0.0), ([0, 0], 0.0), ([3, 3, 3], 0.0), ([0, 0, 0, 4], 0.75), ([1, 3], 0.25)],
)
def test_the_gini_coefficient(numbers, expected):
    assert gini(numbers) == pytest.approx(expected)
