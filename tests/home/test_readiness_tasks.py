"""Home tells exporters and officers what there is to do about papers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from matchmaker.companies.queries import companies_of
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.services.pack import load_pack
from matchmaker.compliance.services.readiness import renew_company
from matchmaker.db.clock import utcnow
from matchmaker.home.tasks import company_tasks, officer_tasks
from matchmaker.reference.day_queries import office_day
from tests.build import make_buyer, make_exporter, make_officer, make_product, make_user
from tests.compliance.papers import make_mangoes, make_paper

TODAY = office_day(utcnow())


@pytest.fixture
def _pack(app):
    load_pack(now=utcnow())


pytestmark = pytest.mark.usefixtures("_pack")


def tasks_of(user, endpoint):
    (company,) = companies_of(user)
    renew_company(company.id, now=utcnow())
    found = company_tasks(company, user, utcnow())
    return [(task.title, task.why) for task in found if task.endpoint == endpoint]


def test_product_that_is_kept_out_is_named_with_the_paper_to_get():
    owner = make_user()
    make_mangoes(make_exporter(owner), without="C-VHT-FAC", name="Chaunsa")

    ((title, why),) = tasks_of(owner, "compliance.company")

    assert title == "Chaunsa is not allowed into Japan yet"
    assert why.startswith("For Chaunsa, see to this first: Vapour heat")


def test_several_products_that_are_kept_out_are_one_task():
    owner = make_user()
    company = make_exporter(owner)
    make_mangoes(company, without="C-VHT-FAC", name="Chaunsa")
    make_product(company, hs_code="100630", sector_code="AGRI-RICE")

    ((title, why),) = tasks_of(owner, "compliance.company")

    assert title == "2 products are not allowed into Japan yet"
    assert "Chaunsa" in why  # it lacks the least


def test_ready_products_and_buyers_have_no_task():
    owner, buyer = make_user(), make_user()
    make_mangoes(make_exporter(owner))
    make_buyer(buyer)
    make_mangoes(make_exporter(), without="C-VHT-FAC")  # somebody else's

    assert tasks_of(owner, "compliance.company") == []
    assert tasks_of(buyer, "compliance.company") == []


@pytest.mark.parametrize(
    ("days", "told"), [(90, True), (0, True), (91, False), (-1, False)], ids=str
)
def test_paper_that_ends_within_ninety_days_is_a_task(days, told):
    owner = make_user()
    make_paper(make_exporter(owner), valid_to=TODAY + timedelta(days=days))

    found = tasks_of(owner, "papers.list")

    assert [title for title, _ in found] == (["1 certificate ends within 90 days"] if told else [])


def test_paper_with_a_successor_is_no_task():
    owner = make_user()
    company = make_exporter(owner)
    make_paper(company, valid_to=TODAY + timedelta(days=9))
    make_paper(company, number="2", valid_to=TODAY + timedelta(days=300))

    assert tasks_of(owner, "papers.list") == []


def test_refused_paper_is_to_be_corrected():
    owner = make_user()
    make_paper(make_exporter(owner), state=PaperState.REFUSED)
    make_paper(make_exporter(), state=PaperState.REFUSED)  # somebody else's

    assert [title for title, _ in tasks_of(owner, "papers.list")] == [
        "1 certificate could not be verified"
    ]


def test_officer_is_told_how_many_papers_wait():
    def told():
        tasks = officer_tasks(make_officer(), utcnow())
        return [task.title for task in tasks if task.endpoint == "papers.waiting"]

    make_paper(make_exporter())
    assert told() == []

    make_paper(make_exporter(), state=PaperState.SUBMITTED)
    make_paper(make_exporter(), state=PaperState.SUBMITTED)

    assert told() == ["2 certificates wait to be verified"]
