"""Stored answers about readiness follow who exhibits at which event."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.compliance.models import ProductReadiness
from matchmaker.compliance.services.pack import load_pack
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.events.enums import ParticipantRole
from matchmaker.participation import queries, services
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.readiness_services import follow_events
from tests.build import (
    make_application,
    make_buyer,
    make_event,
    make_exporter,
    make_officer,
    make_participant,
    make_product,
)


@pytest.fixture
def _pack(app):
    load_pack(now=utcnow())


pytestmark = pytest.mark.usefixtures("_pack")


def answers(event):
    """Return what is stored for an event: product, last day, whether in Japan."""
    rows = db.session.scalars(
        sa.select(ProductReadiness)
        .where(ProductReadiness.occasion == event.public_id)
        .order_by(ProductReadiness.product_id)
    )
    return [(row.product_id, row.event_end, row.in_market) for row in rows]


def decide(application, state):
    services.decide_application(
        queries.whole_application(application.public_id),
        state,
        officer=make_officer(),
        seen_version=application.version,
        reason="No place is left",
        now=utcnow(),
    )


def test_accepted_exhibitor_has_answers_for_the_event_at_once():
    event, company = make_event(country="JP"), make_exporter()
    scissors, forceps = make_product(company), make_product(company)
    make_product(company, withdrawn_at=utcnow())
    make_product()  # somebody else's
    application = make_application(event, company=company, state=ApplicationState.SUBMITTED)

    decide(application, ApplicationState.ACCEPTED)

    assert answers(event) == [
        (scissors.id, event.ends_on, True),
        (forceps.id, event.ends_on, True),
    ]


def test_company_that_loses_its_place_loses_the_answers_of_this_event_only():
    event, other, company = make_event(), make_event(), make_exporter()
    product = make_product(company)
    application = make_application(event, company=company, state=ApplicationState.SUBMITTED)
    decide(application, ApplicationState.ACCEPTED)
    make_participant(other, company)
    follow_events(now=utcnow())

    decide(application, ApplicationState.REJECTED)

    assert answers(event) == []
    assert answers(other) == [(product.id, other.ends_on, False)]


def test_visiting_buyer_gets_no_answers():
    event, company = make_event(), make_buyer(is_exporter=True)
    make_product(company)
    application = make_application(
        event, company=company, kind=ApplicationKind.BUYER, state=ApplicationState.SUBMITTED
    )

    decide(application, ApplicationState.ACCEPTED)
    follow_events(now=utcnow())

    assert answers(event) == []


def test_sweep_makes_what_is_missing_and_follows_other_days():
    event, company = make_event(), make_exporter()
    product = make_product(company)
    make_participant(event, company)
    follow_events(now=utcnow())
    assert answers(event) == [(product.id, event.ends_on, False)]

    event.ends_on += timedelta(days=1)
    event.country = "JP"
    later = make_product(company)
    db.session.flush()
    follow_events(now=utcnow())

    assert answers(event) == [
        (product.id, event.ends_on, True),
        (later.id, event.ends_on, True),
    ]


def test_sweep_takes_away_what_is_not_shown_any_more():
    event, company = make_event(), make_exporter()
    make_product(company)
    part = make_participant(event, company)
    follow_events(now=utcnow())

    part.left_at = utcnow()
    db.session.flush()
    follow_events(now=utcnow())

    assert answers(event) == []


def test_answers_of_an_event_that_is_over_stay_as_they_were():
    event, company = make_event(), make_exporter()
    product = make_product(company)
    part = make_participant(event, company, ParticipantRole.EXHIBITOR)
    follow_events(now=utcnow())
    part.left_at = utcnow()
    db.session.flush()

    follow_events(now=utcnow() + timedelta(days=365))

    assert answers(event) == [(product.id, event.ends_on, False)]


def test_sweep_with_nothing_to_do_writes_nothing(count_queries):
    event, company = make_event(), make_exporter()
    make_product(company)
    make_participant(event, company)
    follow_events(now=utcnow())
    db.session.commit()

    with count_queries() as statements:
        follow_events(now=utcnow())

    assert {statement.split()[0] for statement in statements} == {"SELECT"}
    assert len(statements) == 3  # what is loaded, what is left over, what is missing
