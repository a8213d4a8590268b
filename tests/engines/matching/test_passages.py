"""Close passages: sentences of two texts that mean the like, though in other languages."""

import numpy as np
import pytest

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import EncodingBook, KeptBook, Sense, digest_of
from matchmaker.engines.matching.passages import LEAST_CLOSE, Texts, close_passages
from matchmaker.engines.matching.run import match, score_pair
from matchmaker.engines.matching.sense import SenseRoad
from matchmaker.engines.matching.text import fit_text_model
from tests.engines.matching.builders import VOCABULARY, make_fair, make_need, make_product
from tests.engines.matching.encoders import GramEncoder
from tests.engines.matching.test_sense import EN, JA, parallel_space

SPACE = parallel_space(names=600, size=96)
ROAD = SenseRoad().fit(SPACE)
TITLE, FIRST, SECOND = ("title", 0, 1), ("text", 0, 4), ("text", 4, 8)


def sense_of(language, *things):
    """Return a text whose title and sentences speak of things of the space."""
    parts = SPACE[language, list(things)]
    return Sense(parts[0], (TITLE, FIRST, SECOND)[: len(things)], parts.astype(np.float16))


def close(offered, wanted, languages=(EN, JA)):
    """Return the close passages of two texts, None being one that nothing is kept of."""
    passages = [Passage("p", "product."), Passage("n", "needneed")]
    kept = {
        digest_of(passage): sense.to_bytes()
        for passage, sense in zip(passages, (offered, wanted), strict=True)
        if sense is not None
    }
    sides = [
        Texts([passage], np.array([language]))
        for passage, language in zip(passages, languages, strict=True)
    ]
    pairs = np.array([0]), np.array([0])
    (found,) = close_passages(ROAD, KeptBook("turned", 96, kept), *sides, pairs)
    return [(one.ours, one.theirs) for one in found], [one.likeness for one in found]


def test_the_sentences_of_one_thing_are_set_side_by_side():
    places, (likeness,) = close(sense_of(EN, 1, 2, 3), sense_of(JA, 4, 5, 2))

    assert places == [(FIRST, SECOND)]
    assert LEAST_CLOSE < likeness <= 1


def test_no_passage_stands_twice_and_the_closest_comes_first():
    places, likenesses = close(sense_of(EN, 1, 2, 3), sense_of(JA, 4, 3, 2))

    assert sorted(places) == [(FIRST, SECOND), (SECOND, FIRST)]
    assert likenesses == sorted(likenesses, reverse=True)


def test_titles_stand_beside_each_other_only_if_nothing_else_is_close():
    assert close(sense_of(EN, 1, 2), sense_of(JA, 1, 2))[0] == [(FIRST, FIRST)]
    assert close(sense_of(EN, 1, 2), sense_of(JA, 1, 3))[0] == [(TITLE, TITLE)]


def test_a_title_may_meet_a_sentence():
    assert close(sense_of(EN, 1, 2), sense_of(JA, 3, 1))[0] == [(TITLE, FIRST)]


def test_in_one_language_nothing_is_moved():
    _, (likeness,) = close(sense_of(EN, 1, 2), sense_of(EN, 3, 2), (EN, EN))

    assert likeness == pytest.approx(1, abs=0.002)


def test_different_things_have_no_close_passages():
    assert close(sense_of(EN, 1, 2), sense_of(JA, 3, 4)) == ([], [])


@pytest.mark.parametrize("kept", [(None, True), (True, None), (None, None)])
def test_a_text_that_nothing_is_kept_of_has_none(kept):
    offered, wanted = (sense_of(EN, 1, 2) if one else None for one in kept)

    assert close(offered, wanted) == ([], [])


def test_a_text_without_sub_texts_has_none():
    nothing = Sense(SPACE[EN, 1], (), np.zeros((0, 96), dtype=np.float16))

    assert close(nothing, sense_of(JA, 1)) == ([], [])


def test_a_run_and_a_pair_name_the_same_passages_and_a_run_without_vectors_none():
    book = EncodingBook(GramEncoder())
    text = fit_text_model(VOCABULARY, book=book)
    said = "Shell-on black tiger shrimps from the Arabian Sea, glazed, without phosphate."
    fair = make_fair(
        [make_product("p1", "e1", title="Sea food", text=said)],
        [make_need(title="えび", text=f"{said} 10 kg")],
    )

    (suggestion,) = match(fair, text=text, book=book).suggestions
    pair = score_pair(fair, "e1", "b1", text=text, book=book).suggestion
    (plain,) = match(fair, text=text).suggestions

    (close_one,) = suggestion.reasons.passages[:1]
    assert close_one.ours[0] == close_one.theirs[0] == "text"
    assert pair.reasons.passages == suggestion.reasons.passages
    assert plain.reasons.passages == ()
