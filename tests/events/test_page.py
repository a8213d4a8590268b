"""The public page of an event, and its calendar file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest

from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Member
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.events.models import EventSector
from tests.build import (
    NOON,
    make_buyer,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_participant,
    make_product,
    make_user,
)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_visitor_gets_the_page_with_two_statements(rows, client, count_queries):
    event = make_event()
    db.session.add_all(
        [EventSector(event_id=event.id, sector_code=c) for c in ["MEDI", "TEXT", "FOOD"][:rows]]
    )
    for _ in range(rows):
        make_participant(event, make_exporter())
    db.session.commit()
    address = f"/events/{event.public_id}"

    with count_queries() as statements:
        answer = client.get(address)

    assert answer.status_code == 200
    assert answer.text.count("/events?sector=") == rows
    assert len(statements) == 2  # the event with its sectors, who is coming


def test_those_who_come_are_counted_by_the_sector_of_their_goods(client):
    event, other = make_event(), make_event()
    db.session.add(EventSector(event_id=event.id, sector_code="MEDI"))
    surgeon, other_maker, gone = make_exporter(), make_exporter(), make_exporter()
    hospital = make_buyer()
    make_product(surgeon)
    make_product(surgeon, name="Forceps")
    make_product(other_maker, withdrawn_at=NOON)
    make_product(gone)
    make_need(hospital)
    for company in (surgeon, other_maker, hospital):
        make_participant(event, company)
    make_participant(event, gone).left_at = NOON
    make_participant(other, gone)
    db.session.commit()

    page = client.get(f"/events/{event.public_id}").text

    assert "1 exporter<" in page
    assert "1 buyer<" in page
    assert "<dt>Exporters coming</dt><dd>2</dd>" in page


def test_an_unpublished_event_is_there_for_staff_only(client, sign_in):
    event = make_event(published_at=None)
    member, officer = sign_in(make_user()), sign_in(make_officer())
    address = f"/events/{event.public_id}"

    assert client.get(address).status_code == 404
    assert client.get(f"{address}.ics").status_code == 404
    assert member.get(address).status_code == 404
    assert "only the office sees this page" in officer.get(address).text


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [("en", "Fair", False), ("ja", "見本市", False), ("ur", "Fair", True)],
)
def test_a_missing_translation_falls_back_and_says_so(client, language, title, said):
    event = make_event(
        title={"en": "Fair", "ja": "見本市"}, summary={"en": "Rice", "ja": "米", "ur": "چاول"}
    )
    db.session.commit()

    page = client.get(f"/events/{event.public_id}?lang={language}").text

    assert f'dir="auto">{title}</h1>' in page
    assert f'<html lang="{language}"' in page
    assert ("soft small" in page.split("</h1>")[1].split("facts-line")[0]) is said


def test_markup_in_a_title_comes_out_as_text(client):
    event = make_event(title={"en": "<script>alert(1)</script>"}, summary={"en": "{{ 7*7 }}<b>"})
    db.session.commit()

    page = client.get(f"/events/{event.public_id}").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}&lt;b&gt;" in page


def test_visitors_are_led_to_register_and_members_to_apply(client, sign_in):
    event = make_event()
    owner, viewer = make_user(), make_user()
    exporter = make_exporter(owner)
    db.session.add(
        Member(company_id=exporter.id, user_id=viewer.id, role=MemberRole.VIEWER, joined_at=NOON)
    )
    buyer = make_buyer()
    apply = f"/events/{event.public_id}/apply/{exporter.public_id}"
    address = f"/events/{event.public_id}"
    db.session.commit()
    visitor = client.get(address).text
    as_owner, as_viewer = sign_in(owner).get(address).text, sign_in(viewer).get(address).text

    assert "kind=exporter" in visitor
    assert "kind=buyer" in visitor
    assert "/apply/" not in visitor
    assert f"{apply}?kind=exhibitor" in as_owner
    assert buyer.public_id not in as_owner
    assert apply not in as_viewer


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        (timedelta(days=2), timedelta(days=9), "Applications open on"),
        (timedelta(days=-9), timedelta(days=-2), "Applications closed on"),
        (timedelta(days=-2), timedelta(days=2), "Applications close on"),
    ],
)
def test_the_page_says_when_applications_are_taken(client, opens, closes, said):
    now = utcnow()
    event = make_event(applications_open_at=now + opens, applications_close_at=now + closes)
    db.session.commit()

    assert said in client.get(f"/events/{event.public_id}").text


def test_times_are_those_of_the_place(client):
    event = make_event(
        time_zone="Asia/Tokyo",
        country="JP",
        starts_on=date(2031, 3, 10),
        ends_on=date(2031, 3, 12),
        applications_open_at=datetime(2030, 12, 31, 15, tzinfo=UTC),
        applications_close_at=datetime(2031, 2, 28, 14, 59, tzinfo=UTC),
    )
    db.session.commit()

    page = client.get(f"/events/{event.public_id}").text

    assert "Wed 1 Jan 2031 00:00" in page
    assert "Fri 28 Feb 2031 23:59" in page
    assert "UTC+09:00" in page


def read_calendar(client, event):
    answer = client.get(f"/events/{event.public_id}.ics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    return answer, icalendar.Calendar.from_ical(answer.data)


def test_the_calendar_file_has_the_days_in_the_zone_of_the_event(client):
    event = make_event(
        time_zone="Asia/Tokyo",
        starts_on=date(2031, 3, 10),
        ends_on=date(2031, 3, 12),
        opens_at=time(9, 30),
        closes_at=time(17),
    )
    db.session.commit()

    answer, calendar = read_calendar(client, event)
    (zone,) = calendar.walk("VTIMEZONE")
    (entry,) = calendar.walk("VEVENT")

    assert zone["TZID"] == "Asia/Tokyo"
    assert entry["DTSTART"].params["TZID"] == "Asia/Tokyo"
    assert entry["DTSTART"].dt.isoformat() == "2031-03-10T09:30:00+09:00"
    assert entry["DTEND"].dt.isoformat() == "2031-03-10T17:00:00+09:00"
    assert entry["RRULE"].to_ical() == b"FREQ=DAILY;COUNT=3"
    assert entry["UID"] == f"{event.public_id}@matchmaker.example"
    assert entry["URL"] == f"http://matchmaker.example/events/{event.public_id}"
    assert f'filename="{event.code}.ics"' in answer.headers["Content-Disposition"]


def test_the_entry_keeps_its_uid_when_the_event_moves(client):
    event = make_event()
    db.session.commit()
    first = read_calendar(client, event)[1].walk("VEVENT")[0]
    event.ends_on += timedelta(days=1)
    db.session.commit()

    second = read_calendar(client, event)[1].walk("VEVENT")[0]

    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["RRULE"] != first["RRULE"]


def test_line_breaks_in_a_title_add_nothing_to_the_calendar_file(client):
    event = make_event(
        title={"en": "Fair\r\nATTENDEE:mailto:victim@example.com\nEND:VEVENT"},
        venue="Hall\r\nX-EVIL:1",
    )
    db.session.commit()

    answer, calendar = read_calendar(client, event)
    (entry,) = calendar.walk("VEVENT")

    assert entry["SUMMARY"] == "Fair ATTENDEE:mailto:victim@example.com END:VEVENT"
    assert "ATTENDEE" not in entry
    assert "X-EVIL" not in entry
    assert not [line for line in answer.text.splitlines() if line.startswith(("ATTENDEE", "X-EV"))]


def test_a_calendar_file_speaks_the_language_of_the_reader(client):
    event = make_event(title={"en": "Fair", "ja": "見本市"})
    db.session.commit()

    answer = client.get(f"/events/{event.public_id}.ics?lang=ja")
    (entry,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")

    assert entry["SUMMARY"] == "見本市"
    assert entry["SUMMARY"].params["LANGUAGE"] == "ja"


@pytest.mark.parametrize(
    ("language", "days", "written"),
    [
        ("en", (date(2026, 10, 23), date(2026, 10, 25)), "Fri 23 – Sun 25 Oct 2026"),
        ("en", (date(2026, 10, 30), date(2026, 11, 2)), "Fri 30 Oct – Mon 2 Nov 2026"),
        ("en", (date(2026, 10, 23), date(2026, 10, 23)), "Fri 23 Oct 2026"),
        ("ja", (date(2026, 10, 23), date(2026, 10, 25)), "2026年10月23日（金）～25日（日）"),
        ("ja", (date(2026, 10, 30), date(2026, 11, 2)), "2026年10月30日（金）～11月2日（月）"),
        (
            "ur",
            (date(2026, 10, 23), date(2026, 10, 25)),
            "جمعہ، 23 اکتوبر – اتوار، 25 اکتوبر، 2026",
        ),
    ],
)
def test_a_run_of_days_is_written_the_readers_way(client, language, days, written):
    event = make_event(starts_on=days[0], ends_on=days[1])
    db.session.commit()

    assert written in client.get(f"/events/{event.public_id}?lang={language}").text


def test_a_page_kept_for_visitors_holds_nothing_of_a_member_and_follows_the_event(
    client, sign_in, count_queries
):
    event, owner = make_event(), make_user()
    exporter = make_exporter(owner)
    member = sign_in(owner)
    address = f"/events/{event.public_id}"
    assert "/apply/" in member.get(address).text
    assert "/apply/" not in client.get(address).text

    with count_queries() as statements:
        again = client.get(address).text

    assert len(statements) == 1
    assert "Nobody has been accepted yet" in again
    assert "/apply/" in member.get(address).text
    make_participant(event, exporter)
    db.session.commit()
    assert "<dt>Exporters coming</dt><dd>1</dd>" in client.get(address).text
    event.title = {"en": "Moved"}
    db.session.commit()
    assert ">Moved</h1>" in client.get(address).text
    event.applications_close_at = utcnow()
    db.session.commit()
    assert "Applications closed on" in client.get(address).text


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Applications close on Mon 31 Mar 2031, end of the day (Japan Time)."),
        ("ja", "2031年3月31日（月） 24:00"),
        ("ur", "پیر، 31 مارچ 2031، دن کے آخر"),
    ],
)
def test_a_deadline_at_midnight_is_the_end_of_the_day_before(client, language, written):
    event = make_event(
        time_zone="Asia/Tokyo",
        starts_on=date(2031, 5, 10),
        ends_on=date(2031, 5, 12),
        applications_close_at=datetime(2031, 3, 31, 15, tzinfo=UTC),
    )
    db.session.commit()

    assert written in client.get(f"/events/{event.public_id}?lang={language}").text


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "<bdi>Expo Centre</bdi>, <bdi>Karachi</bdi>, <bdi>Pakistan</bdi>"),
        ("ja", "<bdi>Expo Centre</bdi>、<bdi>Karachi</bdi>、<bdi>パキスタン</bdi>"),
        ("ur", "<bdi>Expo Centre</bdi>، <bdi>Karachi</bdi>، <bdi>پاکستان</bdi>"),
    ],
)
def test_the_parts_of_a_place_are_joined_as_the_language_joins_them(client, language, written):
    event = make_event(venue="Expo Centre")
    db.session.commit()

    assert written in client.get(f"/events/{event.public_id}?lang={language}").text


def test_markup_in_a_place_comes_out_as_text(client):
    event = make_event(venue="<i>Hall</i>")
    db.session.commit()

    page = client.get(f"/events/{event.public_id}").text

    assert "<bdi>&lt;i&gt;Hall&lt;/i&gt;</bdi>" in page
