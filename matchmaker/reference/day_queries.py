"""Which day it is: a moment is kept in UTC, a day is read off the calendar on the wall."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from matchmaker.reference.queries import country_of_side, time_zones_of
from matchmaker.web.formats import DEFAULT_TIME_ZONE

OFFICE = ZoneInfo(DEFAULT_TIME_ZONE)


def office_day(now: datetime) -> date:
    """Return the day it is at the office: "today", whenever days are compared or shown."""
    return now.astimezone(OFFICE).date()


def latest_day(now: datetime) -> date:
    """Return the latest day it is at the office or on either side of the corridor.

    Only a day after it is still to come for everybody who may write one.
    """
    sides = (country_of_side("exporter"), country_of_side("buyer"))
    zones = {zone for side in sides for zone in time_zones_of(side)}
    return max(office_day(now), *(now.astimezone(ZoneInfo(zone)).date() for zone in zones))
