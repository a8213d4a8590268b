"""At half past one in the night in Pakistan it is tomorrow already, though not yet in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from matchmaker.compliance.enums import AgreementStage
from matchmaker.compliance.models import ProductReadiness
from matchmaker.compliance.readiness_queries import due_products
from matchmaker.compliance.services import agreements, border, papers
from matchmaker.compliance.services.border import About
from matchmaker.compliance.services.lapsing import warn_of_lapsing
from matchmaker.compliance.services.readiness import renew_due
from matchmaker.db.base import db
from matchmaker.jobs.models import OutboxMessage
from tests.build import make_exporter, make_officer, make_user
from tests.compliance.papers import make_mangoes, make_paper
from tests.compliance.test_agreements import facts as agreement_facts
from tests.compliance.test_border_log import facts as case_facts

NIGHT = datetime(2027, 3, 12, 20, 30, tzinfo=UTC)
"""01:30 of the 13th in Karachi, 05:30 in Tokyo."""
TODAY, TOMORROW = date(2027, 3, 13), date(2027, 3, 14)
pytestmark = pytest.mark.usefixtures("pack")


def test_a_paper_issued_today_is_taken_and_one_of_tomorrow_is_not():
    def faulty(issued_on):
        paper = papers.PaperFacts("C-PHYTO", "1", "Plant protection", issued_on, None)
        return list(papers.faults(paper, now=NIGHT))

    assert (faulty(TODAY), faulty(TOMORROW)) == ([], ["issued_on"])


def test_a_paper_issued_today_makes_ready_today():
    company = make_exporter()
    product = make_mangoes(company, without="C-TR-RESID")
    make_paper(company, "C-TR-RESID", issued_on=TODAY)
    db.session.commit()

    renew_due(now=NIGHT)

    answer = db.session.get(ProductReadiness, (product.id, ""))
    assert (answer.as_of, answer.shipment_level) == (TODAY, "READY")
    assert due_products(today=TODAY, most=10) == []


def test_answers_of_before_midnight_are_due_after_it():
    product = make_mangoes()
    db.session.commit()
    renew_due(now=NIGHT - timedelta(hours=2))

    renew_due(now=NIGHT)

    assert db.session.get(ProductReadiness, (product.id, "")).as_of == TODAY


def test_a_border_case_of_today_is_taken_and_one_of_tomorrow_is_not():
    officer = make_officer()

    def add(day):
        return border.add_case(
            case_facts(happened_on=day), About(None, None), actor=officer, now=NIGHT
        )

    assert add(TODAY).happened_on == TODAY
    with pytest.raises(border.WrongCaseError):
        add(TOMORROW)


def test_an_agreement_is_in_force_from_today_and_not_from_tomorrow():
    officer = make_officer()

    def add(**given):
        facts = agreement_facts(**given)
        return agreements.add_agreement(facts, both_apply=True, actor=officer, now=NIGHT)

    assert add(starts_on=TODAY).starts_on == TODAY
    assert add(stage=AgreementStage.ENDED, ends_on=TODAY).ends_on == TODAY
    with pytest.raises(agreements.WrongAgreementError):
        add(starts_on=TOMORROW)
    with pytest.raises(agreements.WrongAgreementError):
        add(ends_on=TODAY - timedelta(days=1))


def test_days_left_are_counted_from_today():
    company = make_exporter(make_user(language="en"))
    make_paper(company, "C-VHT-FAC", valid_to=TODAY + timedelta(days=7))
    db.session.commit()

    assert warn_of_lapsing(now=NIGHT) == 1

    assert "days left: 7" in db.session.query(OutboxMessage.text).one()[0]


def test_the_list_of_papers_counts_from_today(sign_in):
    owner = make_user()
    company = make_exporter(owner)
    make_paper(company, "C-VHT-FAC", valid_to=TODAY)
    db.session.commit()

    with time_machine.travel(NIGHT, tick=False):
        page = sign_in(owner).get(f"/companies/{company.public_id}/certificates").text

    assert "today is its last day" in page
