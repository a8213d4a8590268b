"""Officers create, change and publish events."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from matchmaker.accounts.enums import Role
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.events import permissions, services
from matchmaker.events.enums import EventKind
from matchmaker.events.models import Event
from matchmaker.events.queries import event_with_sectors, open_events
from tests.build import NOON, make_event, make_officer, make_user

TYPED = {
    "kind": "fair_abroad",
    "code": "foodex-2031",
    "title_en": "Foodex",
    "title_ja": "フーデックス",
    "title_ur": "",
    "summary_en": "Food and drink",
    "venue": "Makuhari Messe",
    "city": "Chiba",
    "country": "JP",
    "time_zone": "Asia/Tokyo",
    "starts_on": "2031-03-10",
    "ends_on": "2031-03-12",
    "opens_at": "10:00",
    "closes_at": "17:30",
    "applications_open_at": "2030-09-01T09:00",
    "applications_close_at": "2030-12-31T23:59",
    "sectors": ["FOOD", "SEAF"],
}


def only_event() -> Event:
    db.session.rollback()
    public_id = db.session.scalars(sa.select(Event.public_id)).one()
    return event_with_sectors(public_id)


def test_an_officer_creates_an_event_that_is_not_public_yet(app, client, sign_in):
    officer = make_officer()

    answer = sign_in(officer).submit("/events/new", TYPED)

    event = only_event()
    assert answer.status_code == 303
    assert answer.location == f"/events/{event.public_id}"
    assert event.kind is EventKind.FAIR_ABROAD
    assert event.title == {"en": "Foodex", "ja": "フーデックス"}
    assert event.summary == {"en": "Food and drink"}
    assert [sector.code for sector in event.sectors] == ["FOOD", "SEAF"]
    assert event.applications_open_at == datetime(2030, 9, 1, tzinfo=UTC)
    assert event.applications_close_at == datetime(2030, 12, 31, 14, 59, tzinfo=UTC)
    assert event.published_at is None
    assert client.get(answer.location).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title_en", "Two\nlines", "Write this on one line."),
        ("code", "Foodex 2031", "Use small Latin letters"),
        ("code", "", "Give the event a short name"),
        ("ends_on", "2031-03-09", "The last day lies before the first day"),
        ("closes_at", "10:00", "It closes before it opens"),
        ("applications_close_at", "2030-09-01T09:00", "Applications close before they open"),
        ("applications_close_at", "2031-03-13T00:00", "Applications close after the event"),
        ("starts_on", "0001-01-01", "Write a year between 2000 and 2100"),
        ("country", "XX", "Choose the country from the list"),
        ("time_zone", "Mars/Olympus", "Choose the time zone from the list"),
        ("kind", "party", "Choose the kind of event from the list"),
        ("sectors", [], "Choose at least one sector"),
        ("sectors", ["MEDI-SURG"], "Choose sectors from the list"),
        ("venue", "x" * 201, "Write at most 200 characters"),
        ("kind", "home_fair", "A fair at home is not held in Japan."),
        ("country", "PK", "A fair abroad is not held in Pakistan."),
        ("time_zone", "Asia/Karachi", "This is not a time zone of Japan."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(sign_in, field, value, said):
    answer = sign_in(make_officer()).submit("/events/new", TYPED | {field: value})

    assert answer.status_code == 422
    assert said in answer.text
    assert "フーデックス" in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 0


@pytest.mark.parametrize(
    ("kind", "country", "zone"),
    [
        ("fair_abroad", "JP", "Asia/Tokyo"),
        ("home_fair", "PK", "Asia/Karachi"),
        ("fair_abroad", "AE", "Asia/Dubai"),
        ("delegation", "PK", "Asia/Karachi"),
        ("delegation", "JP", "Asia/Tokyo"),
    ],
)
def test_the_time_zone_follows_the_country_where_none_is_chosen(sign_in, kind, country, zone):
    browser = sign_in(make_officer())

    fresh = browser.get("/events/new").text
    browser.submit("/events/new", TYPED | {"kind": kind, "country": country, "time_zone": ""})

    assert '<option selected value="">That of the country</option>' in fresh
    event = only_event()
    assert event.time_zone == zone
    assert event.applications_open_at.astimezone(event.zone).hour == 9


def test_of_a_country_with_several_zones_one_must_be_chosen(sign_in):
    browser = sign_in(make_officer())
    in_america = TYPED | {"country": "US", "time_zone": ""}

    answer = browser.submit("/events/new", in_america)
    chosen = browser.submit("/events/new", in_america | {"time_zone": "America/New_York"})

    assert answer.status_code == 422
    assert "This country has several time zones." in answer.text
    assert chosen.status_code == 303


def test_two_fields_of_a_pair_say_the_same_fault_once(sign_in):
    untimed = TYPED | {"opens_at": "", "closes_at": "", "starts_on": ""}

    answer = sign_in(make_officer()).submit("/events/new", untimed)
    fields = answer.text.split('<form method="post"')[-1]

    assert answer.text.count('href="#opens_at"') == answer.text.count('href="#closes_at"') == 1
    assert fields.count('<p class="error"') == 2
    assert fields.count("Write the time of the day, for example 10:00.") == 1
    assert fields.count('aria-describedby="opens_at-error"') == 2


def test_an_event_needs_a_title_in_one_language_only(sign_in):
    browser = sign_in(make_officer())
    untitled = TYPED | {"title_en": "", "title_ja": ""}

    assert "title in at least one" in browser.submit("/events/new", untitled).text
    assert browser.submit("/events/new", untitled | {"title_ur": "نمائش"}).status_code == 303
    assert only_event().title == {"ur": "نمائش"}


def test_a_code_belongs_to_one_event(sign_in):
    make_event(code="foodex-2031")

    answer = sign_in(make_officer()).submit("/events/new", TYPED)

    assert answer.status_code == 422
    assert "Another event has this short name" in answer.text


def test_the_form_shows_the_event_as_it_stands(sign_in):
    browser = sign_in(make_officer())
    browser.submit("/events/new", TYPED)
    event = only_event()

    page = browser.get(f"/events/{event.public_id}/edit").text

    assert 'value="2030-12-31T23:59"' in page
    assert 'value="17:30"' in page
    assert '<option selected value="Asia/Tokyo">' in page
    assert page.count(" checked") == 3  # the kind, two sectors


def test_a_change_of_an_old_page_overwrites_nothing_and_loses_nothing(sign_in):
    browser = sign_in(make_officer())
    browser.submit("/events/new", TYPED)
    event = only_event()
    address, seen = f"/events/{event.public_id}/edit", event.version
    browser.submit(address, TYPED | {"version": seen, "city": "Mihama"})

    answer = browser.submit(address, TYPED | {"version": seen, "city": "Narashino"})

    assert answer.status_code == 409
    assert "Somebody has changed this event meanwhile" in answer.text
    assert 'value="Narashino"' in answer.text
    assert f'name="version" type="hidden" value="{seen + 1}"' in answer.text
    assert only_event().city == "Mihama"
    again = browser.submit(address, TYPED | {"version": seen + 1, "city": "Narashino"})
    assert again.status_code == 303
    assert only_event().city == "Narashino"


def test_the_audit_log_keeps_what_changed(sign_in):
    officer = make_officer()
    browser = sign_in(officer)
    officer_id = officer.id
    browser.submit("/events/new", TYPED)
    event = only_event()
    browser.submit(
        f"/events/{event.public_id}/edit",
        TYPED | {"version": event.version, "sectors": ["FOOD"], "opens_at": "09:30"},
    )

    db.session.rollback()
    created, changed = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    assert (created.action, created.actor_id) == ("event.create", officer_id)
    assert changed.before == {"opens_at": "10:00:00", "sectors": ["FOOD", "SEAF"]}
    assert changed.after == {"opens_at": "09:30:00", "sectors": ["FOOD"]}


def test_publishing_shows_an_event_and_hiding_takes_it_away(client, sign_in):
    event = make_event(published_at=None)
    officer = sign_in(make_officer())
    address, version = f"/events/{event.public_id}", event.version

    assert officer.submit(f"{address}/publish", {"version": version}).status_code == 303
    assert client.get(address).status_code == 200
    assert officer.submit(f"{address}/unpublish", {"version": version}).status_code == 409
    assert officer.submit(f"{address}/unpublish", {"version": version + 1}).status_code == 303
    assert client.get(address).status_code == 404


def test_a_field_the_form_does_not_have_changes_nothing(sign_in):
    sign_in(make_officer()).submit(
        "/events/new", TYPED | {"published_at": "2020-01-01", "is_example": "1", "public_id": "a"}
    )

    event = only_event()
    assert event.published_at is None
    assert event.is_example is False
    assert len(event.public_id) == 16


@pytest.mark.parametrize("role", list(Role))
def test_who_may_run_and_see_events(app, role):
    user = make_user(role=role) if role is not Role.OFFICER else make_officer()
    hidden, shown = make_event(published_at=None), make_event()
    runs = role in {Role.OFFICER, Role.ADMINISTRATOR}

    assert permissions.can_run(user, shown) is runs
    assert permissions.can_see(user, hidden) is (runs or role is Role.OBSERVER)
    assert permissions.can_see(user, shown) is True


def test_nobody_runs_nothing():
    assert permissions.can_run(None) is False
    assert permissions.can_see_unpublished(None) is False


@pytest.mark.parametrize("path", ["edit", "publish", "unpublish"])
@pytest.mark.parametrize("role", [Role.MEMBER, Role.OBSERVER, Role.INTERPRETER])
def test_forced_browsing_to_the_pages_of_officers_finds_nothing(sign_in, role, path):
    event = make_event(published_at=None)
    version = event.version
    make = make_user if role is Role.MEMBER else make_officer
    browser = sign_in(make(role=role))

    answer = browser.submit(f"/events/{event.public_id}/{path}", {"version": version})

    assert answer.status_code == 404
    assert browser.get("/events/new").status_code == 404
    assert browser.submit("/events/new", TYPED).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count(Event.id))) == 1


def test_open_events_are_those_that_take_applications_now(app):
    closes = datetime(2031, 1, 31, 19, tzinfo=UTC)
    opens = datetime(2031, 1, 1, tzinfo=UTC)
    window = {"applications_open_at": opens, "applications_close_at": closes}
    event = make_event(**window)
    make_event(published_at=None, **window)

    assert list(open_events(opens)) == [event]
    assert list(open_events(closes)) == []


def test_services_refuse_a_stale_version_before_anything_is_written(app):
    event, officer = make_event(), make_officer()

    with pytest.raises(services.ChangedMeanwhileError, match="meanwhile"):
        services.publish_event(event, seen_version=0, actor=officer, now=NOON)


def test_the_command_lists_every_event(app):
    make_event(code="texpo-2031", title={"en": "TEXPO\n2031"})
    make_event(code="foodag-2031", published_at=None)
    db.session.commit()

    lines = app.test_cli_runner().invoke(args=["event", "list"]).output
    as_json = app.test_cli_runner().invoke(args=["event", "list", "--json"]).output

    assert "texpo-2031" in lines
    assert "TEXPO 2031" in lines
    assert lines.count("\n") == 2
    assert [row["published"] for row in json.loads(as_json)] == [False, True]
