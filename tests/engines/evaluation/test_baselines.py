"""The yardsticks: worked by hand, and sound on the smallest texts."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from sklearn.base import clone

from matchmaker.engines.evaluation.baselines import (
    BM25,
    EdictWords,
    lsa,
    plural_stem,
    plural_stems,
    read_entries,
    tfidf_characters,
    tfidf_words,
)

EDICT = """\
　？？？ /EDICT, a dictionary/
バスタオル /(n) bath towel/(P)/EntL1/
手術 [しゅじゅつ] /(n,vs) surgery/surgical operation/incision/(P)/
手術器具 [しゅじゅつきぐ] /(n) surgical instruments/
海老 [えび] /(n) prawn/shrimp/(P)/EntL2/
の /(prt) of/
"""
GOODS = ["cotton bath towels", "frozen shrimps", "surgical instruments", "cotton yarn"]


@pytest.fixture
def entries(tmp_path):
    path = tmp_path / "edict"
    path.write_text(EDICT, encoding="euc_jp", errors="ignore")
    return read_entries(path)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("spices", "spice"), ("berries", "berry"), ("towels", "towel"), ("glass", "glass"),
        ("citrus", "citrus"), ("shoes", "shoe"), ("rice", "rice"), ("s", ""),
    ],
)  # fmt: skip
def test_plural_endings_are_taken_away(word, stem):
    assert plural_stem(word) == stem


def test_words_are_in_one_case_and_width():
    assert plural_stems("Ｔｏｗｅｌｓ, 100% COTTON") == ["towel", "100", "cotton"]


def test_bm25_is_that_worked_by_hand():
    scores = BM25(k1=1.5, b=0.75).fit(["rice rice salt", "salt"]).score(["rice", "salt", "tea"])

    rice = log(1 + 1.5 / 1.5) * 2 * 2.5 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2))
    salt = [log(1 + 0.5 / 2.5) * 2.5 / (1 + 1.5 * (0.25 + 0.75 * length / 2)) for length in (3, 1)]
    assert scores == pytest.approx(np.array([[rice, 0], salt, [0, 0]]))


def test_a_word_said_twice_in_the_query_counts_twice():
    once, twice = BM25().fit(GOODS).score(["cotton", "cotton cotton"])

    assert twice == pytest.approx(2 * once)


@pytest.mark.parametrize("make", [BM25, tfidf_words, tfidf_characters, lsa])
def test_every_yardstick_finds_the_same_words_again(make):
    scores = make().fit(GOODS).score(GOODS)

    assert scores.shape == (4, 4)
    assert np.argmax(scores, axis=1).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("make", [BM25, tfidf_words, tfidf_characters, lsa])
@pytest.mark.parametrize("documents", [["a"], ["tea", "tea"], ["", "tea"]], ids=str)
def test_every_yardstick_works_with_hardly_any_words(make, documents):
    scores = make().fit(documents).score(["tea", ""])

    assert scores.shape == (2, len(documents))
    assert np.isfinite(scores).all()


def test_bm25_of_documents_without_words_is_nothing():
    assert BM25().fit(["", ""]).score(["rice"]).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("make", [BM25, tfidf_words, tfidf_characters, lsa])
def test_a_clone_knows_nothing_and_learns_the_same(make):
    fitted = make().fit(GOODS)

    assert clone(fitted).fit(GOODS).score(GOODS) == pytest.approx(fitted.score(GOODS), abs=1e-9)


def test_the_dictionary_gives_the_first_meanings_without_function_words(entries):
    assert entries["手術"] == entries["しゅじゅつ"] == ["surgery", "surgical", "operation"]
    assert entries["手術器具"] == ["surgical", "instrument"]
    assert "の" not in entries


def test_the_longest_entry_is_taken_and_english_stays(entries):
    words = EdictWords(entries)

    assert words("手術器具のバスタオル") == ["surgical", "instrument", "bath", "towel"]
    assert words("LED 手術 lamps") == ["led", "surgery", "surgical", "operation", "lamp"]
    assert words("ﾊﾞｽﾀｵﾙ") == ["bath", "towel"]
    assert words("謎") == []


def test_japanese_finds_english_by_the_dictionary(entries):
    scores = BM25(EdictWords(entries)).fit(GOODS).score(["バスタオル", "海老", "手術器具"])

    assert np.argmax(scores, axis=1).tolist() == [0, 1, 2]
