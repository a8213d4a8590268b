"""When a score is marked as resting on little data."""

from __future__ import annotations

import pytest

from matchmaker.engines.matching.reasons import Reasons
from matchmaker.engines.matching.run import Suggestion as Found
from matchmaker.matches.fair import read_fair
from matchmaker.matches.services.suggestions import row_of
from tests.build import NOON
from tests.matches.fairs import make_fair

NO_REASONS = Reasons(
    factor=1.0,
    supply=(),
    demand=(),
    unknown=(),
    code=None,
    words=(),
    concepts=(),
    gaps=(),
    raises=(),
)


@pytest.mark.parametrize(
    ("confidence", "labels", "marked"),
    [
        (0.49, (), True),
        (0.5, (), False),
        (0.9, ("little_data",), True),
    ],
    ids=["less than half is known", "half is known", "the goods are hardly named"],
)
def test_little_data_follows_what_is_known(app, confidence, labels, marked):
    event_fair = read_fair(make_fair().id, today=NOON.date())
    fair = event_fair.fair
    found = Found(
        exporter=fair.exporters[0].id,
        buyer=fair.buyers[0].id,
        product=fair.products[0].id,
        need=fair.needs[0].id,
        score=0.9,
        supply=0.9,
        demand=0.9,
        confidence=confidence,
        labels=labels,
        reasons=NO_REASONS,
    )

    assert row_of(found, event_fair)["low_data"] is marked
