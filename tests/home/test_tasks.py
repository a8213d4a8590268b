"""Home lists what to do next, for this person only."""

from __future__ import annotations

from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Member, Need, Product
from matchmaker.companies.queries import companies_of
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.home.tasks import company_tasks, officer_tasks
from matchmaker.matches.enums import SuggestionState
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.models import Application
from tests.build import (
    NOON,
    make_buyer,
    make_event,
    make_exporter,
    make_officer,
    make_product,
    make_suggestion,
    make_user,
)


def endpoints(user):
    (company,) = companies_of(user)
    return [task.endpoint for task in company_tasks(company, utcnow())]


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
