from dataclasses import replace

import pytest

from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.run import match
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.snapshot import (
    RunInput,
    Snapshot,
    restore,
    result_digest,
    take,
)
from tests.engines.matching.builders import make_exporter, make_need, make_product, market


def test_a_restored_snapshot_gives_the_same_result(text):
    given = RunInput(market(), Weights(price=0.3), Limits(2, 3), 7, text.version_)
    snapshot = take(given)
    again = restore(snapshot)
    first = match(given.fair, text=text, weights=given.weights, limits=given.limits, seed=7)
    second = match(again.fair, text=text, weights=again.weights, limits=again.limits, seed=7)

    assert again == replace(given, fair=again.fair)
    assert take(again) == snapshot
    assert result_digest(first) == result_digest(second)
    assert result_digest(first) != result_digest(match(given.fair, text=text))


def test_a_snapshot_does_not_follow_the_order_but_every_value(text):
    fair = market()
    given = RunInput(fair, Weights(), Limits(), 0, "v")
    turned = replace(fair, products=fair.products[::-1], exporters=fair.exporters[::-1])

    assert take(replace(given, fair=turned)).digest == take(given).digest
    assert take(replace(given, seed=1)).digest != take(given).digest
    assert take(replace(given, fair=replace(fair, blocked=frozenset({("e0", "b0")})))) != take(
        given
    )


def test_damaged_snapshots_are_refused(text, monkeypatch):
    snapshot = take(RunInput(market(), Weights(), Limits(), 0, "v"))

    with pytest.raises(ValueError, match="damaged"):
        restore(Snapshot(b"x", snapshot.digest))
    with pytest.raises(ValueError, match="not the one"):
        restore(Snapshot(snapshot.data, "0"))
    monkeypatch.setattr("matchmaker.engines.matching.snapshot.FORMAT", 2)
    with pytest.raises(ValueError, match="format 1"):
        restore(snapshot)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"products": (make_product(exporter="?"),)}, "names no exporter"),
        ({"needs": (make_need(buyer="?"),)}, "names no buyer"),
        ({"needs": (make_need("n0", "b0"),) * 2}, "a need id comes twice"),
        ({"exporters": (make_exporter("e0"),) * 2}, "an exporter id comes twice"),
    ],
)
def test_a_fair_that_does_not_hold_together_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(market(), **change)
