import pytest

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.dictionary import DictionaryRoad
from matchmaker.engines.matching.links import WordLinks
from matchmaker.engines.matching.text import TextModel
from tests.engines.matching.builders import VOCABULARY

MEANINGS = {
    "女性": "woman femal feminin gender",
    "風": "wind method manner way style",
    "鉗子": "forcep",
    "ゆでたまご": "egg",
}


@pytest.fixture(scope="module")
def with_dictionary(text):
    return TextModel(VOCABULARY, [*text.roads, DictionaryRoad(MEANINGS)]).fit()


def met(model, offered, wanted, codes=(), others=()):
    passages = [Passage(*offered), Passage(*wanted)]
    found = WordLinks(model, [*passages, *others]).words(*passages, codes)
    return [(word.word, word.partner) for word in found if word.side == "exporter"]


def test_labels_of_a_form_are_no_reason(with_dictionary):
    listing = ("Forceps", "Gender Women. Method Forged. Style Curved. Color Silver.")

    assert met(with_dictionary, listing, ("鉗子", "女性の手に合う。和風。 Color")) == [
        ("Forceps", "鉗子")
    ]


def test_words_that_name_the_goods_come_first(text):
    ours, theirs = ("Acme hotel towels", ""), ("Acme hotel towels", "")

    assert met(text, ours, theirs, ["630260"])[0] == ("towels", "towels")
    assert met(text, ours, theirs)[0] == ("Acme", "Acme")


def test_a_word_that_every_listing_has_says_little_beside_a_rare_one(text):
    common = [Passage("", f"tough box {number}") for number in range(200)]
    pair = ("tough Zarposh", ""), ("tough Zarposh", "")

    assert met(text, *pair) == [("tough", "tough"), ("Zarposh", "Zarposh")]
    assert met(text, *pair, others=common) == [("Zarposh", "Zarposh")]


def test_one_of_many_meanings_says_too_little(with_dictionary):
    ours, theirs = ("wind forceps eggs", ""), ("鉗子 風 ゆでたまご", "")

    assert met(with_dictionary, ours, theirs) == [("eggs", "ゆでたまご"), ("forceps", "鉗子")]


def test_a_concept_that_one_side_alone_names_is_no_link(text):
    assert met(text, ("Towels", ""), ("綿糸", ""), ["6302", "5205"]) == []


def test_part_of_a_meaning_is_none():
    road = DictionaryRoad({"人工": "human work", "軍手": "cotton work glove"})
    model = TextModel(VOCABULARY, [*TextModel(VOCABULARY, []).roads, road]).fit()

    assert met(model, ("Human hair", ""), ("人工", "")) == []
    assert met(model, ("Human work", ""), ("人工", "")) == [("Human", "人工"), ("work", "人工")]
    assert met(model, ("Cotton shirts", ""), ("軍手", "")) == []
    assert met(model, ("Gloves", ""), ("軍手", "")) == [("Gloves", "軍手")]


def test_words_that_stand_together_in_names_mean_each_other(text):
    assert met(text, ("چاول", ""), ("米", ""), ["1006"]) == [("چاول", "米")]


def test_words_that_only_share_a_heading_do_not_mean_each_other(text):
    assert met(text, ("کیکڑے", ""), ("冷凍", ""), ["0306"]) == []
