"""Home lists what to do next, for this person only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matchmaker.companies.enums import MemberRole, Purpose
from matchmaker.companies.models import Consent, Member, Need, Product
from matchmaker.companies.queries import companies_of
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.home.tasks import company_tasks, officer_tasks
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import MatchRun
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.models import Application
from tests.build import (
    NOON,
    make_application,
    make_buyer,
    make_event,
    make_exporter,
    make_officer,
    make_participant,
    make_product,
    make_suggestion,
    make_user,
)
from tests.security.pages import read


def endpoints(user):
    (company,) = companies_of(user)
    return [task.endpoint for task in company_tasks(company, user, utcnow())]


def test_an_exporter_without_products_is_asked_for_one(app):
    owner = make_user()
    make_exporter(owner)

    assert "goods.add_product" in endpoints(owner)


def test_a_buyer_without_needs_is_asked_for_one(app):
    owner = make_user()
    make_buyer(owner)

    assert "goods.add_need" in endpoints(owner)


def test_a_product_without_code_is_pointed_at(app):
    owner = make_user()
    make_product(make_exporter(owner), hs_code=None)

    assert "goods.products" in endpoints(owner)
    assert "goods.add_product" not in endpoints(owner)


def test_an_open_event_is_offered_until_it_is_asked_for(app):
    owner = make_user()
    company = make_exporter(owner)
    event = make_event()
    assert "events.page" in endpoints(owner)

    db.session.add(
        Application(
            event_id=event.id,
            company_id=company.id,
            kind=ApplicationKind.EXHIBITOR,
            state=ApplicationState.SUBMITTED,
            created_at=NOON,
            changed_at=NOON,
        )
    )
    db.session.flush()

    assert "events.page" not in endpoints(owner)


def test_an_approved_partner_is_announced_to_both_companies(app):
    suggestion = make_suggestion(state=SuggestionState.APPROVED)
    sides = (
        db.session.get_one(Product, suggestion.product_id),
        db.session.get_one(Need, suggestion.need_id),
    )
    for company_id in (side.company_id for side in sides):
        person = make_user()
        db.session.add(
            Member(
                company_id=company_id, user_id=person.id, role=MemberRole.VIEWER, joined_at=NOON
            )
        )
        db.session.flush()
        assert "matches.of_company" in endpoints(person)


def test_an_officer_sees_what_waits_at_each_event(app):
    officer = make_officer()
    make_suggestion()

    (task,) = officer_tasks(officer, utcnow())

    assert task.endpoint == "matches.queue"
    assert task.title == "1 suggestion waits for your review"


def task_at(endpoint, tasks):
    (found,) = [task for task in tasks if task.endpoint == endpoint]
    return found


def tasks_of(person):
    (company,) = companies_of(person)
    return company_tasks(company, person, utcnow())


def agree(company, owner, *, given):
    db.session.add(
        Consent(
            company_id=company.id, purpose=Purpose.SUGGESTIONS, given=given, wording="Yes",
            language="en", by_id=owner.id, at=NOON,
        )
    )  # fmt: skip
    db.session.flush()


def test_without_consent_to_suggestions_that_comes_first_and_warns(app):
    owner = make_user()
    company = make_exporter(owner)
    assert "companies.consents" not in endpoints(owner)

    agree(company, owner, given=False)

    first = tasks_of(owner)[0]
    assert (first.endpoint, first.warns) == ("companies.consents", True)
    agree(company, owner, given=True)
    assert "companies.consents" not in endpoints(owner)


def test_who_does_not_own_the_company_is_sent_to_the_owner(app):
    owner, person = make_user(), make_user()
    company = make_exporter(owner)
    agree(company, owner, given=False)
    db.session.add(
        Member(company_id=company.id, user_id=person.id, role=MemberRole.EDITOR, joined_at=NOON)
    )
    db.session.flush()

    assert tasks_of(person)[0].endpoint == "companies.members"


@pytest.mark.parametrize(
    ("state", "title", "done"),
    [
        (ApplicationState.DRAFT, "Send your application to TEXPO", False),
        (ApplicationState.SUBMITTED, "You have applied to TEXPO", True),
        (ApplicationState.UNDER_REVIEW, "You have applied to TEXPO", True),
        (ApplicationState.ACCEPTED, "You take part in TEXPO", True),
        (ApplicationState.WAITLISTED, "You are on the waiting list of TEXPO", True),
        (ApplicationState.REJECTED, "Your application to TEXPO was declined", True),
    ],
)
def test_an_application_stands_on_home_with_its_state(app, state, title, done):
    owner = make_user()
    make_application(make_event(title={"en": "TEXPO"}), make_exporter(owner), state)

    task = task_at("participation.application", tasks_of(owner))

    assert (task.title, task.done) == (title, done)


def test_a_withdrawn_application_does_not_stand_on_home(app):
    owner = make_user()
    make_application(make_event(), make_exporter(owner), ApplicationState.WITHDRAWN)

    assert "participation.application" not in endpoints(owner)


def test_home_shows_warning_and_application(sign_in):
    owner = make_user()
    company = make_exporter(owner)
    agree(company, owner, given=False)
    make_application(make_event(title={"en": "TEXPO"}), company)
    db.session.commit()

    page = sign_in(owner).get("/").text

    assert "Needed" in page
    assert "You have applied to TEXPO" in page


def make_run(event, read_at, **given):
    run = MatchRun(
        event_id=event.id, created_at=NOON, weights={}, limits={}, seed=0, data_at=read_at
    )
    run.finished_at = given.get("finished_at", read_at)
    db.session.add(run)
    db.session.flush()


def test_officers_are_told_who_joined_since_the_last_run(app):
    officer, event = make_officer(), make_event()
    company = make_exporter()
    make_participant(event, company)
    make_participant(event, make_exporter()).left_at = NOON
    later = make_event()
    make_participant(later, make_exporter())
    make_run(event, NOON - timedelta(days=1))
    make_run(later, NOON + timedelta(days=1))
    make_run(later, NOON - timedelta(days=1))
    make_run(event, NOON + timedelta(days=1), finished_at=None)

    titles = {task.arguments["public_id"]: task.title for task in officer_tasks(officer, utcnow())}

    assert titles == {
        event.public_id: "1 company has joined since the last match run",
        later.public_id: "Have matches suggested",
    }


def test_the_menu_of_every_page_leads_home_and_to_the_company(sign_in):
    owner, officer = make_user(), make_officer()
    company = make_exporter(owner)
    place = f"/companies/{company.public_id}"
    db.session.commit()
    member = sign_in(owner)

    menu = read(member.get("/events").text, "/events").links
    assert {"/", "/company", "/events", "/account"} <= set(menu)
    assert member.get("/company").location == place
    assert "/company" not in read(sign_in(officer).get("/events").text, "/events").links


def test_who_has_no_company_or_several_is_led_home(sign_in):
    nobody, owner = make_user(), make_user()
    make_exporter(owner)
    make_exporter(owner)
    db.session.commit()

    assert sign_in(nobody).get("/company").location == "/"
    assert sign_in(owner).get("/company").location == "/"


def test_a_deadline_is_said_by_the_clock_of_the_event(app):
    owner = make_user(time_zone="Asia/Tokyo")
    make_exporter(owner)
    midnight = utcnow().replace(hour=19, minute=0) + timedelta(days=9)
    last_day = (midnight - timedelta(hours=1)).strftime("%-d %b %Y")
    make_event(applications_close_at=midnight)  # 00:00 in Karachi
    (company,) = companies_of(owner)

    tasks = company_tasks(company, owner, utcnow())

    (why,) = [task.why for task in tasks if task.endpoint == "events.page"]
    assert why.endswith(f" {last_day}, end of the day (Pakistan Time).")
