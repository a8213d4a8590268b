"""The officer's list of applications, and the overview of an event."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.db.base import db
from matchmaker.events.models import EventSector
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.models import Application
from tests.build import (
    NOON,
    make_application,
    make_buyer,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_product,
)

State = ApplicationState


def reloaded(public_id):
    db.session.rollback()
    return db.session.scalars(
        sa.select(Application).where(Application.public_id == public_id)
    ).one()


def names(answer):
    assert answer.status_code == 200
    rows = answer.text.split('class="row-link"')[1:]
    return [row.split("<bdi")[1].split(">")[1].split("<")[0] for row in rows]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_runs_the_same_queries_for_any_number_of_applications(
    rows, sign_in, count_queries
):
    event = make_event()
    db.session.add(EventSector(event_id=event.id, sector_code="MEDI"))
    for _ in range(rows):
        make_application(event)
    make_application(make_event())
    address = f"/events/{event.public_id}/applications"
    browser = sign_in(make_officer())

    with count_queries() as statements:
        answer = browser.get(address)

    assert len(names(answer)) == rows
    # the session; the event; the count, the rows, the numbers by state, their goods, consents
    assert len(statements) == 7


@pytest.fixture
def listed(app):
    """An event with four applications, and one of another event."""
    event = make_event()
    db.session.add_all(
        [EventSector(event_id=event.id, sector_code=code) for code in ("MEDI", "TEXT")]
    )
    towels = make_exporter(name="Towels 100%")
    scissors = make_exporter(name="Scissors Ltd")
    hospital = make_buyer(name="大阪病院", name_latin="Osaka Hospital", name_kana="オオサカ")
    make_product(towels, hs_code=None, sector_code="TEXT-TOWEL")
    make_product(scissors)
    make_need(hospital)
    make_application(event, towels, State.ACCEPTED, created_at=NOON)
    make_application(event, scissors, created_at=NOON + timedelta(hours=2))
    make_application(event, hospital, created_at=NOON + timedelta(hours=1))
    make_application(event, make_exporter(name="Drafty"), State.DRAFT)
    make_application(make_event(), make_exporter(name="Elsewhere"))
    return event


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Towels 100%", "大阪病院", "Scissors Ltd"]),
        ("sort=-applied", ["Scissors Ltd", "大阪病院", "Towels 100%"]),
        ("sort=company", ["大阪病院", "Scissors Ltd", "Towels 100%"]),
        ("kind=buyer", ["大阪病院"]),
        ("state=accepted", ["Towels 100%"]),
        ("state=draft", ["Drafty"]),
        ("sector=MEDI", ["大阪病院", "Scissors Ltd"]),
        ("sector=TEXT", ["Towels 100%"]),
        ("q=osaka", ["大阪病院"]),
        ("q=大阪", ["大阪病院"]),
        ("q=100%25", ["Towels 100%"]),
        ("q=%25", ["Towels 100%"]),
        ("q=_", []),
        ("q=' OR 1=1 --", []),
        ("sort=id;drop&kind=x&state=y", ["Towels 100%", "大阪病院", "Scissors Ltd"]),
    ],
)
def test_the_list_is_filtered_and_sorted_by_its_address(listed, sign_in, query, expected):
    address = f"/events/{listed.public_id}/applications?{query}"

    answer = sign_in(make_officer()).get(address)

    assert names(answer) == expected
    if expected:
        assert f"{len(expected)} of 3" in answer.text


def chosen(*public_ids):
    return [f"{p}.{reloaded(p).version}" for p in public_ids]


def test_the_bulk_bar_decides_what_was_ticked_and_names_what_was_left(listed, sign_in):
    scissors, hospital = (
        db.session.scalars(
            sa.select(Application.public_id)
            .where(Application.state == State.SUBMITTED, Application.event_id == listed.id)
            .order_by(Application.id)
        )
    ).all()
    address = f"/events/{listed.public_id}/applications"
    browser = sign_in(make_officer())
    ticked = chosen(scissors, hospital)
    browser.submit(f"/applications/{hospital}/decision", {"state": "shortlisted", "version": 1})

    answer = browser.submit(f"{address}?kind=", {"chosen": ticked, "state": "accepted"})

    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "1 application decided" in page
    left = page.split("These were left alone")[1].split("</ul>")[0]
    assert "大阪病院" in left
    assert "Scissors" not in left
    assert reloaded(scissors).state is State.ACCEPTED
    assert reloaded(hospital).state is State.SHORTLISTED


def test_a_bulk_rejection_without_reason_keeps_the_ticks(listed, sign_in):
    public_id = db.session.scalars(
        sa.select(Application.public_id).where(Application.kind == ApplicationKind.BUYER)
    ).one()
    address = f"/events/{listed.public_id}/applications"
    browser = sign_in(make_officer())

    ticked = {"chosen": chosen(public_id), "state": "rejected"}
    answer = browser.submit(address, ticked)

    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert f'value="{public_id}.1" checked' in answer.text
    assert reloaded(public_id).state is State.SUBMITTED
    assert browser.submit(address, ticked | {"reason": "Full"}).status_code == 303
    assert reloaded(public_id).state is State.REJECTED


@pytest.mark.parametrize("ticked", [[], ["nonsense"], ["a.b"], [".1"], ["x.99999999999"]])
def test_nothing_ticked_decides_nothing(listed, sign_in, ticked):
    answer = sign_in(make_officer()).submit(
        f"/events/{listed.public_id}/applications", {"chosen": ticked, "state": "accepted"}
    )

    assert answer.status_code == 422
    assert "Choose at least one application." in answer.text


def test_the_overview_counts_and_says_what_to_do_next(listed, sign_in):
    page = sign_in(make_officer()).get(f"/events/{listed.public_id}/overview").text
    exhibitors = f'/events/{listed.public_id}/applications?kind=exhibitor">'

    assert "2 new applications wait for you" in page
    assert "No buyer is accepted yet" in page
    assert f"{exhibitors}2</a>" in page
    assert 'kind=exhibitor&amp;state=accepted">1</a>' in page
    assert 'kind=buyer&amp;state=accepted">0</a>' in page


def test_empty_lists_say_why(sign_in):
    event = make_event()
    address = f"/events/{event.public_id}"
    browser = sign_in(make_officer())

    assert "No applications yet" in browser.get(f"{address}/applications").text
    assert "No application fits" in browser.get(f"{address}/applications?q=x").text
    assert "Nobody has applied yet" in browser.get(f"{address}/overview").text


def test_the_enter_key_decides_nothing_and_keeps_what_was_typed(sign_in):
    event = make_event()
    application = make_application(event)
    public_id, ticked = application.public_id, f"{application.public_id}.{application.version}"
    address = f"/events/{event.public_id}/applications"
    browser = sign_in(make_officer())

    form = browser.get(address).text.split('<form method="post" action="/events/')[1]
    pressed_by_enter = form.split("<button")[1].split(">")[0]
    answer = browser.submit(
        address, {"chosen": ticked, "state": "", "reason": "Please send the licence"}
    )

    assert 'name="state" value=""' in pressed_by_enter
    assert answer.status_code == 422
    assert "Press one of the buttons." in answer.text
    assert "Choose at least one application." not in answer.text
    assert 'value="Please send the licence"' in answer.text
    assert f'value="{ticked}" checked' in answer.text
    assert reloaded(public_id).state is State.SUBMITTED
