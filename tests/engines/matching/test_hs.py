import pickle
from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.metrics.pairwise import cosine_similarity

from matchmaker.engines.matching.hs import CodeSets, HSCodeEncoder, Nearest, SectorEncoder

MILLED_RICE, BROKEN_RICE, WHEAT_SEED, TOWELS = "100630", "100640", "100111", "630260"


def best_pairs(encoder, left, right):
    """Return the similarity of each two sets of codes, looked up both ways."""
    one, other = CodeSets.of(left), CodeSets.of(right)
    nearest = Nearest(encoder, one.codes, other.codes)
    found = nearest.of_all(one.places, other.places)
    rows, columns = np.indices(found.shape).reshape(2, -1)
    by_pair = nearest.of_pairs(one.places[rows], other.places[columns])
    assert np.array_equal(by_pair, found.ravel(), equal_nan=True)
    return found


CODES = st.lists(st.text("0123", min_size=2, max_size=8), max_size=3)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (MILLED_RICE, 1.0),
        ("1006301234", 1.0),
        (BROKEN_RICE, 2 / 3),
        (WHEAT_SEED, 1 / 3),
        (TOWELS, 0.0),
        ("1006", sqrt(2 / 3)),
        ("10", sqrt(1 / 3)),
        ("1001", 1 / sqrt(6)),
    ],
    ids=[
        "same subheading",
        "national digits",
        "same heading",
        "same chapter",
        "another chapter",
        "its heading",
        "its chapter",
        "another heading of its chapter",
    ],
)
def test_similarity_follows_the_tariff_tree(other, expected):
    encoded = HSCodeEncoder().fit([MILLED_RICE, other]).transform([MILLED_RICE, other])

    assert cosine_similarity(encoded)[0, 1] == pytest.approx(expected)


@pytest.mark.parametrize("code", ["", "1", "10.06", "１００６", "abcd"])
def test_malformed_codes_are_refused(code):
    with pytest.raises(ValueError, match="not an HS code"):
        HSCodeEncoder().fit([code])


def test_negative_weights_are_refused():
    with pytest.raises(ValueError, match="negative"):
        HSCodeEncoder((1, -1, 1)).fit([])


@pytest.mark.parametrize(
    ("other", "expected"),
    [("TEXT-TOWEL", 1.0), ("TEXT-YARN", 0.4), ("TEXT", sqrt(0.4)), ("FOOD-SALT", 0.0)],
)
def test_similarity_follows_the_tree_of_sectors(other, expected):
    found = best_pairs(SectorEncoder(), [("TEXT-TOWEL",)], [(other,)])

    assert found[0, 0] == pytest.approx(expected)


def test_a_parent_weight_outside_0_to_1_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        SectorEncoder(1.5).fit([])


def test_sets_of_codes_take_their_nearest_two():
    found = best_pairs(HSCodeEncoder(), [(TOWELS, BROKEN_RICE)], [(WHEAT_SEED, MILLED_RICE)])

    assert found[0, 0] == pytest.approx(2 / 3)


def test_an_empty_set_is_unknown():
    found = best_pairs(HSCodeEncoder(), [(), (TOWELS,)], [(TOWELS,), ()])

    assert [[isnan(value) for value in row] for row in found] == [[True, True], [False, True]]
    assert found[1, 0] == 1.0


def test_no_codes_at_all_are_all_unknown():
    assert best_pairs(HSCodeEncoder(), [()], [(), ()]).shape == (1, 2)


@given(CODES, CODES)
def test_similarity_of_sets_is_symmetric_and_bounded(one, other):
    there = best_pairs(HSCodeEncoder(), [one], [other])[0, 0]
    back = best_pairs(HSCodeEncoder(), [other], [one])[0, 0]

    assert isnan(there) == (not one or not other)
    assert isnan(there) or (there == back and 0 <= there <= 1)


@pytest.mark.parametrize("encoder", [HSCodeEncoder((1, 2, 3)), SectorEncoder(0.3)])
def test_encoders_are_cloned_and_pickled(encoder):
    fitted = pickle.loads(pickle.dumps(encoder.fit([TOWELS])))

    assert clone(fitted).get_params() == encoder.get_params()
    assert (
        fitted.transform([TOWELS]).toarray().tolist()
        == encoder.transform([TOWELS]).toarray().tolist()
    )
