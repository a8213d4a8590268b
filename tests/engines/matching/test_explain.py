"""Finding reasons: what would raise a score, and what the process is left like."""

import gc

import pytest

from matchmaker.engines.matching.run import match
from tests.engines.matching.builders import make_fair, make_need, make_product


@pytest.fixture
def collector():
    yield
    gc.enable()


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_of_garbage_is_left_as_it_was(text, is_on):
    gc.enable() if is_on else gc.disable()

    assert match(make_fair([make_product()], [make_need()]), text=text).suggestions
    assert gc.isenabled() == is_on


def test_who_did_not_state_a_price_is_told_so(text):
    fair = make_fair([make_product(price_min=None, price_max=None)], [make_need(price_max=None)])

    (suggestion,) = match(fair, text=text).suggestions

    (price,) = [one for one in suggestion.reasons.raises if one.part == "price"]
    assert (price.action, price.sides) == ("state", ("exporter", "buyer"))
    assert 0 < price.gain < 1
