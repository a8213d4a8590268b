"""Codes that one side alone states, and the goods of two companies beside their best."""

from dataclasses import replace

import pytest

from matchmaker.engines.matching.run import match, score_pair
from tests.engines.matching.builders import make_fair, make_need, make_product, one_pair, only


def test_a_code_speaks_to_a_side_without_one_by_its_name(text):
    need = {"title": "調達品", "text": "", "hs_codes": ("030617",)}
    fair = make_fair([make_product(title="Frozen shrimps")], [make_need(**need)])
    unnamed = replace(fair, needs=(replace(fair.needs[0], hs_codes=()),))

    found = only(match(fair, text=text))

    assert match(unnamed, text=text).suggestions == ()
    assert found.score > 0.5
    assert found.reasons.code is None
    turned = make_fair(
        [make_product(title="Goods", hs_codes=("03061792",))], [make_need(title="冷凍エビ")]
    )
    assert only(match(turned, text=text)).score > 0.5


@pytest.mark.parametrize("code", ["030617", "1006", "2501", "6302"])
def test_the_name_of_a_code_takes_nothing_from_what_the_texts_say(text, code):
    def likeness(**stated):
        fair = make_fair(
            [make_product(title="Frozen shrimps")], [make_need(title="冷凍エビ", **stated)]
        )
        supply = score_pair(fair, "e1", "b1", text=text).suggestion.reasons.supply
        return next(one.value for one in supply if one.part == "text")

    assert likeness(hs_codes=(code,)) >= likeness()


def test_a_code_adds_no_words_where_both_sides_state_one(text):
    codes = {"hs_codes": ("030617",)}
    both = only(one_pair(text, {"title": "Frozen shrimps", **codes}, {"title": "海老", **codes}))
    alone = score_pair(
        make_fair([make_product(title="Frozen shrimps")], [make_need(title="海老")]),
        "e1",
        "b1",
        text=text,
    )

    values = [
        next(part.value for part in one.reasons.supply if part.part == "text")
        for one in (both, alone.suggestion)
    ]
    assert values[0] == pytest.approx(values[1], abs=1e-12)


def test_other_goods_of_the_two_companies_are_kept_beside_the_best(text):
    fair = make_fair(
        [
            make_product("p0", title="Cotton towels", hs_codes=("630260",)),
            make_product("p1", title="Basmati rice", hs_codes=("1006",)),
            make_product("p2", title="Towels of cotton", hs_codes=("6302",)),
            make_product("p3", title="Salt", hs_codes=("2501",)),
        ],
        [
            make_need("n0", title="綿タオル", hs_codes=("630260",)),
            make_need("n1", title="バスマティ米", hs_codes=("1006",)),
        ],
    )

    found = only(match(fair, text=text))

    named = [(one.product, one.need) for one in found.also]
    assert named[0] == ({"n0": "p1", "n1": "p0"}[found.need], {"n0": "n1", "n1": "n0"}[found.need])
    assert named[1:] == [("p2", "n0")]
    assert all(0 < one.score <= found.score for one in found.also)
    rice = replace(fair, needs=fair.needs[1:])
    assert only(match(rice, text=text)).also == ()
