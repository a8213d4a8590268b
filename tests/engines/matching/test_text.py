import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from matchmaker.engines.matching.analysis import LONGEST_TEXT, Passage
from matchmaker.engines.matching.bag import TextAnalyzer
from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.engines.matching.dictionary import DictionaryRoad, read_edict
from matchmaker.engines.matching.roads import ConceptRoad, WordRoad
from matchmaker.engines.matching.text import TextModel, fit_text_model
from tests.engines.matching.builders import VOCABULARY

EDICT = """\
　？？？ /EDICT, a dictionary/
バスタオル /(n) bath towel/(P)/EntL1/
手術 [しゅじゅつ] /(n,vs) surgery/surgical operation/(P)/
手術器具 [しゅじゅつきぐ] /(n) surgical instrument/
海老 [えび] /(n) prawn/shrimp/(P)/EntL2/
の /(prt) of/
"""


@pytest.fixture
def edict(tmp_path):
    path = tmp_path / "edict"
    path.write_text(EDICT, encoding="euc_jp", errors="ignore")
    return path


def likeness(text, one, other):
    return text.likeness(text.read([Passage(one)]), text.read([Passage(other)]))[0, 0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("冷凍エビ", "frozen shrimps"),
        ("冷凍エビを探しています", "جھینگا، منجمد"),
        ("frozen shrimps", "منجمد جھینگا"),
        ("basmati chawal", "باسمتی چاول"),
        ("バスタオル 綿100%", "Cotton bath towels, hotel quality"),
    ],
    ids=["ja-en", "ja-ur", "en-ur", "Roman Urdu", "longer"],
)
def test_the_same_goods_meet_across_languages(text, one, other):
    assert likeness(text, one, other) > 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [("冷凍エビ", "cotton towels"), ("نمک", "サッカーボール"), ("rice", "surgical instruments")],
)
def test_unrelated_goods_are_near_nothing(text, one, other):
    assert likeness(text, one, other) < 0.05


def test_nothing_in_common_is_nothing(text):
    assert likeness(text, "qqqq", "ﾝﾝﾝﾝ") == 0.0


def test_a_text_without_words_has_an_unknown_likeness(text):
    assert np.isnan(likeness(text, "", "rice"))
    assert np.isnan(likeness(text, "rice", "😀\x00"))


def test_a_word_of_no_vocabulary_meets_its_like(text):
    assert likeness(text, "Zarposh shawl", "Zarposh shawl") > 0.9


@settings(deadline=None, max_examples=30)
@given(one=st.text(max_size=200), other=st.text(max_size=200))
def test_any_two_texts_have_a_likeness_from_0_to_1_the_same_both_ways(text, one, other):
    there, back = likeness(text, one, other), likeness(text, other, one)

    assert np.isnan(there) or 0 <= there <= 1
    assert np.isnan(there) == np.isnan(back)
    if not np.isnan(there):
        assert there == pytest.approx(back, abs=1e-12)


def test_a_very_long_text_is_read_up_to_its_limit(text):
    long = "綿タオル" * 25_000

    assert likeness(text, long, "cotton towels") == likeness(
        text, long[:LONGEST_TEXT], "cotton towels"
    )


def test_a_vocabulary_without_concepts_is_refused():
    with pytest.raises(ValueError, match="no concepts"):
        fit_text_model(Vocabulary())


def test_a_vocabulary_in_one_language_still_gives_a_model():
    concepts = tuple(
        Concept(code, "hs", name, search_en=(word,))
        for code, name, word in [("1006", "rice", "basmati"), ("2501", "salt", "halite")]
    )

    model = fit_text_model(Vocabulary(concepts * 3), texts=[Passage("rice", "white rice")])

    assert likeness(model, "rice", "basmati rice") > likeness(model, "rice", "salt")
    assert model.weights_[1, 2].tolist() == model.weights_[0, 0].tolist()


def test_a_vocabulary_of_one_thing_teaches_no_difference():
    model = fit_text_model(Vocabulary((Concept("1006", "hs", "rice", "米", "چاول"),)))

    assert model.weights_.any() == np.False_


def test_the_version_follows_what_was_learnt(text, edict):
    assert fit_text_model(VOCABULARY).version_ == text.version_
    assert fit_text_model(VOCABULARY, texts=[Passage("rice")]).version_ != text.version_
    with_edict = fit_text_model(VOCABULARY, dictionary_path=edict).version_
    assert with_edict != text.version_
    # As many entries, another meaning.
    edict.write_text(EDICT.replace("bath towel", "bath mat"), encoding="euc_jp", errors="ignore")
    assert fit_text_model(VOCABULARY, dictionary_path=edict).version_ != with_edict


def test_a_missing_dictionary_is_left_out(text, tmp_path):
    model = fit_text_model(VOCABULARY, dictionary_path=tmp_path / "none")

    assert [road.name for road in model.roads] == ["words", "concepts"]
    assert model.version_ == text.version_


def test_models_are_cloned_and_pickled(text):
    again = pickle.loads(pickle.dumps(text))

    assert likeness(again, "米", "rice") == likeness(text, "米", "rice")
    assert not hasattr(clone(text), "weights_")
    assert clone(text).fit().version_ == text.version_


def test_a_model_works_with_words_alone():
    model = TextModel(VOCABULARY, [WordRoad()]).fit()

    assert model.concept_road_ is None
    assert likeness(model, "frozen shrimps", "shrimps, frozen") > 0.5


def test_the_dictionary_is_read_without_its_remarks(edict):
    entries = read_edict(edict)

    assert entries["ばすたおる"] == "bath towel"
    assert entries["手術器具"] == entries["しゅじゅつきぐ"] == "surgic instrument"
    assert "の" not in entries


def test_the_dictionary_takes_the_longest_entry(edict):
    road = DictionaryRoad(read_edict(edict))

    assert list(road.translate("手術器具の海老")) == [
        ("手術器具", 0, 4, ("surgic", "instrument")),
        ("海老", 5, 7, ("prawn", "shrimp")),
    ]
    assert [entry[0] for entry in road.translate("手術")] == ["手術"]


def test_the_dictionary_leads_from_japanese_to_english_only(edict):
    road = DictionaryRoad(read_edict(edict))
    bag = TextAnalyzer().transform(
        [Passage("手術器具"), Passage("surgical instruments"), Passage("نمک")]
    )
    vectors = road.fit(bag).transform(bag)

    assert road.connects("ja", "en")
    assert not road.connects("en", "en")
    assert (vectors @ vectors.T).toarray()[0].round(9).tolist() == [1.0, 1.0, 0.0]


def test_words_of_the_dictionary_unknown_to_its_fit_are_left_out(edict):
    road = DictionaryRoad({"米": "rice"}).fit(TextAnalyzer().transform([]))

    assert road.transform(TextAnalyzer().transform([Passage("towels")])).nnz == 0


def test_concepts_of_a_text_are_those_whose_names_it_resembles():
    road = ConceptRoad(VOCABULARY.concepts).fit(TextAnalyzer().transform([]))
    bag = TextAnalyzer().transform([Passage("手術器具"), Passage("zzz")])
    weights = road.weigh(bag).toarray()

    assert VOCABULARY.concepts[weights[0].argmax()].code == "9018"
    assert weights[0].max() == 1.0
    assert weights[1].max() == 0.0


def test_a_concept_left_out_is_not_recognised():
    road = ConceptRoad(VOCABULARY.concepts).fit(TextAnalyzer().transform([]))
    bag = TextAnalyzer().transform([Passage("手術器具")])
    own = [concept.code for concept in VOCABULARY.concepts].index("9018")

    assert road.weigh(bag, [own]).toarray()[0, own] == 0.0
    assert road.weigh(bag, [-1]).toarray()[0, own] == 1.0


def test_a_dictionary_that_is_not_there_cannot_be_read(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_edict(Path(tmp_path / "none"))
