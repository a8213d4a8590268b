"""What would raise a score, said so that somebody can do it."""

from __future__ import annotations

import pytest

from matchmaker.engines.matching.reasons import Gap, Raise, Reasons
from matchmaker.matches.queries.pair import Names
from matchmaker.matches.words.facts import Sides
from matchmaker.matches.words.why import IMPROVED, raises
from tests.build import make_buyer, make_exporter, make_need, make_product

SCHEMES = {"C-GMP": {"en": "Good manufacturing practice"}}


@pytest.fixture(autouse=True)
def english(app):
    with app.test_request_context("/?lang=en"):
        yield


def said(part, *gaps):
    exporter, buyer = make_exporter(), make_buyer()
    reasons = Reasons(
        factor=1.0,
        supply=(),
        demand=(),
        unknown=(),
        code=None,
        words=(),
        concepts=(),
        gaps=gaps,
        raises=(Raise(part, "improve", ("exporter",), 0.04),),
    )
    names = Names(hs={}, certificates=SCHEMES, sectors={}, wanted={})
    sides = Sides(exporter, buyer, make_product(exporter), make_need(buyer), names, reasons)
    ((gain, sentence),) = raises(sides)
    assert gain == 0.04
    return sentence


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        (Gap("lead_time", offered=45, wanted=30), "The exporter delivers within 30 days"),
        (
            Gap("min_order", offered=500, wanted=100, unit="piece"),
            "The exporter accepts an order of 100 pieces",
        ),
        (
            Gap("volume", offered=800.0, wanted=19_999.2, unit="kg"),
            "The exporter delivers 20,000 kg a month, or joins with another",
        ),
        (
            Gap("certificates", missing=("C-GMP", "C-ISO")),
            "The exporter obtains Good manufacturing practice and C-ISO",
        ),
    ],
)
def test_what_the_engine_has_named_is_said(gap, sentence):
    assert said(gap.part, gap) == sentence


@pytest.mark.parametrize("part", sorted(IMPROVED))
def test_without_figures_it_is_said_in_general(part):
    assert said(part) == str(IMPROVED[part])
    assert said(part, Gap(part)) == str(IMPROVED[part])
