"""What decisions say of suggestions and of other systems."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.engines.evaluation.equal_fields import FIELDS, count_equal_fields
from matchmaker.engines.evaluation.intervals import LEAST_UNITS, Draws
from matchmaker.engines.evaluation.review import Judged, Verdict, bands, review, share
from tests.engines.matching.builders import make_buyer, make_exporter, make_need, make_product


def lists_of(buyers, scores=(0.9, 0.5, 0.2), approved=(True, False, False)):
    """The same decisions for each of some buyers, on exporters of their own."""
    return [
        Judged(f"e{buyer}{place}", f"b{buyer}", score, good)
        for buyer in range(buyers)
        for place, (score, good) in enumerate(zip(scores, approved, strict=True))
    ]


def test_suggestions_in_the_order_of_the_officers_are_perfect():
    found = review(lists_of(3), {}, k=2)

    ours = found.systems["suggestions"]
    assert (ours.buyer.ndcg.value, ours.buyer.mrr.value, ours.agreement.value) == (1, 1, 1)
    assert (ours.buyer.precision.value, ours.buyer.recall.value) == (0.5, 1)


def test_a_lottery_is_measured_as_it_is_on_average():
    found = review(lists_of(3), {}, k=3)

    lottery = found.systems["random"]
    assert lottery.agreement.value == 0.5
    assert lottery.buyer.mrr.value == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)


def test_lists_decided_all_alike_say_nothing_of_an_order():
    judged = [
        *lists_of(2),
        Judged("e", "all approved", 0.3, approved=True),
        Judged("e", "all rejected", 0.9, approved=False),
    ]

    found = review(judged, {}, k=3)

    assert (found.lists["buyer"].compared, found.lists["buyer"].left_out) == (2, 2)
    # That exporter was approved for one and rejected for another: the worst order of two.
    assert (found.lists["exporter"].compared, found.lists["exporter"].left_out) == (1, 6)
    assert found.systems["suggestions"].exporter.mrr.value == 0.5


def test_without_decisions_there_is_no_figure():
    found = review([], {}, k=5)

    assert found.systems == {}
    assert sum(band.judged for band in found.bands) == 0


def test_decisions_all_alike_give_no_order_and_no_agreement():
    found = review([Judged("e", "b", 0.5, approved=True)], {"other": [0.1]}, k=5)

    ours = found.systems["suggestions"]
    assert (ours.buyer, ours.exporter, ours.agreement, ours.lead) == (None, None, None, None)
    assert found.systems["other"].verdict is Verdict.OPEN


@pytest.mark.parametrize(
    ("buyers", "verdict"), [(LEAST_UNITS - 1, Verdict.OPEN), (LEAST_UNITS, Verdict.BETTER)]
)
def test_a_difference_is_claimed_only_on_enough_lists(buyers, verdict):
    judged = lists_of(buyers)
    turned_round = [-one.score for one in judged]

    found = review(judged, {"other": turned_round}, k=3)

    assert found.systems["other"].verdict is verdict
    assert (found.systems["other"].lead.low is None) is (verdict is Verdict.OPEN)


def test_a_better_system_is_told_and_one_like_ours_is_not_told_apart():
    judged = lists_of(12, approved=(False, True, False))
    better = [float(one.approved) for one in judged]

    found = review(judged, {"better": better, "alike": [one.score for one in judged]}, k=3)

    assert found.systems["better"].verdict is Verdict.WORSE
    assert found.systems["alike"].verdict is Verdict.OPEN


def test_the_same_seed_gives_the_same_intervals_and_they_hold_the_figure():
    judged = lists_of(4) + [
        Judged(one.exporter, f"other {one.buyer}", 1 - one.score, one.approved)
        for one in lists_of(4)
    ]

    first, second = review(judged, {}, k=3, seed=1), review(judged, {}, k=3, seed=1)

    assert first == second
    ndcg = first.systems["suggestions"].buyer.ndcg
    assert ndcg.low < ndcg.value < ndcg.high


def test_progress_is_told_for_each_system():
    told = []

    review(lists_of(2), {"other": [0] * 6}, k=1, progress=lambda *step: told.append(step))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_interval_of_means_is_near_that_of_the_normal_distribution():
    values = np.random.default_rng(0).normal(size=400)

    found = Draws(400).mean(values)

    half = 1.96 * values.std() / 20
    assert (found.low, found.high) == pytest.approx(
        (found.value - half, found.value + half), abs=0.02
    )


def test_there_is_no_mean_of_nothing():
    with pytest.raises(ValueError, match="no mean"):
        Draws(0).mean([])


def test_bands_count_what_was_judged_and_approved_at_their_bounds_too():
    found = bands([0.0, 0.2, 0.39, 1.0], [False, True, False, True])

    assert [(band.judged, band.approved) for band in found] == [
        (1, 0), (2, 1), (0, 0), (0, 0), (1, 1),
    ]  # fmt: skip


def test_the_share_approved_is_drawn_by_company():
    approved, companies = [True, False] * 6, [name for name in "abcdef" for _ in range(2)]

    found = share(approved, companies)

    # Each company approves half: however they are drawn, the share is the same.
    assert (found.low, found.value, found.high) == (0.5, 0.5, 0.5)
    assert share([], []) is None


ALIKE = {
    "sector": "TEXT",
    "hs_codes": ("630260",),
    "unit": "kg",
    "currency": "USD",
    "certificates": frozenset({"ISO"}),
}
OFFERED = ALIKE | {"capacity_per_month": 10.0, "price_min": 2.0}
WANTED = ALIKE | {"volume_per_month": 10.0, "price_max": 2.0, "hs_codes": ("6302",)}


@pytest.mark.parametrize(
    ("product", "need", "expected"),
    [
        ({}, {}, FIELDS),
        ({"price_min": 2.1}, {}, FIELDS - 1),
        ({"price_min": None}, {}, FIELDS - 1),
        ({"capacity_per_month": 9.0}, {}, FIELDS - 1),
        ({"hs_codes": ("63",)}, {}, FIELDS - 1),
        ({"unit": "piece"}, {}, FIELDS - 2),  # nor can the volumes be compared
        ({"currency": None}, {"currency": None}, FIELDS - 2),  # nor the prices
        ({"sector": None}, {"sector": None}, FIELDS - 1),
        ({}, {"certificates": frozenset()}, FIELDS - 1),
    ],
)
def test_equal_fields_are_counted_and_what_is_not_said_is_not_equal(product, need, expected):
    speaks = {"languages": frozenset({"en"})}

    found = count_equal_fields(
        make_product(**OFFERED | product),
        make_need(**WANTED | need),
        make_exporter(**speaks),
        make_buyer(**speaks),
    )

    assert found == expected
