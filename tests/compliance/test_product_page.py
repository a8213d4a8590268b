"""The page of a product's readiness: the answer first, and how it follows what is done."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine

from matchmaker.companies import queries
from matchmaker.companies.models import Company, Product
from matchmaker.compliance.enums import AgreementStage
from matchmaker.compliance.models import Agreement, AgreementAcceptance
from matchmaker.compliance.services.ground import ground_changed
from matchmaker.db.base import db
from tests.build import (
    NOON,
    make_buyer,
    make_exporter,
    make_need,
    make_officer,
    make_product,
    make_user,
)
from tests.compliance.papers import make_mangoes, make_paper
from tests.compliance.scans import sheet, with_scan
from tests.engines.readiness.test_examples import EXAMPLES

SHOWN = re.compile(r'data-requirement="([^"]+)" data-status="([^"]+)"')
LEVEL = re.compile(r'data-stage="([^"]+)" data-level="([^"]+)"')


def _day(text):
    return date.fromisoformat(text) if text else None


def put_example(given, owner) -> Product:
    """Put the product, papers and agreements of a worked example into the database."""
    company = make_exporter(owner)
    for paper in given["holdings"]:
        make_paper(
            company,
            paper["certificate"],
            issued_on=_day(paper["issued"]),
            valid_to=_day(paper["valid_to"]),
        )
    for agreement in given["agreements"]:
        row = Agreement(
            names={"en": "Example"},
            parties="PK, JP",
            stage=AgreementStage.IN_FORCE,
            starts_on=_day(agreement["from"]),
            ends_on=_day(agreement["to"]),
            created_at=NOON,
            updated_at=NOON,
        )
        row.accepts = [
            AgreementAcceptance(
                requirement_code=pair["requirement"], certificate_code=pair["certificate"]
            )
            for pair in agreement["accepts"]
        ]
        db.session.add(row)
    if given["agreements"]:
        ground_changed(actor_id=None, now=NOON)
    product = Product(
        company_id=company.id,
        name="Goods of the example",
        language="en",
        hs_code=given["hs"] or None,
        sector_code=given["sector"],
        attributes=[name for name in given["attributes"] if name != "event_in_japan"],
        created_at=NOON,
        updated_at=NOON,
    )
    db.session.add(product)
    db.session.commit()
    return product


def address(given, product) -> str:
    """Return where the page of an example stands, with its days."""
    asked = {
        "shipment": given["shipment"],
        "exhibit": given["event_end"],
        "in_japan": "y" if "event_in_japan" in given["attributes"] else None,
    }
    days = "&".join(f"{name}={value}" for name, value in asked.items() if value)
    return f"/products/{product.public_id}/readiness?{days}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_worked_example_reads_on_the_page_as_it_was_worked_out(pack, sign_in, name):
    given, expected = EXAMPLES[name]["given"], EXAMPLES[name]["expected"]
    owner = make_user()
    product = put_example(given, owner)

    with time_machine.travel(f"{given['as_of']}T12:00:00+00:00", tick=False):
        page = sign_in(owner).get(address(given, product)).text

    levels = dict(LEVEL.findall(page))
    parts = dict(
        zip(("shipment", "event"), page.split('aria-labelledby="stage-')[1:], strict=True)
    )
    for stage, answer in expected.items():
        if "level" in answer:
            assert levels[stage] == answer["level"]
        assert sorted(SHOWN.findall(parts[stage])) == sorted(
            (row[0], row[2]) for row in answer["requirements"]
        )


@pytest.fixture
def owner(pack):
    return make_user()


@pytest.fixture
def mango(owner):
    product = make_mangoes(make_exporter(owner), without="C-VHT-FAC")
    db.session.commit()
    return product


def page_of(client, product_id: str) -> str:
    return client.get(f"/products/{product_id}/readiness").text


def test_the_story_from_not_allowed_to_ready_without_anyone_running_anything(
    owner, mango, sign_in
):
    make_paper(
        db.session.get_one(Company, mango.company_id),
        "C-VHT-FAC",
        issued_on=date(2025, 5, 20),
        valid_to=date(2025, 8, 31),
    )
    officer = make_officer()
    product_id = mango.public_id
    company = db.session.get_one(Company, mango.company_id).public_id
    db.session.commit()
    exporter, office = sign_in(owner), sign_in(officer)

    before = page_of(exporter, product_id)
    sent = exporter.submit(
        f"/companies/{company}/certificates/new",
        with_scan(sheet()),
        content_type="multipart/form-data",
    )
    waiting = page_of(exporter, product_id)
    office.submit(f"{sent.location}/decision", {"act": "verify", "version": 1})
    after = page_of(exporter, product_id)

    assert dict(LEVEL.findall(before))["shipment"] == "NOT_READY"
    assert "Not allowed yet" in before
    assert f"/companies/{company}/certificates/new?scheme=C-VHT-FAC" in before
    assert dict(LEVEL.findall(waiting))["shipment"] == "NOT_READY"
    assert waiting.index("Once verified: Ready for Japan") < waiting.index("Not allowed yet")
    assert "· Waits for the office</li>" in waiting
    assert "certificates/new?scheme=C-VHT-FAC" not in waiting
    assert dict(LEVEL.findall(after))["shipment"] == "READY"
    assert "Not allowed yet" not in after


def test_goods_for_a_fair_are_called_shown_and_not_ready(owner, mango, sign_in):
    answer = sign_in(owner).get(f"/products/{mango.public_id}/readiness?exhibit=2030-01-01")

    assert dict(LEVEL.findall(answer.text)) == {"shipment": "NOT_READY", "event": "READY"}
    assert "Can be shown at the fair" in answer.text
    assert "Ready for Japan" not in answer.text.split('class="stack"', 1)[1]


def test_gap_shows_what_closes_it_and_where_that_is_known_from(owner, mango, sign_in):
    page = page_of(sign_in(owner), mango.public_id)

    assert "Before the paper of a shipment can be issued, you need:" in page
    assert "MAFF Japan with NAFSA (formerly DPP)" in page
    assert "Programmes that help: 1" in page
    assert "PHDEC" in page
    assert "Core fact read at its source" in page
    assert "[source" not in page
    assert "Plant Protection Act" in page


def test_only_questions_that_change_the_answer_are_asked_and_their_answers_kept(
    owner, mango, sign_in
):
    mango.attributes = ["fit_use"]
    product_id, asked = mango.public_id, f"/products/{mango.public_id}/attributes"
    db.session.commit()
    client = sign_in(owner)
    page = page_of(client, product_id)
    assert "It is packed for sale to consumers." in page
    assert "It is a medical device of class I (general)." not in page

    answer = client.submit(
        f"{asked}?shipment=2030-01-01", {"attributes": ["retail_packed"], "version": 2}
    )

    assert answer.location == f"/products/{product_id}/readiness?shipment=2030-01-01"
    after = page_of(client, product_id)
    assert "REQ-FOOD-LABEL" in after
    assert "REQ-FOOD-LABEL" not in page
    db.session.rollback()
    assert queries.product_to_edit(product_id).attributes == ["fit_use", "retail_packed"]


def test_answers_on_an_old_page_are_kept_and_not_saved(owner, mango, sign_in):
    asked = f"/products/{mango.public_id}/attributes"
    client = sign_in(owner)
    client.submit(asked, {"attributes": ["retail_packed"], "version": 1})

    answer = client.submit(asked, {"attributes": ["organic_claim"], "version": 1})
    forged = client.submit(asked, {"attributes": ["medical_class2"], "version": 2})

    assert answer.status_code == 409
    assert re.search(r'value="organic_claim"[^>]* checked', answer.text)
    assert forged.status_code == 422


@pytest.mark.parametrize("asked", ["shipment=soon", "exhibit=1999-01-01", "shipment=9999-12-31"])
def test_a_day_that_is_none_is_said_and_today_counts(owner, mango, sign_in, asked):
    page = sign_in(owner).get(f"/products/{mango.public_id}/readiness?{asked}")

    assert page.status_code == 200
    assert "Please look at these points" in page.text
    assert dict(LEVEL.findall(page.text))["shipment"] == "NOT_READY"


def test_without_code_and_sector_the_page_says_what_is_missing(owner, mango, sign_in):
    mango.hs_code = mango.sector_code = None
    db.session.commit()

    page = page_of(sign_in(owner), mango.public_id)

    assert "the HS code is missing" in page
    assert f"/products/{mango.public_id}/edit" in page
    assert LEVEL.findall(page) == []


def test_paper_of_an_agreement_says_so(owner, sign_in):
    given = EXAMPLES["1d"]["given"]
    product = put_example(given, owner)

    with time_machine.travel(f"{given['as_of']}T12:00:00+00:00", tick=False):
        page = sign_in(owner).get(address(given, product)).text

    assert "Eased under an agreement" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_overview_says_what_each_product_lacks_in_the_same_queries(
    owner, sign_in, count_queries, rows
):
    company = make_exporter(owner)
    make_mangoes(company, without="C-VHT-FAC")
    for _ in range(rows - 1):
        make_product(company, hs_code="080450", sector_code="AGRI-MANGO")
    db.session.commit()
    client = sign_in(owner)
    client.get(f"/companies/{company.public_id}/readiness")

    with count_queries() as statements:
        page = client.get(f"/companies/{company.public_id}/readiness").text

    assert page.count('data-level="NOT_READY"') == rows
    assert page.count("Vapour heat treatment plant accepted by Japan (season)") == rows
    assert len(statements) == 11


def test_importer_reads_its_own_duties_in_japanese(pack, sign_in):
    buyer = make_user(language="ja")
    shop = make_buyer(buyer)
    need_id = make_need(shop, ("100630",), sector_code="AGRI-RICE").public_id
    empty = make_need(shop, (), sector_code=None).public_id
    db.session.commit()
    client = sign_in(buyer)

    page = client.get(f"/needs/{need_id}/duties").text
    nothing = client.get(f"/needs/{empty}/duties").text

    assert page.index("食糧法に基づく米穀等輸入納付金・輸入届出") < page.index("食品等輸入届出")
    assert "REQ-MRL" not in page
    assert 'data-requirement="REQ-RICE-SFA"' in page
    assert "data-requirement" not in nothing
    assert f"/needs/{empty}/edit" in nothing
