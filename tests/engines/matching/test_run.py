import json
import random
from dataclasses import replace

import pytest

from matchmaker.engines.matching import search
from matchmaker.engines.matching.dictionary import DictionaryRoad
from matchmaker.engines.matching.explain import nearest_code
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.gates import Gate
from matchmaker.engines.matching.reasons import PartReason, Reasons, from_json
from matchmaker.engines.matching.run import match, score_pair
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.search import StoppedError
from matchmaker.engines.matching.text import TextModel
from matchmaker.engines.matching.unmatched import Unmatched
from tests.engines.matching.builders import (
    make_buyer,
    make_exporter,
    make_fair,
    make_need,
    make_product,
    market,
    one_pair,
    only,
)


def pairs(result):
    return [(suggestion.exporter, suggestion.buyer) for suggestion in result.suggestions]


def test_supply_meets_demand_across_languages(text):
    assert sorted(pairs(match(market(), text=text))) == [(f"e{n}", f"b{n}") for n in range(4)]


def test_two_companies_take_their_best_product_and_need(text):
    assert {suggestion.product for suggestion in match(market(), text=text).suggestions} == {
        "p01",
        "p11",
        "p21",
        "p31",
    }


def test_the_order_of_the_input_does_not_matter(text):
    fair = market()
    shuffled = random.Random(3)
    mixed = replace(
        fair,
        **{
            name: tuple(shuffled.sample(getattr(fair, name), len(getattr(fair, name))))
            for name in ("exporters", "buyers", "products", "needs")
        },
    )

    assert match(mixed, text=text) == match(fair, text=text)


def test_a_pair_below_the_least_score_is_suggested_to_nobody(text):
    fair = market()
    scores = {one.exporter: one.score for one in match(fair, text=text).suggestions}
    least = sorted(scores.values())[1]

    result = match(fair, text=text, limits=Limits(least_score=least))

    left_out = {company for company, score in scores.items() if score < least}
    assert {one.exporter for one in result.suggestions} == set(scores) - left_out
    assert {one.company for one in result.unmatched if one.side == "exporter"} == left_out
    assert {one.reason for one in result.unmatched} == {Gate.OTHER_GOODS}


def test_ties_are_broken_by_the_ids(text):
    fair = make_fair([make_product(f"p{n}", f"e{n}") for n in (2, 0, 1)], [make_need()])

    result = match(fair, text=text, limits=Limits(per_buyer=2))

    assert pairs(result) == [("e0", "b1"), ("e1", "b1")]
    assert result.unmatched == (Unmatched("exporter", "e2", Gate.PARTNERS_FULL),)


def test_other_names_give_the_same_scores(text):
    fair = market()
    renamed = replace(
        fair,
        exporters=tuple(replace(one, id=f"x{one.id}", name="?") for one in fair.exporters),
        products=tuple(replace(one, exporter=f"x{one.exporter}") for one in fair.products),
    )

    assert [one.score for one in match(renamed, text=text).suggestions] == [
        one.score for one in match(fair, text=text).suggestions
    ]


def test_a_fair_without_companies_has_no_suggestions(text):
    result = match(make_fair([], []), text=text)

    assert result.suggestions == result.unmatched == ()


@pytest.mark.parametrize(
    ("others", "reason"),
    [
        ({"blocked": frozenset({("e1", "b1")})}, Gate.BLOCKED),
        ({"refused": frozenset({("e1", "b1")})}, Gate.BLOCKED),
        ({"blocked": frozenset({("e1", "nobody"), ("nobody", "b1")})}, None),
    ],
)
def test_blocked_and_refused_pairs_are_not_suggested(text, others, reason):
    result = one_pair(text, **others)

    assert [(one.side, one.reason) for one in result.unmatched] == (
        [("exporter", reason), ("buyer", reason)] if reason else []
    )


def test_a_company_is_not_suggested_to_itself(text):
    result = one_pair(text, {"exporter": "c1"}, {"buyer": "c1"})

    assert result.suggestions == ()


def test_everybody_without_a_suggestion_has_a_reason(text):
    fair = make_fair(
        [make_product("p1", "e1", barred=True), make_product("p2", "e2", "Salt")],
        [make_need()],
        exporters=[make_exporter("e0")],
        buyers=[make_buyer("b0")],
    )

    result = match(fair, text=text)

    assert result.unmatched == (
        Unmatched("exporter", "e0", Gate.NO_PRODUCT),
        Unmatched("exporter", "e1", Gate.BARRED),
        Unmatched("exporter", "e2", Gate.OTHER_GOODS),
        Unmatched("buyer", "b0", Gate.NO_NEED),
        Unmatched("buyer", "b1", Gate.OTHER_GOODS),
    )
    assert result.diagnostics["gates"]["barred"] == 1


def test_price_and_language_do_not_make_a_match(text):
    result = one_pair(
        text,
        {"title": "Salt", "hs_codes": ("2501",), "price_min": 1, "currency": "USD"},
        {"hs_codes": ("630260",), "price_max": 9, "currency": "USD"},
        exporters=[make_exporter(languages=frozenset({"ja"}))],
        buyers=[make_buyer(languages=frozenset({"ja"}))],
    )

    assert result.suggestions == ()


def test_contributions_add_up_to_the_directed_scores(text):
    for suggestion in match(market(), text=text).suggestions:
        reasons = suggestion.reasons
        assert sum(part.contribution for part in reasons.supply) == pytest.approx(
            suggestion.supply, abs=1e-9
        )
        assert sum(part.contribution for part in reasons.demand) == pytest.approx(
            suggestion.demand, abs=1e-9
        )


def test_reasons_name_the_shared_code_and_words(text):
    suggestion = only(
        one_pair(
            text,
            {"title": "Towels", "text": "OEM welcome", "hs_codes": ("5205", "630260")},
            {"title": "タオル", "text": "OEM生産", "hs_codes": ("6302",)},
        )
    )
    code = suggestion.reasons.code
    marks = [
        (w.side, w.field, w.start, w.end, w.word, w.partner) for w in suggestion.reasons.words
    ]

    assert (code.exporter, code.buyer, code.shared, code.level) == ("630260", "6302", "6302", 4)
    assert marks == [
        ("exporter", "title", 0, 6, "Towels", "タオル"),
        ("buyer", "title", 0, 3, "タオル", "Towels"),
        ("exporter", "text", 0, 3, "OEM", "OEM"),
        ("buyer", "text", 0, 3, "OEM", "OEM"),
    ]


def test_words_meet_through_a_concept_where_none_meets_directly(text):
    suggestion = only(one_pair(text, {"title": "منجمد جھینگا"}, {"title": "冷凍エビ"}))

    assert "030617" in {concept.code for concept in suggestion.reasons.concepts}
    assert {word.concept for word in suggestion.reasons.words} <= {"030617", "0306"}
    assert ("exporter", "منجمد") in {(w.side, w.word) for w in suggestion.reasons.words}


def test_gaps_say_how_much_is_missing_but_no_price(text):
    (suggestion,) = (one for one in match(market(), text=text).suggestions if one.exporter == "e0")
    gaps = {gap.part: gap for gap in suggestion.reasons.gaps}

    assert (gaps["volume"].offered, gaps["volume"].wanted, gaps["volume"].unit) == (100, 200, "kg")
    assert (gaps["lead_time"].offered, gaps["lead_time"].wanted) == (60, 40)
    assert gaps["certificates"].missing == ("HACCP",)


def test_a_price_gap_shows_no_price(text):
    suggestion = only(
        one_pair(text, {"price_min": 5, "currency": "USD"}, {"price_max": 4, "currency": "USD"})
    )

    (gap,) = suggestion.reasons.gaps
    assert (gap.part, gap.offered, gap.wanted) == ("price", None, None)


def test_what_would_raise_the_score_says_who_can_do_it_and_how_much(text):
    product = {"price_min": 2.0, "currency": "USD", "lead_time_days": 80, "hs_codes": ("6302",)}
    need = {"lead_time_days": 40, "hs_codes": ("6302",)}
    before = only(one_pair(text, product, need))
    lead_time = next(one for one in before.reasons.raises if one.part == "lead_time")
    price = next(one for one in before.reasons.raises if one.part == "price")

    after = only(one_pair(text, {**product, "lead_time_days": 40}, need))
    stated = only(one_pair(text, product, {**need, "price_max": 2.0, "currency": "USD"}))

    assert (lead_time.action, lead_time.sides) == ("improve", ("exporter",))
    assert after.score - before.score == pytest.approx(lead_time.gain)
    assert (price.action, price.sides) == ("state", ("buyer",))
    assert stated.score - before.score == pytest.approx(price.gain)


def test_units_that_differ_are_for_both_to_say_again(text):
    goods = {"hs_codes": ("630260",), "sector": "TEXT-TOWEL"}
    suggestion = only(
        one_pair(
            text,
            {**goods, "capacity_per_month": 5, "min_order": 1, "unit": "t", "lead_time_days": 80},
            {**goods, "volume_per_month": 5, "unit": "kg", "lead_time_days": 40},
            exporters=[make_exporter(languages=frozenset({"en"}), markets=frozenset({"JP"}))],
            buyers=[make_buyer(languages=frozenset({"en"}))],
        )
    )

    assert {one.part: (one.action, one.sides) for one in suggestion.reasons.raises} == {
        "lead_time": ("improve", ("exporter",)),
        "price": ("state", ("exporter", "buyer")),
        "volume": ("state", ("exporter", "buyer")),
        "min_order": ("state", ("exporter", "buyer")),
    }


def test_words_meet_through_the_dictionary(text):
    road = DictionaryRoad({"手術器具": "surgic instrument", "ごーず": "gauz"})
    model = TextModel(text.vocabulary, [*text.roads, road]).fit()

    suggestion = only(
        one_pair(
            model,
            {"title": "Surgical instruments, gauze"},
            {"title": "手術器具", "text": "ｶﾞｰｾﾞ ｺﾞｰｽﾞ"},
        )
    )

    marks = {
        (w.side, w.field, w.start, w.end, w.word, w.partner) for w in suggestion.reasons.words
    }
    assert marks == {
        ("exporter", "title", 0, 8, "Surgical", "手術器具"),
        ("buyer", "title", 0, 4, "手術器具", "Surgical"),
        ("exporter", "title", 9, 20, "instruments", "手術器具"),
        ("exporter", "title", 22, 27, "gauze", "ｺﾞｰｽﾞ"),
        ("buyer", "text", 6, 11, "ｺﾞｰｽﾞ", "gauze"),
    }


def test_equal_codes_give_the_first_of_them():
    shared = nearest_code(("630260", "630291"), ("630221", "1006", "630260"))

    assert (shared.exporter, shared.buyer, shared.level) == ("630260", "630260", 6)
    assert nearest_code(("10",), ("63",)) is None


def test_a_sector_alone_is_labelled_as_little_data(text):
    suggestion = only(
        one_pair(
            text, {"title": "", "sector": "TEXT-TOWEL"}, {"title": "", "sector": "TEXT-TOWEL"}
        )
    )

    assert suggestion.labels == ("little_data", "sector_only")
    assert suggestion.reasons.words == ()


def test_one_word_is_little_data_and_a_code_is_not(text):
    assert only(one_pair(text, {"title": "タオル"}, {"title": "タオル"})).labels == (
        "little_data",
    )
    assert only(one_pair(text, {"hs_codes": ("63",)}, {"hs_codes": ("63",)})).labels == ()


def test_reasons_survive_json(text):
    for suggestion in match(market(), text=text).suggestions:
        data = json.loads(json.dumps(suggestion.reasons.to_json()))

        assert Reasons.from_json(data) == suggestion.reasons


def test_parts_may_stand_by_name():
    part = {"part": "text", "weight": 0.5, "value": None, "contribution": 0.0}

    assert from_json(PartReason, part) == from_json(PartReason, ["text", 0.5, None, 0.0])


def test_reasons_with_unknown_fields_are_refused():
    with pytest.raises(TypeError, match="no such fields"):
        from_json(Reasons, {"mood": "good"})


def test_progress_is_told_block_by_block_and_a_run_can_be_stopped(text, monkeypatch):
    monkeypatch.setattr(search, "BLOCK", 3)
    told = []
    match(market(), text=text, progress=lambda done, total: told.append((done, total)))
    assert told == [(4, 8), (8, 8)]

    with pytest.raises(StoppedError):
        match(market(), text=text, should_stop=lambda: True)
    assert match(market(), text=text, should_stop=lambda: False).suggestions


def test_blocks_do_not_change_the_result(text, monkeypatch):
    whole = match(market(), text=text)
    monkeypatch.setattr(search, "BLOCK", 1)

    assert match(market(), text=text) == whole


def test_one_pair_scores_as_in_the_run(text):
    for suggestion in match(market(), text=text).suggestions:
        alone = score_pair(market(), suggestion.exporter, suggestion.buyer, text=text)

        assert alone.gates == ()
        assert alone.suggestion.score == pytest.approx(suggestion.score, abs=1e-12)
        assert alone.suggestion.product == suggestion.product


def test_a_pair_of_other_goods_can_be_looked_at(text):
    found = score_pair(market(), "e0", "b3", text=text)

    assert found.gates == (Gate.OTHER_GOODS,)
    assert found.suggestion.score == 0.0


def test_gates_of_a_pair_are_told(text):
    fair = make_fair(
        [make_product("p1", "c1", barred=True)],
        [make_need("n1", "c1")],
        buyers=[make_buyer("b0")],
        blocked=frozenset({("c1", "c1")}),
        refused=frozenset({("c1", "c1")}),
    )

    found = score_pair(fair, "c1", "c1", text=text, weights=Weights())

    assert found.gates == (Gate.ITSELF, Gate.BLOCKED, Gate.REFUSED, Gate.BARRED)
    assert score_pair(fair, "c1", "b0", text=text).suggestion is None
    with pytest.raises(ValueError, match="no exporter"):
        score_pair(fair, "nobody", "b0", text=text)


def test_a_text_model_without_concepts_names_none(text):
    words = type(text)(text.vocabulary, [text.roads[0]]).fit()

    suggestion = only(one_pair(words, {"hs_codes": ("6302",)}, {"hs_codes": ("6302",)}))

    assert suggestion.reasons.concepts == ()


def test_product_that_no_paper_lets_in_by_the_day_of_delivery_is_not_suggested(text):
    shut = (("", "2027-03-31"), ("2028-01-01", ""))

    def found(needed_by):
        return one_pair(text, {"shut": shut}, {"needed_by": needed_by})

    late = [found(day) for day in ("2027-03-31", "2028-01-01")]
    in_time = [found(day) for day in ("2027-04-01", "2027-12-31", None)]

    assert [len(result.suggestions) for result in late] == [0, 0]
    assert [len(result.suggestions) for result in in_time] == [1, 1, 1]
    assert {(one.side, one.reason) for one in late[0].unmatched} == {
        ("exporter", Gate.LATE),
        ("buyer", Gate.LATE),
    }
    assert late[0].diagnostics["gates"]["late"] == 1
    assert in_time[0].diagnostics["gates"]["late"] == 0
