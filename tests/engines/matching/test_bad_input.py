"""What nobody means to enter and somebody will: a defined answer to each."""

from __future__ import annotations

import math
import time
from dataclasses import fields, replace

import pytest

from matchmaker.engines.matching.analysis import LONGEST_TEXT, Passage
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.gates import Gate
from matchmaker.engines.matching.run import match, score_pair
from matchmaker.engines.matching.score import GOODS, Weights
from matchmaker.engines.matching.snapshot import RunInput, restore, take
from tests.engines.matching.builders import (
    make_fair,
    make_need,
    make_product,
    one_pair,
    only,
)

TERMS = {
    "unit": "kg",
    "capacity_per_month": 100.0,
    "min_order": 10.0,
    "price_min": 1.0,
    "price_max": 2.0,
    "currency": "USD",
    "lead_time_days": 10,
}
WANTED = {
    "unit": "kg",
    "volume_per_month": 50.0,
    "price_max": 2.0,
    "currency": "USD",
    "lead_time_days": 20,
}
BELOW_OR_NO_NUMBER = [-5.0, -math.inf, math.inf, math.nan]
NO_WEIGHT = {field.name: 0.0 for field in fields(Weights)}
OTHER_GOODS = {("exporter", Gate.OTHER_GOODS), ("buyer", Gate.OTHER_GOODS)}


def likeness(text, one, other):
    """The likeness of two titles."""
    left, right = text.read([Passage(one)]), text.read([Passage(other)])
    return text.likeness(left, right)[0, 0]


def values(text, product=None, need=None):
    """The parts of a pair that is alike in its goods, by name; None where one is unknown."""
    result = one_pair(text, TERMS | (product or {}), WANTED | (need or {}))
    reasons = only(result).reasons
    return {part.part: part.value for part in reasons.supply if part.part not in GOODS} | {
        name: None for name in reasons.unknown if name not in GOODS
    }


def left_out(result):
    return {(one.side, one.reason) for one in result.unmatched}


# Profiles and texts


def test_companies_that_say_nothing_are_listed_with_that_reason(text):
    fair = make_fair([], [], exporters=[exporter("e1")], buyers=[buyer("b1")])

    result = match(fair, text=text)

    assert left_out(result) == {("exporter", Gate.NO_PRODUCT), ("buyer", Gate.NO_NEED)}


def exporter(name):
    return make_fair([make_product(exporter=name)], []).exporters[0]


def buyer(name):
    return make_fair([], [make_need(buyer=name)]).buyers[0]


@pytest.mark.parametrize("title", ["", "   ", "!?", "🧺🧵", "\0", "\ud800\udfff", "\u200f\u202e"])
def test_goods_without_a_word_and_a_code_are_suggested_to_nobody(text, title):
    result = one_pair(text, {"title": title}, {"title": title})

    assert result.suggestions == ()
    assert left_out(result) == OTHER_GOODS


def test_goods_without_a_word_are_suggested_by_their_code(text):
    suggestion = only(
        one_pair(
            text,
            {"title": "🧺🧵", "hs_codes": ("630260",)},
            {"title": "", "hs_codes": ("630260",)},
        )
    )

    assert "text" in suggestion.reasons.unknown


def test_a_text_of_one_word_is_suggested_and_marked_as_little_data(text):
    suggestion = only(one_pair(text, {"title": "Towels"}, {"title": "Towels", "language": "en"}))

    assert suggestion.labels == ("little_data",)


def test_of_a_text_of_100_kb_the_beginning_is_read_in_good_time(text):
    begin = time.perf_counter()
    long = only(one_pair(text, {"text": "made of cotton " * 7_000}))
    needed_s = time.perf_counter() - begin

    assert long.score == only(one_pair(text, {"text": ("made of cotton " * 300)})).score
    assert len("made of cotton " * 300) > LONGEST_TEXT
    assert needed_s < 5


@pytest.mark.parametrize("title", ["x" * 100_000, "タオル" * 35_000, "🧺" * 100_000])
def test_100_kb_without_a_blank_have_an_answer_in_good_time(text, title):
    begin = time.perf_counter()
    one_pair(text, {"title": title})

    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize(
    "title",
    [
        "Cotton\0 towels\0",
        "Cotton \ud800towels\udfff",
        "🧺 Cotton towels 🧺",
        "\u202bCotton\u200f \u2067towels\u2069\u202c",
        "Cotton\u2028towels\ufeff",
    ],
    ids=["NUL", "lone surrogates", "emoji", "marks of direction", "other blanks"],
)
def test_what_is_no_word_changes_no_likeness(text, title):
    assert likeness(text, title, "綿タオル") == pytest.approx(
        likeness(text, "Cotton towels", "綿タオル")
    )


def test_places_of_words_are_true_in_a_text_with_what_is_no_word(text):
    title = "\u202b🧺\0Cotton \ud800towels\u202c"

    reasons = only(one_pair(text, {"title": title}, {"title": "towels", "language": "en"})).reasons

    ours = [word for word in reasons.words if word.side == "exporter"]
    assert ours
    assert [word for word in ours if title[word.start : word.end] != word.word] == []


def test_texts_that_are_no_unicode_can_be_kept_and_read_again(text):
    fair = make_fair([make_product(title="Cotton\0 \ud800towels")], [make_need()])
    given = RunInput(fair, Weights(), Limits(), 0, text.version_)

    assert restore(take(given)) == given


@pytest.mark.parametrize("number", [math.inf, math.nan])
def test_what_is_no_number_cannot_be_kept(text, number):
    fair = make_fair([make_product(capacity_per_month=number)], [make_need()])

    with pytest.raises(ValueError, match="not JSON compliant"):
        take(RunInput(fair, Weights(), Limits(), 0, text.version_))


def test_a_language_nobody_planned_for_meets_its_like_only(text):
    towels, shrimps = "ผ้าขนหนูฝ้าย", "กุ้งแช่แข็ง"

    assert likeness(text, towels, towels) > likeness(text, towels, shrimps)
    assert likeness(text, towels, "綿タオル") == 0
    assert one_pair(text, {"title": towels}).suggestions == ()


def test_urdu_in_latin_letters_is_found_by_the_trade_words_it_shares(text):
    found = one_pair(
        text, {"title": "Behtareen basmati chawal", "language": "ur"}, {"title": "バスマティ米"}
    )

    assert only(found).score > 0.5


def test_a_language_named_wrongly_changes_nothing(text):
    rightly, wrongly = (
        one_pair(text, {"title": "سوتی تولیے", "language": language}) for language in ("ur", "ja")
    )

    assert only(rightly).score == only(wrongly).score


# Codes


@pytest.mark.parametrize("code", ["6302", "63026", "63"])
def test_a_code_that_stops_early_is_near_what_it_holds(text, code):
    suggestion = only(
        one_pair(text, {"title": "", "hs_codes": (code,)}, {"title": "", "hs_codes": ("630260",)})
    )

    assert 0.3 < suggestion.score < 1


def test_a_need_without_a_code_meets_a_product_with_one_by_the_text(text):
    suggestion = only(one_pair(text, {"title": "Article 17", "hs_codes": ("630260",)}))

    assert suggestion.need == "n1"
    assert "hs" in suggestion.reasons.unknown


@pytest.mark.parametrize("code", ["", "6", "63.02", "towel", "６３０２"])
def test_what_is_no_code_is_refused(text, code):
    with pytest.raises(ValueError, match="not an HS code"):
        one_pair(text, {"hs_codes": (code,)})


# Numbers


@pytest.mark.parametrize("number", BELOW_OR_NO_NUMBER)
@pytest.mark.parametrize(
    ("side", "field", "part"),
    [
        ("product", "capacity_per_month", "volume"),
        ("product", "min_order", "min_order"),
        ("need", "volume_per_month", "volume"),
    ],
)
def test_an_amount_below_0_or_without_end_is_unknown(text, number, side, field, part):
    assert values(text, **{side: {field: number}})[part] is None


@pytest.mark.parametrize("number", BELOW_OR_NO_NUMBER)
def test_a_price_below_0_or_without_end_is_unknown(text, number):
    assert values(text, product={"price_min": number, "price_max": None})["price"] is None
    assert values(text, need={"price_max": number})["price"] is None


def test_a_time_below_0_is_unknown(text):
    assert values(text, product={"lead_time_days": -3})["lead_time"] is None
    assert values(text, need={"lead_time_days": -3})["lead_time"] is None


def test_prices_that_are_swapped_count_as_the_span_they_mean(text):
    rightly = values(text, product={"price_min": 1.5, "price_max": 9.0})
    swapped = values(text, product={"price_min": 9.0, "price_max": 1.5})

    assert rightly["price"] == swapped["price"] == 1


def test_a_minimum_order_above_the_capacity_is_weighed_as_it_stands(text):
    found = values(text, product={"capacity_per_month": 10.0, "min_order": 100.0})

    assert (found["volume"], found["min_order"]) == (0.2, 0.5)


def test_a_need_of_nothing_is_met_and_below_every_minimum(text):
    found = values(text, need={"volume_per_month": 0.0})

    assert (found["volume"], found["min_order"]) == (1, 0)


# Companies


def test_a_buyer_that_sells_is_matched_on_both_sides_but_never_with_itself(text):
    fair = make_fair(
        [make_product("p1", "both"), make_product("p2", "seller")],
        [make_need("n1", "both"), make_need("n2", "buyer")],
    )

    found = {(one.exporter, one.buyer) for one in match(fair, text=text).suggestions}

    assert found == {("both", "buyer"), ("seller", "both"), ("seller", "buyer")}


def test_a_company_looked_at_with_itself_has_a_score_and_the_gate(text):
    fair = make_fair([make_product("p1", "both")], [make_need("n1", "both")])

    found = score_pair(fair, "both", "both", text=text)

    assert Gate.ITSELF in found.gates
    assert found.suggestion is not None


def test_a_company_alone_at_a_fair_is_matched_with_nobody(text):
    fair = make_fair([make_product("p1", "both")], [make_need("n1", "both")])

    result = match(fair, text=text)

    assert result.suggestions == ()
    assert left_out(result) == {("exporter", Gate.BLOCKED), ("buyer", Gate.BLOCKED)}


def test_an_unknown_company_is_refused(text):
    fair = make_fair([make_product()], [make_need()])

    with pytest.raises(ValueError, match="no exporter 'nobody'"):
        score_pair(fair, "nobody", "b1", text=text)


# Weights


def test_weights_that_are_all_0_are_refused():
    with pytest.raises(ValueError, match="must not all be 0"):
        Weights(**NO_WEIGHT)


@pytest.mark.parametrize("part", GOODS)
def test_with_weight_on_one_part_of_the_goods_a_pair_without_it_is_left_out(text, part):
    weights = Weights(**(NO_WEIGHT | {part: 1.0}))
    nothing = make_product(title="", hs_codes=(), sector=None)
    fair = make_fair([nothing], [make_need(hs_codes=("630260",), sector="TEXT")])

    assert match(fair, text=text, weights=weights).suggestions == ()


def test_with_all_weight_on_the_goods_the_terms_change_nothing(text):
    weights = Weights(**(NO_WEIGHT | dict.fromkeys(GOODS, 1.0)))
    fair = make_fair([make_product(**TERMS)], [make_need(**WANTED)])
    dear = replace(fair, products=(make_product(**TERMS | {"price_min": 900.0}),))

    scores = [only(match(one, text=text, weights=weights)).score for one in (fair, dear)]

    assert scores[0] == scores[1] > 0
