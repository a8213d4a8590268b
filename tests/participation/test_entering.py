"""Officers enter companies for an event on their behalf."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.enums import Role
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.models import Application
from tests.build import (
    NOON,
    make_application,
    make_buyer,
    make_event,
    make_exporter,
    make_officer,
    make_product,
    make_user,
)
from tests.participation.test_consent import refuse

State = ApplicationState


def listed(answer) -> list[str]:
    return re.findall(r'aria-label="Choose (Company[^"]*|[^"]*Works)"', answer.text)


def applications() -> list[Application]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Application).order_by(Application.id)))


def test_the_list_holds_those_of_one_side_that_have_not_applied(sign_in):
    event, other = make_event(), make_event()
    applied, fresh = make_exporter(name="Applied Works"), make_exporter(name="Fresh Works")
    make_application(event, applied)
    make_application(other, fresh)
    make_exporter(name="Erased Works", erased_at=NOON)
    make_buyer(name="Buyer Works")
    address = f"/events/{event.public_id}/applications/new"
    browser = sign_in(make_officer())

    assert listed(browser.get(address)) == ["Fresh Works"]
    assert listed(browser.get(f"{address}?kind=buyer")) == ["Buyer Works"]
    assert listed(browser.get(f"{address}?q=fresh")) == ["Fresh Works"]
    assert "No company fits" in browser.get(f"{address}?q=nobody").text


def test_the_list_says_what_an_officer_should_look_at(sign_in):
    event = make_event()
    ready, bare = make_exporter(register_number="1234567-8"), make_exporter()
    make_product(ready)
    make_product(ready, name="Forceps")
    refuse(bare)
    names = ready.name, bare.name
    address = f"/events/{event.public_id}/applications/new"
    browser = sign_in(make_officer())

    page = browser.get(address).text
    first, second = page.split("<tbody>")[1].split("</tr>")[:2]

    assert names[0] in first
    assert '<td data-label="Products">2</td>' in first
    assert "No register number" not in first
    assert "Does not want suggestions" not in first
    assert names[1] in second
    assert "None entered" in second
    assert "No register number" in second
    assert "Does not want suggestions" in second


@pytest.mark.parametrize("sent", [["\x00"], ["a\x00b"]])
def test_ids_that_no_store_takes_enter_nobody(sign_in, sent):
    event = make_event()
    address = f"/events/{event.public_id}/applications/new"

    answer = sign_in(make_officer()).submit(address, {"chosen": sent})

    assert answer.status_code in {303, 422}
    assert applications() == []


def test_those_ticked_are_entered_and_everybody_sees_by_whom(sign_in):
    event, owner, officer = make_event(), make_user(), make_officer()
    first, second, third = make_exporter(owner), make_exporter(), make_exporter()
    numbers, public_id, officer_id = [first.id, second.id], first.public_id, officer.id
    chosen = [first.public_id, second.public_id]
    address = f"/events/{event.public_id}/applications/new?kind=exhibitor"
    left_out = third.id
    browser = sign_in(officer)

    answer = browser.submit(address, {"chosen": chosen})

    assert answer.status_code == 303
    assert "2 companies are entered." in browser.get(answer.location).text
    made = applications()
    assert [row.company_id for row in made] == numbers
    assert left_out not in [row.company_id for row in made]
    assert {(row.kind, row.state) for row in made} == {
        (ApplicationKind.EXHIBITOR, State.SUBMITTED)
    }
    entry = db.session.scalars(
        sa.select(AuditEntry).where(
            AuditEntry.object_id == public_id, AuditEntry.action == "company.acted_for"
        )
    ).one()
    assert (entry.actor_id, entry.after) == (officer_id, {"what": "application.send"})
    page = sign_in(owner).get(f"/companies/{public_id}").text
    assert "Applied to take part in an event" in page


def test_who_applied_meanwhile_is_left_alone_and_counted(sign_in):
    event, company = make_event(), make_exporter()
    make_application(event, company, State.ACCEPTED)
    buyer = make_buyer()
    address = f"/events/{event.public_id}/applications/new"
    chosen = [company.public_id, buyer.public_id, "nonsense"]
    browser = sign_in(make_officer())

    answer = browser.submit(address, {"chosen": chosen})

    assert "3 companies were left alone" in browser.get(answer.location).text
    assert [row.state for row in applications()] == [State.ACCEPTED]


def test_nobody_ticked_is_said(sign_in):
    event = make_event()
    make_exporter()

    answer = sign_in(make_officer()).submit(f"/events/{event.public_id}/applications/new")

    assert answer.status_code == 422
    assert "Choose at least one company." in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"published_at": None}, "Publish the event first"),
        ({"applications_close_at": utcnow() - timedelta(hours=1)}, "are closed."),
        ({"applications_open_at": utcnow() + timedelta(days=2)}, "are not open yet."),
    ],
)
def test_nobody_is_entered_while_nothing_is_taken_and_the_ticks_stay(sign_in, changes, said):
    event, company = make_event(**changes), make_exporter()
    address, chosen = f"/events/{event.public_id}/applications/new", company.public_id
    browser = sign_in(make_officer())

    answer = browser.submit(address, {"chosen": [chosen]})

    assert said in browser.get(address).text
    assert answer.status_code == 409
    assert said in answer.text
    assert f'value="{chosen}" checked' in answer.text
    assert applications() == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_runs_the_same_queries_for_any_number_of_companies(rows, sign_in, count_queries):
    event = make_event()
    for _ in range(rows):
        make_exporter()
    address = f"/events/{event.public_id}/applications/new"
    browser = sign_in(make_officer())

    with count_queries() as statements:
        answer = browser.get(address)

    assert len(listed(answer)) == rows
    # the session; the event; the count, the rows, their goods, consents
    assert len(statements) == 6


def test_an_officer_enters_a_company_from_its_own_page(sign_in):
    owner = make_user()
    company = make_exporter(owner)
    event, applied = make_event(), make_event()
    make_event(published_at=None)
    make_application(applied, company)
    address = f"/companies/{company.public_id}"
    enter = f"/events/{event.public_id}/apply/{company.public_id}?kind=exhibitor"
    browser, member = sign_in(make_officer()), sign_in(owner)

    assert f'href="{address}/events"' in browser.get(address).text
    assert f'href="{address}/events"' not in member.get(address).text
    page = browser.get(f"{address}/events").text
    assert f'href="{enter}"' in page
    assert page.count("/apply/") == 1
    assert page.count("See the application") == 1
    assert member.get(f"{address}/events").status_code == 404


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OBSERVER, Role.INTERPRETER])
def test_only_officers_enter_companies(sign_in, role):
    event, company = make_event(), make_exporter()
    address, chosen = f"/events/{event.public_id}/applications/new", company.public_id
    make = make_user if role is Role.MEMBER else make_officer
    browser = sign_in(make(role=role))

    assert browser.get(address).status_code == 404
    assert browser.submit(address, {"chosen": [chosen]}).status_code == 404
    assert browser.get(f"/companies/{chosen}/events").status_code == 404
    assert applications() == []
