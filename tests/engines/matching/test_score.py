from math import nan

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matchmaker.engines.matching.score import (
    DEMAND,
    GOODS_ENOUGH,
    GOODS_FLOOR,
    SECTOR_ALONE,
    SUPPLY,
    Weights,
    contributions,
    goods_likeness,
    harmonic_mean,
    score,
)

UNKNOWN = dict.fromkeys(SUPPLY, nan)
VALUES = st.one_of(st.just(nan), st.floats(0, 1))
PARTS = st.fixed_dictionaries(dict.fromkeys(SUPPLY, VALUES))
WEIGHTS = st.builds(Weights, hs=st.floats(0.01, 9), **dict.fromkeys(SUPPLY[1:], st.floats(0, 9)))


def as_arrays(parts):
    return {part: np.array([value]) for part, value in parts.items()}


def scored(weights=None, **parts):
    return score(as_arrays({**UNKNOWN, **parts}), weights or Weights())


@pytest.mark.parametrize("bad", [-0.1, nan, float("inf")])
def test_weights_below_0_or_no_numbers_are_refused(bad):
    with pytest.raises(ValueError, match="weight of price"):
        Weights(price=bad)


def test_weights_without_goods_are_refused():
    with pytest.raises(ValueError, match="must not all be 0"):
        Weights(hs=0, sector=0, text=0)


def test_only_the_proportions_of_weights_matter():
    ten = Weights(**{part: 10 * Weights().of(part) for part in SUPPLY})

    one = scored(hs=0.7, text=0.4, price=0.2, language=1.0)
    other = scored(ten, hs=0.7, text=0.4, price=0.2, language=1.0)

    assert one.score == pytest.approx(other.score)


def test_the_likeness_of_goods_is_the_mean_of_what_is_known():
    parts = as_arrays({**UNKNOWN, "hs": 1.0, "text": 0.5})

    assert goods_likeness(parts, Weights()) == pytest.approx(0.75)


def test_a_sector_alone_is_worth_less_than_goods():
    assert goods_likeness(as_arrays({**UNKNOWN, "sector": 1.0}), Weights()) == SECTOR_ALONE


def test_goods_that_are_not_known_are_not_alike():
    assert scored(price=1.0, language=1.0).score == 0.0


def test_no_price_and_no_language_lifts_other_goods():
    others = dict.fromkeys((part for part in SUPPLY if part not in {"hs", "text"}), 1.0)
    others["sector"] = 0.0

    assert scored(hs=0.2, text=0.2, **others).score == 0.0


def test_the_factor_rises_from_the_floor_to_enough():
    middle = (GOODS_FLOOR + GOODS_ENOUGH) / 2

    assert scored(hs=GOODS_FLOOR).factor == 0.0
    assert scored(hs=middle).factor == pytest.approx(0.5)
    assert scored(hs=GOODS_ENOUGH).factor == pytest.approx(1.0)


def test_unknown_parts_leave_their_weight_to_the_others_and_lower_the_confidence():
    little = scored(hs=1.0, text=1.0)
    more = scored(hs=1.0, text=1.0, price=1.0)

    assert little.score == pytest.approx(1.0)
    assert more.score == pytest.approx(1.0)
    assert little.confidence == pytest.approx(0.44 / 1.06)
    assert more.confidence == pytest.approx(0.54 / 1.06)


def test_a_weak_side_sinks_the_pair():
    assert harmonic_mean(np.array([0.9]), np.array([0.1])) == pytest.approx(0.18)
    assert harmonic_mean(np.array([0.0]), np.array([0.0])) == 0.0


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_harmonic_mean_is_at_most_twice_the_smaller(one, other):
    mean = harmonic_mean(np.array([one]), np.array([other])).item()

    assert 0 <= mean <= 2 * min(one, other) * (1 + 1e-12) + 1e-300


@given(PARTS, WEIGHTS)
def test_scores_are_between_0_and_1_and_contributions_are_their_sum(parts, weights):
    arrays = as_arrays(parts)
    found = score(arrays, weights)

    assert 0 <= found.score.item() <= 1 + 1e-12
    for direction, directed in ((SUPPLY, found.supply), (DEMAND, found.demand)):
        given_by = contributions(arrays, weights, direction, found.factor)
        assert sum(given_by.values()).item() == pytest.approx(directed.item(), abs=1e-9)
        assert 0 <= directed.item() <= 1 + 1e-12


@given(PARTS, st.sampled_from(SUPPLY), st.floats(0, 1))
def test_a_better_part_never_lowers_the_score(parts, part, better):
    assume(parts[part] <= better)

    before = score(as_arrays(parts), Weights()).score.item()
    after = score(as_arrays({**parts, part: better}), Weights()).score.item()

    assert after >= before - 1e-12
