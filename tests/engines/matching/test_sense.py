import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engines.matching.analysis import LANGUAGES, Passage
from matchmaker.engines.matching.encoder import EncodingBook, KeptBook
from matchmaker.engines.matching.sense import SenseRoad, joined
from matchmaker.engines.matching.text import fit_text_model
from tests.engines.matching.builders import VOCABULARY
from tests.engines.matching.encoders import GramEncoder

EN, JA, UR = range(3)


def parallel_space(seed=0, names=200, size=24):
    """Names of the same things: each language turns and shifts one space, with some noise."""
    generator = np.random.default_rng(seed)
    things = generator.normal(size=(names, size))
    said = []
    for _ in LANGUAGES:
        turn, _ = np.linalg.qr(generator.normal(size=(size, size)))
        shift = generator.normal(size=size) * 3
        said.append(things @ turn + shift + 0.1 * generator.normal(size=(names, size)))
    vectors = np.stack(said).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=2, keepdims=True)


def first_answers(road, vectors, one, other):
    left = road.transform(vectors[one], np.full(len(vectors[one]), one))
    right = road.transform(vectors[other], np.full(len(vectors[other]), other))
    return road.likeness(left, right, one, other).argmax(axis=1)


@pytest.mark.parametrize(("one", "other"), [(JA, EN), (EN, UR), (UR, JA)])
def test_names_not_learnt_from_are_found_in_the_other_language(one, other):
    space = parallel_space()
    road = SenseRoad().fit(space[:, :150])
    unseen = space[:, 150:]

    found = (first_answers(road, unseen, one, other) == np.arange(50)).mean()
    as_they_come = ((unseen[one] @ unseen[other].T).argmax(axis=1) == np.arange(50)).mean()

    assert found > 0.9
    assert as_they_come < 0.2


def test_likeness_is_the_same_from_either_side():
    space = parallel_space()
    road = SenseRoad().fit(space)
    ja = road.transform(space[JA, :20], np.full(20, JA))
    en = road.transform(space[EN, :30], np.full(30, EN))

    assert road.likeness(ja, en, JA, EN) == pytest.approx(
        road.likeness(en, ja, EN, JA).T, abs=1e-5
    )


def test_a_text_near_to_everything_loses_to_the_one_that_is_meant():
    space = parallel_space()
    road = SenseRoad().fit(space)
    hub = space[EN].mean(axis=0) + 0.6 * (space[EN, 3] - space[EN].mean(axis=0))
    documents = np.stack([space[EN, 3], hub / np.linalg.norm(hub)])
    asked = road.transform(space[JA, 3:4], np.array([JA]))
    given = road.transform(documents.astype(np.float32), np.array([EN, EN]))

    assert road.likeness(asked, given, JA, EN).argmax() == 0


def test_a_text_without_a_vector_is_near_nothing():
    space = parallel_space()
    road = SenseRoad().fit(space)
    rows = road.transform(np.zeros((2, space.shape[2]), np.float32), np.array([EN, JA]))

    assert not rows.known.any()
    assert not joined(rows, JA).any()


def test_a_language_without_names_is_left_as_it_is():
    space = parallel_space()
    space[UR] = 0
    road = SenseRoad().fit(space)
    rows = road.transform(space[EN, :3], np.full(3, UR))

    assert np.isfinite(joined(rows, JA)).all()
    assert np.array_equal(road.maps_[UR, EN], np.eye(space.shape[2], dtype=np.float32))


@pytest.fixture(scope="module")
def book():
    return EncodingBook(GramEncoder())


@pytest.fixture(scope="module")
def sensing(book):
    return fit_text_model(VOCABULARY, book=book)


def test_a_model_with_an_encoder_says_so(sensing):
    assert sensing.road_names[-1] == "sense"
    assert sensing.encoder_name_ == "grams"
    assert "sense" in sensing.version_
    assert (sensing.sense_weights_ >= 0).all()
    assert sensing.sense_weights_[..., -1].any()


def test_texts_without_vectors_are_served_by_the_other_roads(sensing, text):
    one, other = Passage("冷凍エビ"), Passage("frozen shrimps")

    without = sensing.likeness(sensing.read([one]), sensing.read([other]))[0, 0]

    assert without == pytest.approx(
        text.likeness(text.read([one]), text.read([other]))[0, 0], abs=1e-6
    )


def test_a_pair_of_which_one_has_a_vector_is_as_without(sensing, book):
    one, other = Passage("冷凍エビ"), Passage("frozen shrimps")
    plain = sensing.likeness(sensing.read([one]), sensing.read([other]))

    assert sensing.likeness(sensing.read([one], book), sensing.read([other])) == plain


def test_languages_and_vectors_mixed_give_each_pair_its_own(sensing, book):
    passages = [Passage("冷凍エビ"), Passage("frozen shrimps"), Passage("چاول"), Passage("rice")]
    kept = KeptBook("grams", 64, {})
    half = [sensing.read([one], book if place % 2 else kept) for place, one in enumerate(passages)]
    mixed_book = EncodingBook(GramEncoder())
    whole = sensing.read(passages, mixed_book)

    every = sensing.likeness(whole, whole)

    for row, one in enumerate(passages):
        for column, other in enumerate(passages):
            alone = sensing.likeness(
                sensing.read([one], mixed_book), sensing.read([other], mixed_book)
            )
            assert every[row, column] == pytest.approx(alone[0, 0], abs=1e-6)
    assert sensing.likeness(half[0], half[1]).shape == (1, 1)


def test_vectors_of_another_encoder_are_refused(sensing):
    with pytest.raises(ValueError, match="not of grams"):
        sensing.read([Passage("rice")], KeptBook("other-1.0", 64, {}))


def test_the_nearest_names_of_a_text_come_first(sensing, book):
    found = sensing.nearest(Passage("タオル、綿"), book)

    assert {one.code[:4] for one, _ in found[:2]} == {"6302", "TEXT"}
    assert [likeness for _, likeness in found] == sorted(
        (likeness for _, likeness in found), reverse=True
    )
    assert sensing.nearest(Passage("..."), book) == []


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_lies_between_0_and_1(sensing, book, one, other):
    found = sensing.likeness(
        sensing.read([Passage(one)], book), sensing.read([Passage(other)], book)
    )[0, 0]

    assert np.isnan(found) or 0 <= found <= 1
