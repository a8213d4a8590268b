"""The public calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.events.enums import EventKind
from matchmaker.events.models import EventSector
from matchmaker.reference.day_queries import office_day
from tests.build import make_event, make_officer, make_user


def make_dated(title, first, days=3, sectors=(), **given):
    event = make_event(
        title={"en": title}, starts_on=first, ends_on=first + timedelta(days=days - 1), **given
    )
    db.session.add_all([EventSector(event_id=event.id, sector_code=code) for code in sectors])
    db.session.flush()
    return event


def titles(answer):
    assert answer.status_code == 200
    parts = answer.text.split('dir="auto">')
    return [p.split("<")[0] for p in parts if "</a></h3>" in p[:200]]


@pytest.mark.parametrize("rows", [1, 3])
def test_calendar_runs_the_same_queries_for_any_number_of_events(rows, client, count_queries):
    for number in range(rows):
        make_dated(f"Fair {number}", date(2031, 5, 1), sectors=["TEXT", "FOOD"])
    make_dated("Not yet", date(2031, 5, 1), published_at=None)
    db.session.commit()

    with count_queries() as statements:
        answer = client.get("/events")

    assert len(titles(answer)) == rows
    assert len(statements) == 5  # count, rows, their sectors; choices: sectors, places


def test_the_next_event_comes_first_and_past_ones_last_newest_first(client):
    today = office_day(utcnow())
    make_dated("Far", today + timedelta(days=300))
    make_dated("Long past", today - timedelta(days=400))
    make_dated("Near", today + timedelta(days=3))
    make_dated("Just past", today - timedelta(days=20))
    db.session.commit()

    answer = client.get("/events")

    assert titles(answer) == ["Near", "Far", "Just past", "Long past"]
    assert answer.text.index("Coming up") < answer.text.index("Past events")


def test_an_event_of_today_is_not_past(client):
    make_dated("Today", office_day(utcnow()) - timedelta(days=2), days=3)
    db.session.commit()

    assert "Past events" not in client.get("/events").text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sector=FOOD", ["Osaka"]),
        ("country=PK", ["Karachi"]),
        ("month=2031-06", ["Karachi", "Osaka"]),
        ("month=2031-05", ["Karachi"]),
        ("month=2031-12", []),
        ("kind=fair_abroad", ["Osaka"]),
        ("sector=TEXT&country=JP", []),
        ("month=nonsense&kind=nonsense&page=x&size=9", ["Karachi", "Osaka"]),
        ("month=9999-12", ["Karachi", "Osaka"]),
    ],
)
def test_the_calendar_is_filtered_by_its_address(client, query, expected):
    make_dated("Karachi", date(2031, 5, 30), sectors=["TEXT"])
    make_dated(
        "Osaka", date(2031, 6, 20), sectors=["FOOD"], country="JP", kind=EventKind.FAIR_ABROAD
    )
    db.session.commit()

    assert titles(client.get(f"/events?{query}")) == expected


def test_an_empty_calendar_says_why(client):
    assert "There are no events yet" in client.get("/events").text
    make_dated("Fair", date(2031, 5, 30))
    db.session.commit()

    assert "No event fits these filters" in client.get("/events?country=JP").text


def test_only_staff_see_what_is_being_prepared(app, client, sign_in):
    make_dated("Secret fair", date(2031, 5, 30), published_at=None)
    member, officer = sign_in(make_user()), sign_in(make_officer())

    assert "Secret fair" not in client.get("/events").text
    assert "Secret fair" not in member.get("/events").text
    assert titles(officer.get("/events")) == ["Secret fair"]
    assert "Not published" in officer.get("/events").text
