from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engines.matching.parts import lay_out, measure
from matchmaker.engines.matching.sides import FIRST_TIME, OTHER_MARKETS
from tests.engines.matching.builders import (
    make_buyer,
    make_exporter,
    make_fair,
    make_need,
    make_product,
)


def parts(text, product=None, need=None, exporter=None, buyer=None):
    fair = make_fair(
        [make_product(**(product or {}))],
        [make_need(**(need or {}))],
        exporters=[make_exporter(**(exporter or {}))],
        buyers=[make_buyer(**(buyer or {}))],
    )
    one = np.array([0])
    measured = measure(lay_out(fair, text), one, one, np.array([0.5]))
    return {part: values.item() for part, values in measured.items()}


def test_what_nobody_said_is_unknown(text):
    measured = parts(text)

    assert measured.pop("text") == 0.5
    assert all(isnan(value) for value in measured.values())


@pytest.mark.parametrize(
    ("part", "product", "need", "expected"),
    [
        (
            "volume",
            {"capacity_per_month": 50, "unit": "kg"},
            {"volume_per_month": 100, "unit": "KG "},
            0.5,
        ),
        (
            "volume",
            {"capacity_per_month": 200, "unit": "kg"},
            {"volume_per_month": 100, "unit": "kg"},
            1.0,
        ),
        (
            "volume",
            {"capacity_per_month": 200, "unit": "kg"},
            {"volume_per_month": 0, "unit": "kg"},
            1.0,
        ),
        (
            "min_order",
            {"min_order": 400, "unit": "kg"},
            {"volume_per_month": 100, "unit": "kg"},
            0.25,
        ),
        (
            "min_order",
            {"min_order": 0, "unit": "kg"},
            {"volume_per_month": 100, "unit": "kg"},
            1.0,
        ),
        (
            "price",
            {"price_min": 2, "price_max": 9, "currency": "USD"},
            {"price_max": 2, "currency": "usd"},
            1.0,
        ),
        ("price", {"price_max": 2.5, "currency": "USD"}, {"price_max": 2, "currency": "USD"}, 0.5),
        ("price", {"price_min": 3, "currency": "USD"}, {"price_max": 2, "currency": "USD"}, 0.0),
        ("price", {"price_min": 3, "currency": "USD"}, {"price_max": 0, "currency": "USD"}, 0.0),
        ("lead_time", {"lead_time_days": 30}, {"lead_time_days": 30}, 1.0),
        ("lead_time", {"lead_time_days": 45}, {"lead_time_days": 30}, 0.5),
        ("lead_time", {"lead_time_days": 61}, {"lead_time_days": 30}, 0.0),
        ("lead_time", {"lead_time_days": 0}, {"lead_time_days": 0}, 1.0),
        (
            "certificates",
            {"certificates": frozenset({"HACCP", "GOTS"})},
            {"certificates": frozenset({"HACCP", "ISO"})},
            0.5,
        ),
        ("certificates", {}, {"certificates": frozenset({"HACCP"})}, 0.0),
        ("readiness", {"readiness": 0.75}, {}, 0.75),
        ("hs", {"hs_codes": ("630260",)}, {"hs_codes": ("630260",)}, 1.0),
        ("sector", {"sector": "TEXT-TOWEL"}, {"sector": "TEXT-TOWEL"}, 1.0),
    ],
)
def test_parts_of_a_product_and_a_need(text, part, product, need, expected):
    assert parts(text, product, need)[part] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("part", "product", "need"),
    [
        ("volume", {"capacity_per_month": 5, "unit": "t"}, {"volume_per_month": 5, "unit": "kg"}),
        ("volume", {"capacity_per_month": 5}, {"volume_per_month": 5}),
        ("volume", {"unit": "kg"}, {"volume_per_month": 5, "unit": "kg"}),
        ("price", {"price_min": 5, "currency": "USD"}, {"price_max": 5, "currency": "JPY"}),
        ("price", {"price_min": 5, "currency": "USD"}, {"price_min": 5, "currency": "USD"}),
        (
            "price",
            {"price_min": 1950, "currency": "USD", "unit": "tonne"},
            {"price_max": 7, "currency": "USD", "unit": "metre"},
        ),
        ("lead_time", {"lead_time_days": 5}, {}),
        ("certificates", {"certificates": frozenset({"HACCP"})}, {}),
    ],
    ids=[
        "unit",
        "no unit",
        "no capacity",
        "currency",
        "no highest price",
        "price of another unit",
        "no limit",
        "none asked",
    ],
)
def test_what_cannot_be_compared_is_unknown(text, part, product, need):
    assert isnan(parts(text, product, need)[part])


@pytest.mark.parametrize(
    ("part", "exporter", "buyer", "need", "expected"),
    [
        (
            "language",
            {"languages": frozenset({"en", "ur"})},
            {"languages": frozenset({"ja", "en"})},
            {},
            1.0,
        ),
        ("language", {"languages": frozenset({"ur"})}, {"languages": frozenset({"ja"})}, {}, 0.0),
        ("language", {"languages": frozenset({"ur"})}, {}, {}, None),
        ("experience", {"markets": frozenset({"JP"})}, {}, {}, 1.0),
        ("experience", {"markets": frozenset({"US"}), "first_time": True}, {}, {}, OTHER_MARKETS),
        ("experience", {"first_time": True}, {}, {}, FIRST_TIME),
        ("supplier", {"supplier_kind": "maker"}, {}, {"supplier_kind": "Maker"}, 1.0),
        ("supplier", {"supplier_kind": "trader"}, {}, {"supplier_kind": "maker"}, 0.0),
        (
            "supplier",
            {"supplier_kind": "trader"},
            {"wanted_from": frozenset({"PK"})},
            {"supplier_kind": "maker"},
            0.5,
        ),
        ("supplier", {}, {"wanted_from": frozenset({"VN"})}, {}, 0.0),
    ],
)
def test_parts_of_two_companies(text, part, exporter, buyer, need, expected):
    value = parts(text, need=need, exporter=exporter, buyer=buyer)[part]

    assert (None if isnan(value) else value) == expected


@settings(deadline=None, max_examples=25)
@given(
    volume=st.floats(0, 1e6),
    min_order=st.floats(0, 1e6),
    capacity=st.floats(0, 1e6),
    more=st.floats(0, 1e6),
)
def test_more_capacity_never_lowers_a_part(text, volume, min_order, capacity, more):
    need = {"volume_per_month": volume, "unit": "kg"}
    product = {"unit": "kg", "min_order": min_order}
    before = parts(text, {**product, "capacity_per_month": capacity}, need)
    after = parts(text, {**product, "capacity_per_month": capacity + more}, need)

    assert 0 <= before["volume"] <= after["volume"] <= 1
    assert before["min_order"] == after["min_order"]
