"""Answers that are kept: what they hold, when they are stale, and who renews them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from matchmaker.compliance.catalogue_queries import NoPackError, requirements_by_code
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.models import HeldPaper, ProductReadiness
from matchmaker.compliance.readiness_queries import (
    Occasion,
    asked_attributes,
    due_products,
    readiness_of,
    stale_count,
    stored,
    stored_statuses,
)
from matchmaker.compliance.services.ground import ground_changed
from matchmaker.compliance.services.readiness import (
    forget_occasion,
    renew_company,
    renew_due,
    renew_products,
)
from matchmaker.db.base import db
from matchmaker.engines.readiness.data import Stage
from matchmaker.jobs.models import Job
from tests.build import NOON, make_exporter, make_product
from tests.compliance.papers import make_mangoes, make_paper

TODAY = NOON.date()
FAIR = Occasion("osakafair2222222", date(2027, 5, 20), in_market=True)


def rows_of(product):
    rows = sa.select(ProductReadiness).where(ProductReadiness.product_id == product.id)
    return db.session.scalars(
        rows.order_by(ProductReadiness.occasion).execution_options(populate_existing=True)
    ).all()


def kinds_of_jobs():
    return db.session.scalars(sa.select(Job.kind)).all()


def test_without_requirements_nothing_is_called_ready(app):
    product = make_mangoes()

    assert renew_company(product.company_id, now=NOON) == 0
    forget_occasion(FAIR.key)
    for ask in (
        lambda: readiness_of(product, as_of=TODAY),
        lambda: ground_changed(actor_id=None, now=NOON),
    ):
        with pytest.raises(NoPackError):
            ask()


@pytest.mark.usefixtures("pack")
def test_stored_answer_says_what_it_stands_on():
    company = make_exporter()
    product = make_mangoes(company, without="C-VHT-FAC")
    paper = make_paper(
        company,
        "C-VHT-FAC",
        issued_on=date(2026, 5, 20),
        valid_to=date(2027, 4, 30),
        products=[product],
    )

    assert renew_company(product.company_id, now=NOON) == 1

    (row,) = rows_of(product)
    assert (row.occasion, row.in_market, row.event_end, row.shipment) == ("", False, None, None)
    assert (row.event_level, row.event_overall) == (None, None)
    assert (row.shipment_level, row.shipment_overall, row.shipment_buyer) == ("READY", 1.0, 1.0)
    assert (row.gaps, row.revision, row.product_version) == (0, 1, product.version)
    assert (row.as_of, row.computed_at) == (TODAY, NOON)
    assert row.papers[paper.public_id] == ["C-VHT-FAC", "2026-05-20", "2027-04-30"]
    assert len(row.papers) == 5
    plant = next(
        status
        for status in stored_statuses(row, Stage.SHIPMENT)
        if status.requirement == "REQ-VHT-MANGO"
    )
    assert plant == ("REQ-VHT-MANGO", "M", "DUE_AT_SHIPMENT", "C-VHT-FAC", paper.public_id, False)
    assert stored_statuses(row, Stage.EVENT) == ()


@pytest.mark.usefixtures("pack")
def test_answer_for_a_fair_looks_at_its_last_day_and_at_samples():
    company = make_exporter()
    product = make_mangoes(company, without="C-VHT-FAC")
    make_paper(company, "C-VHT-FAC", valid_to=date(2027, 4, 30))

    assert renew_products([product.id], now=NOON, occasion=FAIR) == 2

    general, fair = rows_of(product)
    assert (general.shipment_level, fair.shipment_level) == ("READY", "CONDITIONAL")
    assert (general.event_level, fair.event_level) == (None, "NOT_READY")
    assert [s.requirement for s in stored_statuses(fair, Stage.EVENT)] == [
        "REQ-EXPO-SAMPLE",
        "REQ-GAP",
    ]


@pytest.mark.usefixtures("pack")
def test_paper_counts_from_the_transaction_in_which_it_is_verified():
    company = make_exporter()
    product = make_mangoes(company, without="C-VHT-FAC")
    paper = make_paper(company, "C-VHT-FAC", state=PaperState.SUBMITTED)
    renew_products([product.id], now=NOON, occasion=FAIR)
    assert [row.shipment_level for row in rows_of(product)] == ["NOT_READY", "NOT_READY"]
    assert readiness_of(product, as_of=TODAY).shipment.level == "NOT_READY"
    waiting = readiness_of(product, as_of=TODAY, papers="with_submitted")
    assert waiting.shipment.level == "READY"

    paper.state = PaperState.VERIFIED
    assert renew_company(product.company_id, now=NOON) == 2

    assert [row.shipment_level for row in rows_of(product)] == ["READY", "READY"]


@pytest.mark.usefixtures("pack")
def test_paper_of_some_products_covers_no_other():
    company = make_exporter()
    product = make_mangoes(company, without="C-VHT-FAC")
    other = make_product(company, hs_code="080450", sector_code="AGRI-MANGO")
    make_paper(company, "C-VHT-FAC", products=[product])

    renew_company(product.company_id, now=NOON)

    found = stored([product.id, other.id])
    assert found[product.id].shipment_level == "READY"
    assert found[other.id].shipment_level == "NOT_READY"


@pytest.mark.usefixtures("pack")
def test_paper_of_another_company_counts_for_nothing():
    product = make_mangoes(without="C-VHT-FAC")
    make_paper(make_exporter(), "C-VHT-FAC")

    assert readiness_of(product, as_of=TODAY).shipment.level == "NOT_READY"


@pytest.mark.usefixtures("pack")
def test_an_occasion_gets_new_dates_keeps_its_answer_when_over_and_is_forgotten():
    product, other = make_mangoes(), make_mangoes()
    renew_products([product.id, other.id], now=NOON, occasion=FAIR)

    moved = Occasion(FAIR.key, date(2027, 6, 1), in_market=False, shipment=date(2027, 7, 1))
    renew_products([product.id], now=NOON, occasion=moved)
    _, fair = rows_of(product)
    assert (fair.event_end, fair.shipment, fair.in_market) == (
        date(2027, 6, 1),
        date(2027, 7, 1),
        False,
    )

    after = NOON + timedelta(days=365)
    assert renew_products([product.id], now=after) == 1
    general, fair = rows_of(product)
    assert (general.as_of, fair.as_of) == (after.date(), TODAY)
    assert stale_count(FAIR.key, today=after.date()) == 0

    forget_occasion(FAIR.key, product_ids=[other.id])
    assert [len(rows_of(each)) for each in (product, other)] == [2, 1]
    forget_occasion(FAIR.key)
    assert [row.occasion for row in rows_of(product)] == [""]


@pytest.mark.usefixtures("pack")
def test_answers_are_due_when_missing_of_yesterday_of_older_rules_or_of_another_version():
    product = make_mangoes()
    tomorrow = NOON + timedelta(days=1)

    def due(now):
        db.session.flush()
        return due_products(today=now.date(), most=10)

    assert due(NOON) == [product.id]
    renew_due(now=NOON)
    assert due(NOON) == []
    assert due(tomorrow) == [product.id]
    assert stale_count("", today=tomorrow.date()) == 1

    renew_due(now=tomorrow)
    assert due(tomorrow) == []
    product.name = "Chaunsa mangoes"
    assert due(tomorrow) == [product.id]

    renew_due(now=tomorrow)
    assert due(tomorrow) == []
    ground_changed(actor_id=None, now=tomorrow)
    assert due(tomorrow) == [product.id]

    product.withdrawn_at = tomorrow
    assert due(tomorrow) == []
    assert stale_count("", today=tomorrow.date()) == 0


@pytest.mark.usefixtures("pack")
def test_many_due_answers_are_left_to_one_job():
    company = make_exporter()
    products = [make_product(company) for _ in range(2)]
    renew_due(now=NOON, few=2)
    assert len(stored([product.id for product in products])) == 2

    make_product(company)
    tomorrow = NOON + timedelta(days=1)
    renew_due(now=tomorrow, few=2)
    renew_due(now=tomorrow, few=2)

    assert kinds_of_jobs() == ["readiness.renew"]
    assert due_products(today=tomorrow.date(), most=10) != []


@pytest.mark.usefixtures("pack")
def test_when_nothing_is_due_the_sweep_asks_one_question(count_queries):
    make_mangoes()
    renew_due(now=NOON)

    with count_queries() as statements:
        renew_due(now=NOON)

    assert len(statements) == 1


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize("products", [1, 3])
def test_renewing_a_company_runs_the_same_queries_for_any_number_of_products(
    products, count_queries
):
    company = make_exporter()
    make_paper(company)
    for _ in range(products):
        make_product(company)
    renew_company(company.id, now=NOON)

    with count_queries() as statements:
        renew_company(company.id, now=NOON)

    assert len(statements) == 8


@pytest.mark.usefixtures("pack")
def test_live_answer_runs_three_queries(count_queries):
    product = make_mangoes()
    readiness_of(product, as_of=TODAY)

    with count_queries() as statements:
        readiness_of(product, as_of=TODAY)

    assert len(statements) == 3  # state, agreements, papers


@pytest.mark.usefixtures("pack")
def test_change_of_a_requirement_is_seen_at_once_and_undone_with_its_transaction():
    product = make_mangoes(without="C-VHT-FAC")
    db.session.commit()
    assert readiness_of(product, as_of=TODAY).shipment.level == "NOT_READY"

    rule = requirements_by_code()["REQ-VHT-MANGO"]
    rule.kind = "buyer-expected"
    ground_changed(actor_id=None, now=NOON)
    assert readiness_of(product, as_of=TODAY).shipment.level == "READY"

    db.session.rollback()
    assert readiness_of(product, as_of=TODAY).shipment.level == "NOT_READY"
    rule = requirements_by_code()["REQ-VHT-MANGO"]
    rule.prohibition = True
    ground_changed(actor_id=None, now=NOON)
    assert readiness_of(product, as_of=TODAY).shipment.level == "BLOCKED"


@pytest.mark.usefixtures("pack")
def test_questions_are_those_whose_answer_changes_what_is_asked():
    mangoes, scissors = make_mangoes(), make_product()

    assert asked_attributes(mangoes) == (
        "dried_fruit",
        "gsp_claim",
        "highly_processed",
        "organic_claim",
        "retail_packed",
        "wood_packaging",
    )
    assert asked_attributes(scissors) == (
        "gsp_claim",
        "medical_class1",
        "medical_class2",
        "wood_packaging",
    )
    assert asked_attributes(make_product(hs_code=None, sector_code=None)) == ()


def test_revoked_and_refused_papers_never_count(pack):
    product = make_mangoes()
    for paper in db.session.scalars(sa.select(HeldPaper)):
        paper.state = PaperState.REVOKED if paper.scheme_code < "C-O" else PaperState.REFUSED

    for papers in ("verified", "with_submitted"):
        answer = readiness_of(product, as_of=TODAY, papers=papers).shipment
        assert all(row.holding is None for row in answer.requirements)
