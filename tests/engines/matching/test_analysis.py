import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engines.matching.analysis import LONGEST_TEXT, Passage, folded, terms, words
from matchmaker.engines.matching.bag import FEATURES, TextAnalyzer


def forms(text):
    return [word.form for word in words(text)]


def test_english_words_are_stems_without_function_words_and_fillers():
    assert forms("The best quality of Frozen Shrimps, 500 kg") == ["frozen", "shrimp"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("冷凍エビ", "冷凍ｴﾋﾞ"),
        ("冷凍エビ", "冷凍えびを探しています"),
        ("OEM", "ＯＥＭ"),
        ("كيلو", "کیلو"),
        ("جھینگا", "جهينگا"),
        ("قَالین", "قالین"),
    ],
    ids=["width", "kana", "full-width Latin", "Arabic letters", "aspirate", "vowel marks"],
)
def test_writings_of_one_word_are_one(one, other):
    assert forms(one) == forms(other) != []


def test_words_stand_where_they_are_said_to():
    text = "綿の Towels تولیے"

    assert [text[word.start : word.end] for word in words(text)] == ["綿", "Towels", "تولیے"]
    assert [word.language for word in words(text)] == ["ja", "en", "ur"]


def test_half_width_kana_mark_the_whole_run_because_places_move():
    text = "冷凍ｴﾋﾞ"

    assert {(word.start, word.end) for word in words(text)} == {(0, 5)}


def test_a_run_of_japanese_is_kept_beside_its_words():
    assert list(terms("冷凍")) == ["ja:冷凍", "run:冷凍"]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "\ud800", "😀", "\u200f\u202e", "。、！", "100 2024 ۱۲"],
    ids=["empty", "blank", "NUL", "surrogate", "emoji", "direction", "marks", "numbers"],
)
def test_texts_without_words_have_none(text):
    assert forms(text) == []


def test_what_stands_behind_the_longest_text_is_not_read():
    assert forms("x" * 0 + "towel " + "z" * LONGEST_TEXT + " rice")[0] == "towel"
    assert "rice" not in forms("a " * LONGEST_TEXT + "rice")


@given(st.text())
def test_any_text_is_cut_into_places_inside_it(text):
    for word in words(text):
        assert 0 <= word.start < word.end <= len(text)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_twice_changes_nothing_more(text):
    once = folded(text)

    assert folded(once) == once or folded(folded(once)) == folded(once)


def test_a_title_counts_three_times():
    bag = TextAnalyzer().fit([]).transform([Passage("rice", "rice salt")])

    assert dict(zip(bag.terms, bag.counts.toarray()[0], strict=True)) == {
        "en:rice": 4.0,
        "en:salt": 1.0,
    }


def test_a_bag_knows_the_language_and_the_size_of_its_texts():
    bag = TextAnalyzer().transform(
        [Passage("cotton towels"), Passage("綿タオル OEM"), Passage("سوتی تولیے"), Passage("")]
    )

    assert bag.languages().tolist() == [0, 1, 2, 0]
    assert bag.sizes().tolist() == [2, 3, 2, 0]


def test_a_bag_without_texts_has_no_rows():
    bag = TextAnalyzer().transform([])

    assert bag.features.shape == (0, FEATURES)
    assert bag.languages().tolist() == bag.sizes().tolist() == []
