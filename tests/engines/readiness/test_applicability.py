"""Which requirements and programmes belong to a product."""

import pytest

from matchmaker.compliance.pack import standard_pack
from matchmaker.engines.readiness.data import Kind, Product
from tests.engines.readiness.builders import PROGRAMMES, catalogue, requirement


def applies(rule, product):
    return catalogue(rule).applicable(product) == (rule,)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [({"retail_packed"}, True), ({"infant_use"}, False), (set(), False)],
)
def test_requirement_with_a_condition_needs_the_attribute(attributes, expected):
    rule = requirement(condition="retail_packed")

    assert applies(rule, Product("MANGO", "080450", frozenset(attributes))) is expected


def test_condition_is_not_enough_for_other_goods():
    rule = requirement(condition="retail_packed", hs_prefixes=frozenset({"0805"}))

    assert not applies(rule, Product("MANGO", "080450", frozenset({"retail_packed"})))


@pytest.mark.parametrize(
    ("attributes", "expected"), [({"dried_fruit"}, False), ({"infant_use"}, True), (set(), True)]
)
def test_exempt_attribute_lifts_the_requirement(attributes, expected):
    rule = requirement(exemption="dried_fruit")

    assert applies(rule, Product("MANGO", "080450", frozenset(attributes))) is expected


@pytest.mark.parametrize(
    ("hs", "expected"),
    [
        ("080450", True),
        ("0804501100", True),
        ("080410", False),
        ("08041", True),
        ("0804", True),
        ("", True),
    ],
    ids=["six digits", "ten digits", "other goods", "five digits", "four digits", "none"],
)
def test_code_of_six_digits_decides_and_a_shorter_one_leaves_it_to_the_sector(hs, expected):
    rule = requirement(sectors=frozenset({"MANGO"}), hs_prefixes=frozenset({"080450"}))

    assert applies(rule, Product("MANGO", hs)) is expected


def test_code_decides_against_the_sector():
    rule = requirement(sectors=frozenset({"CITRUS"}), hs_prefixes=frozenset({"0804"}))

    assert applies(rule, Product("TEXT", "080450"))
    assert not applies(rule, Product("CITRUS", "080510"))


@pytest.mark.parametrize(
    ("listed", "sector", "expected"),
    [
        ("MANGO", "MANGO", True),
        ("FRUIT", "MANGO", True),
        ("CITRUS", "MANGO", False),
        ("MANGO", "FRUIT", False),
        ("FRUIT", "FRUIT", True),
        ("ELSEWHERE", "ELSEWHERE", True),
    ],
)
def test_without_prefixes_the_sub_sector_or_its_parent_must_be_listed(listed, sector, expected):
    rule = requirement(sectors=frozenset({listed}))

    assert applies(rule, Product(sector, "080450")) is expected
    assert applies(rule, Product(sector)) is expected


def test_requirement_of_neither_sector_nor_code_does_not_apply_without_a_code():
    rule = requirement(sectors=frozenset(), hs_prefixes=frozenset({"080450"}))

    assert not applies(rule, Product("MANGO"))


def test_mandatory_requirements_come_first_then_the_code_counts():
    rules = [
        requirement("R-A", kind=Kind.BUYER_EXPECTED),
        requirement("R-D"),
        requirement("R-C"),
        requirement("R-B", kind=Kind.BUYER_EXPECTED),
    ]

    found = catalogue(*rules).applicable(Product("MANGO"))

    assert [rule.code for rule in found] == ["R-C", "R-D", "R-A", "R-B"]


def test_rules_of_another_country_can_be_left_out():
    rules = [requirement("R-JP"), requirement("R-PK", jurisdiction="PK")]
    market = catalogue(*rules)

    assert market.applicable(Product("MANGO"), frozenset({"JP"})) == (rules[0],)
    assert market.applicable(Product("MANGO")) == tuple(rules)


def test_a_code_that_is_there_twice_is_refused():
    with pytest.raises(ValueError, match="the code R is there twice"):
        catalogue(requirement(), requirement())


@pytest.mark.parametrize(
    ("hs", "sector"),
    [
        ("420321", "SPRT-GLOVE"),
        ("420329", "LEAT-GLOVE"),
        ("950662", "SPRT-BALL"),
        ("901849", "MEDI-DENTAL"),
        ("901890", "MEDI-SURG"),
        ("0804501100", "AGRI-MANGO"),
        ("999999", None),
    ],
)
def test_the_longest_prefix_gives_the_sector(hs, sector):
    assert standard_pack().catalogue.sector_of(hs) == sector


def test_programmes_fit_by_requirement_and_sector_and_running_ones_come_first():
    market = catalogue(requirement(), programmes=PROGRAMMES)

    assert market.programmes_for("R", "MANGO") == ("P-0", "P-B", "P-C", "P-A")
    assert market.programmes_for("R", "CITRUS") == ("P-0", "P-B", "P-E")
    assert market.programmes_for("R", "TEXT") == ()


def test_attributes_that_matter_are_known():
    market = catalogue(
        requirement("R-A", condition="retail_packed"),
        requirement("R-B", exemption="dried_fruit"),
        requirement("R-C"),
    )

    assert market.attributes == {"retail_packed", "dried_fruit"}


def test_goods_without_digits_are_refused():
    with pytest.raises(ValueError, match=r"digits without dots: '0804\.50'"):
        Product("MANGO", "0804.50")
