"""Buyers that sell the same goods themselves: they are not proposed to each other."""

from dataclasses import replace

import pytest

from matchmaker.engines.matching.competitors import competitor_pairs
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.gates import Gate, pair_gates
from matchmaker.engines.matching.run import match, score_pair
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.snapshot import RunInput, restore, take
from matchmaker.engines.matching.standing import match_company
from tests.engines.matching.builders import (
    make_buyer,
    make_exporter,
    make_fair,
    make_need,
    make_product,
)

TOWELS, BED_LINEN, RICE = "630260", "630231", "100630"


def fair(*sells, product=None, **others):
    """An exporter of towels, and a buyer that needs some and sells what is given."""
    given = {"hs_codes": (TOWELS,), "sector": "TEXT-TOWEL"} | (product or {})
    return make_fair(
        [make_product(**given)],
        [make_need(hs_codes=(TOWELS,))],
        buyers=[make_buyer(sells=sells)],
        **others,
    )


@pytest.mark.parametrize(
    ("offered", "sold", "competes"),
    [
        (((TOWELS,), None), (TOWELS, ""), True),
        ((("63026010",), None), ("63026090", ""), True),
        (((TOWELS,), "TEXT-TOWEL"), (BED_LINEN, "TEXT-TOWEL"), False),
        (((RICE, TOWELS), None), (TOWELS, ""), True),
        ((("6302",), "TEXT-TOWEL"), ("6302", "TEXT-TOWEL"), True),
        ((("6302",), "TEXT-TOWEL"), (TOWELS, "TEXT-TOWEL"), True),
        (((TOWELS,), "TEXT-TOWEL"), ("6302", "TEXT-TOWEL"), True),
        ((("6302",), "TEXT-TOWEL"), (TOWELS, "TEXT-HOME"), False),
        ((("6302",), "TEXT"), ("6302", "TEXT"), False),
        ((("6302",), None), ("6302", ""), False),
        ((("63",), "TEXT-TOWEL"), ("63", "TEXT-TOWEL"), False),
        (((), "TEXT-TOWEL"), (TOWELS, "TEXT-TOWEL"), False),
    ],
    ids=[
        "same subheading",
        "same subheading, national digits differ",
        "same heading, other subheading",
        "one of two codes",
        "headings only, same branch",
        "heading offered, subheading sold",
        "subheading offered, heading sold",
        "heading only, other branch",
        "heading only, a whole sector",
        "heading only, no sector",
        "chapters only",
        "no code",
    ],
)
def test_what_makes_a_buyer_a_competitor(offered, sold, competes):
    codes, sector = offered

    found = competitor_pairs(fair(sold, product={"hs_codes": codes, "sector": sector}))

    assert found == ({("e1", "b1")} if competes else frozenset())


def test_a_buyer_that_sells_other_goods_is_proposed(text):
    assert len(match(fair((RICE, "")), text=text).suggestions) == 1


def test_a_competitor_is_proposed_by_no_road(text):
    rivals = fair((TOWELS, ""))

    result = match(rivals, text=text)

    assert result.suggestions == ()
    assert result.diagnostics["gates"]["competitor"] == 1
    assert [(one.company, one.reason) for one in result.unmatched] == [
        ("e1", Gate.COMPETITOR),
        ("b1", Gate.COMPETITOR),
    ]
    assert match_company(rivals, "e1", text=text) == ()
    assert score_pair(rivals, "e1", "b1", text=text).gates == (Gate.COMPETITOR,)
    assert pair_gates(rivals, "e1", "b1") == (Gate.COMPETITOR,)


def test_other_products_of_a_competitor_are_not_proposed_either(text):
    both = fair((TOWELS, ""))
    both = replace(
        both,
        products=(*both.products, make_product("p2", title="Basmati rice", hs_codes=(RICE,))),
        needs=(make_need(title="バスマティ米", hs_codes=(RICE,)),),
    )

    assert match(both, text=text).suggestions == ()


def test_who_competes_with_one_is_proposed_to_the_others(text):
    three = fair((TOWELS, ""))
    other = make_need("n2", "b2", hs_codes=(TOWELS,))
    three = replace(three, buyers=(*three.buyers, make_buyer("b2")), needs=(*three.needs, other))

    result = match(three, text=text)

    assert [(one.exporter, one.buyer) for one in result.suggestions] == [("e1", "b2")]
    assert [(one.company, one.reason) for one in result.unmatched] == [("b1", Gate.COMPETITOR)]


def test_a_competitor_with_other_needs_is_not_why_nobody_fits(text):
    apart = fair((TOWELS, ""))
    apart = replace(apart, needs=(make_need(title="バスマティ米", hs_codes=(RICE,)),))

    reasons = {one.company: one.reason for one in match(apart, text=text).unmatched}

    assert reasons == {"e1": Gate.BLOCKED, "b1": Gate.BLOCKED}


def test_a_company_on_both_sides_does_not_compete_with_itself():
    both = make_fair(
        [make_product(exporter="c1", hs_codes=(TOWELS,))],
        [make_need(buyer="c1", hs_codes=(TOWELS,))],
        exporters=[make_exporter("c1")],
        buyers=[make_buyer("c1", sells=((TOWELS, ""),))],
    )

    assert competitor_pairs(both) == frozenset()
    assert pair_gates(both, "c1", "c1") == (Gate.ITSELF,)


def test_what_a_buyer_sells_is_kept_with_the_run():
    given = RunInput(fair((TOWELS, "TEXT-TOWEL"), (RICE, "")), Weights(), Limits(), 0, "t")

    assert restore(take(given)) == given
