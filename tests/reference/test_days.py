"""A day is the one on the calendar at the office, not the one in Greenwich."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from matchmaker.reference.day_queries import latest_day, office_day


@pytest.mark.parametrize(
    ("hour", "minute", "office", "latest"),
    [
        (14, 59, 12, 12),
        (15, 0, 12, 13),  # midnight in Japan
        (18, 59, 12, 13),
        (19, 0, 13, 13),  # midnight in Pakistan
        (20, 30, 13, 13),
        (23, 59, 13, 13),
    ],
)
def test_the_day_begins_at_midnight_here_and_is_still_to_come_only_where_nobody_has_it(
    hour, minute, office, latest
):
    now = datetime(2027, 3, 12, hour, minute, tzinfo=UTC)

    assert (office_day(now), latest_day(now)) == (date(2027, 3, office), date(2027, 3, latest))
