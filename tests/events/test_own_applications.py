"""The public page of an event says what became of the reader's own application."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from tests.build import make_application, make_event, make_exporter, make_user

State = ApplicationState


@pytest.mark.parametrize(
    ("state", "label", "button"),
    [
        (State.SUBMITTED, "Submitted", None),
        (State.ACCEPTED, "Accepted", None),
        (State.REJECTED, "Rejected", None),
        (State.DRAFT, "Draft", "Go on with the draft"),
        (State.WITHDRAWN, "Withdrawn", "Apply again"),
    ],
)
def test_who_has_applied_sees_the_state_in_place_of_the_offer(sign_in, state, label, button):
    owner = make_user()
    event = make_event()
    application = make_application(event, make_exporter(owner), state)
    link = f'<a href="/applications/{application.public_id}">See the application</a>'
    browser = sign_in(owner)

    page = browser.get(f"/events/{event.public_id}").text

    assert f"<span>{label}</span></span> {link}" in page
    assert "Take part as an exporter" not in page
    assert ("/apply/" in page) is (button is not None)
    assert (button or "Your application as an exporter") in page


def test_the_state_stands_there_after_applications_have_closed(sign_in):
    owner, now = make_user(), utcnow()
    event = make_event(
        applications_open_at=now - timedelta(days=9), applications_close_at=now - timedelta(days=1)
    )
    make_application(event, make_exporter(owner), State.WAITLISTED)

    page = sign_in(owner).get(f"/events/{event.public_id}").text

    assert "On the waiting list" in page
    assert "Applications closed on" in page


def test_each_kind_and_each_company_is_told_apart(sign_in):
    owner = make_user()
    event = make_event()
    both, other = make_exporter(owner, name="Both", is_buyer=True), make_exporter(owner)
    make_application(event, both, State.ACCEPTED, kind=ApplicationKind.BUYER)
    make_application(make_event(), other, State.REJECTED)
    apply = f"/events/{event.public_id}/apply"
    offered = [f"{apply}/{company.public_id}?kind=exhibitor" for company in (both, other)]
    not_again = f"{apply}/{both.public_id}?kind=buyer"

    page = sign_in(owner).get(f"/events/{event.public_id}").text

    assert "Your application as a buyer · <bdi>Both</bdi>" in page
    assert "Rejected" not in page
    assert all(address in page for address in offered)
    assert not_again not in page


def test_visitors_and_strangers_see_nothing_of_an_application(client, sign_in):
    event = make_event()
    make_application(event, make_exporter(name="Secret company"), State.REJECTED)
    stranger = make_user()
    make_exporter(stranger)
    address = f"/events/{event.public_id}"
    pages = [sign_in(stranger).get(address).text, client.get(address).text]

    assert ["Rejected" in page or "Secret company" in page for page in pages] == [False, False]


@pytest.mark.parametrize("companies", [1, 3])
def test_the_page_of_a_member_runs_the_same_queries_for_any_number_of_companies(
    companies, sign_in, count_queries
):
    owner, event = make_user(), make_event()
    for _ in range(companies):
        make_application(event, make_exporter(owner))
    address = f"/events/{event.public_id}"
    browser = sign_in(owner)
    db.session.commit()

    with count_queries() as statements:
        page = browser.get(address).text

    assert page.count("See the application") == companies
    # the session; the event; who is coming; own companies, their members; their applications
    assert len(statements) == 6
