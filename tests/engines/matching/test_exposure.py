"""Exposure: limits, nobody left with none, even shares, and what they cost."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse.csgraph import maximum_bipartite_matching

from matchmaker.engines.matching.auction import STEP
from matchmaker.engines.matching.exposure import EVEN, MOST_LOSS, Limits, gini, share_out

SCORED = st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)), st.integers(0, 1000), max_size=40
)


def shared(pairs, limits):
    """Share out pairs with their scores in thousandths; return what came of it, and the pairs."""
    ranked = sorted(pairs, key=lambda pair: (-pairs[pair], pair))
    exporters, buyers = np.array(ranked, dtype=int).reshape(-1, 2).T
    shares = share_out(exporters, buyers, np.array([pairs[p] / 1000 for p in ranked]), limits)
    return shares, [pair for pair, kept in zip(ranked, shares.kept, strict=True) if kept]


def loads(pairs, side, number=8):
    return np.bincount([pair[side] for pair in pairs], minlength=number)


def fair_of(exporters, buyers, *, seed, spread=0.1):
    """Return scores of pairs, some exporters being better than others and some buyers choosier."""
    random = np.random.default_rng(seed)
    quality = random.normal(0.0, spread, exporters)[:, np.newaxis]
    scores = 0.6 + quality + random.normal(0.0, 0.1, (exporters, buyers))
    met = np.argwhere(random.random((exporters, buyers)) < 0.3)
    return {(e, b): int(1000 * scores[e, b].clip(0.1, 1.0)) for e, b in met.tolist()}


def highest_total(pairs, limits):
    """Return the highest total score that the limits allow, by linear programming."""
    places = np.array(list(pairs)).T
    ones = np.ones(len(pairs))
    rows = [sp.csr_array((ones, (side, np.arange(len(pairs))))) for side in places]
    most = [np.full(row.shape[0], n) for row, n in zip(rows, limits, strict=True)]
    found = linprog(-np.array(list(pairs.values())), sp.vstack(rows), np.concatenate(most),
                    bounds=(0, 1))  # fmt: skip
    return -found.fun / 1000


@pytest.mark.parametrize("bad", [{"per_exporter": 0}, {"per_buyer": -1}])
def test_limits_below_one_are_refused(bad):
    with pytest.raises(ValueError, match="at least 1"):
        Limits(**bad)


@pytest.mark.parametrize("least", [-0.1, 1.1])
def test_a_least_score_that_is_no_share_of_one_is_refused(least):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Limits(least_score=least)


def test_the_best_are_chosen_up_to_the_limits():
    pairs = {(0, 0): 900, (0, 1): 800, (1, 0): 700, (0, 2): 600, (1, 2): 500}

    _, kept = shared(pairs, Limits(per_exporter=2, per_buyer=9))

    assert kept == [(0, 0), (0, 1), (1, 0), (1, 2)]


def test_the_total_counts_not_the_best_pair():
    # The best pair would leave the other two places to a pair that is hardly any.
    pairs = {(0, 0): 900, (0, 1): 800, (1, 0): 800, (1, 1): 100}

    shares, kept = shared(pairs, Limits(per_exporter=1, per_buyer=1))

    assert kept == [(0, 1), (1, 0)]
    assert shares.loss == 0


def test_who_has_none_takes_the_place_of_who_has_others():
    pairs = {(0, 0): 900, (1, 0): 800, (0, 1): 700, (2, 0): 100}

    shares, kept = shared(pairs, Limits(per_exporter=2, per_buyer=2))

    assert kept == [(1, 0), (0, 1), (2, 0)]
    assert shares.by_limits.tolist() == [True, True, True, False]
    assert shares.loss == pytest.approx(1 - 1600 / 2400)


def test_a_buyer_without_any_takes_an_exporters_place_too():
    pairs = {(0, 0): 900, (1, 0): 800, (0, 1): 100}

    _, kept = shared(pairs, Limits(per_exporter=1, per_buyer=2))

    assert kept == [(1, 0), (0, 1)]


def test_nobody_is_left_with_none_for_another():
    _, kept = shared({(0, 0): 900, (1, 0): 800}, Limits(per_exporter=1, per_buyer=1))

    assert kept == [(0, 0)]


def test_no_pairs_give_no_choice():
    shares, kept = shared({}, Limits())

    assert kept == []
    assert (shares.loss, shares.possible, shares.gini_least) == (0.0, 0, 0.0)


def test_pairs_without_any_score_are_still_shared_out():
    _, kept = shared({(0, 0): 0, (1, 1): 0}, Limits())

    assert kept == [(0, 0), (1, 1)]


@given(SCORED, st.integers(1, 3), st.integers(1, 3))
def test_limits_are_kept_and_nothing_could_be_added(pairs, per_exporter, per_buyer):
    _, chosen = shared(pairs, Limits(per_exporter, per_buyer))
    exporters, buyers = loads(chosen, 0), loads(chosen, 1)

    assert exporters.max() <= per_exporter
    assert buyers.max() <= per_buyer
    for exporter, buyer in set(pairs) - set(chosen):
        assert exporters[exporter] == per_exporter or buyers[buyer] == per_buyer


@given(SCORED)
def test_as_many_companies_as_possible_have_one(pairs):
    _, chosen = shared(pairs, Limits(1, 1))

    graph = np.zeros((8, 8))
    for pair in pairs:
        graph[pair] = 1
    most = (maximum_bipartite_matching(sp.csr_array(graph), perm_type="column") >= 0).sum()
    assert len(chosen) == most


@pytest.mark.parametrize(("exporters", "buyers"), [(40, 60), (80, 30)])
def test_what_the_limits_alone_give_is_nearly_the_highest_total(exporters, buyers):
    pairs = fair_of(exporters, buyers, seed=3)

    shares, _ = shared(pairs, Limits(4, 6))

    scores = np.array(sorted(pairs.values(), reverse=True)) / 1000
    chosen = scores[shares.by_limits]
    highest = highest_total(pairs, (4, 6))
    assert highest - STEP * len(chosen) <= chosen.sum() <= highest + 1e-9


def test_even_shares_cost_little():
    pairs = fair_of(150, 50, seed=5)

    shares, kept = shared(pairs, Limits())

    assert shares.gini_by_limits > 0.4
    assert gini(loads(kept, 0, 150)) <= EVEN
    assert loads(kept, 0, 150).min() >= 1
    assert 0 < shares.loss <= MOST_LOSS


def test_shares_stay_uneven_where_it_would_cost_too_much():
    pairs = fair_of(150, 40, seed=5, spread=0.2)

    shares, kept = shared(pairs, Limits())

    assert EVEN < gini(loads(kept, 0, 150)) < shares.gini_by_limits - 0.1
    assert loads(kept, 0, 150).min() >= 1
    assert 0 < shares.loss <= MOST_LOSS


def test_goods_that_are_all_alike_are_shared_evenly():
    pairs = {(exporter, buyer): 500 for exporter in range(150) for buyer in range(30)}

    _, kept = shared(pairs, Limits(8, 12))

    assert loads(kept, 1, 30).tolist() == [12] * 30
    assert loads(kept, 0, 150).min() >= 1
    assert gini(loads(kept, 0, 150)) <= 0.25


def test_the_least_unevenness_is_that_of_the_possible_partners():
    # One exporter could be with all of four buyers, the other with one of them.
    pairs = {(0, buyer): 500 for buyer in range(4)} | {(1, 0): 500}

    shares, kept = shared(pairs, Limits())

    assert loads(kept, 0, 2).tolist() == [4, 1]
    assert shares.gini_least == pytest.approx(gini([4, 1]))
    # A third exporter, whose goods nobody looks for, has none.
    assert shares.figures(3)["gini_exporters_least"] == pytest.approx(gini([4, 1, 0]))


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [([], 0.0), ([0, 0], 0.0), ([3, 3, 3], 0.0), ([0, 0, 0, 4], 0.75), ([1, 3], 0.25)],
)
def test_the_gini_coefficient(numbers, expected):
    assert gini(numbers) == pytest.approx(expected)


def test_of_equals_those_given_first_are_preferred():
    _, kept = shared(dict.fromkeys([(0, 0), (1, 0), (2, 0)], 500), Limits(per_buyer=2))

    assert kept == [(0, 0), (1, 0)]


def test_of_equals_who_has_fewer_is_preferred_to_who_was_given_first():
    pairs = dict.fromkeys([(0, 0), (0, 1), (1, 1)], 500)

    _, kept = shared(pairs, Limits(per_buyer=1))

    assert kept == [(0, 0), (1, 1)]
