"""The officer's page about the readiness of the goods at an event."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from matchmaker.compliance.enums import AgreementStage
from matchmaker.compliance.models import Agreement, AgreementAcceptance
from matchmaker.compliance.services.ground import ground_changed
from matchmaker.compliance.services.pack import load_pack
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.participation.readiness_services import follow_events
from tests.build import (
    NOON,
    make_event,
    make_exporter,
    make_officer,
    make_participant,
    make_product,
    make_user,
)
from tests.compliance.papers import make_mangoes


@pytest.fixture
def _pack(app):
    load_pack(now=utcnow())


pytestmark = pytest.mark.usefixtures("_pack")
PATHS = ("", "/file", "/what-if", "/progress")


def show(event, **given):
    """Let a firm show mangoes at an event; with ``without`` they lack a paper."""
    company = make_exporter()
    make_participant(event, company)
    return make_mangoes(company, **given)


def page_of(client, event, query=""):
    follow_events(now=utcnow())
    db.session.commit()
    answer = client.get(f"/events/{event.public_id}/readiness{query}")
    assert answer.status_code == 200
    return answer.text


def rows_of(page, heading):
    """Return the public ids of the products in one section of the page."""
    section = page.split(f'id="{heading}"')[1].split("</section>")[0]
    return re.findall(r'data-product="(\w+)"', section)


def cells_of(page, requirement):
    """Return the figures of one requirement in the map."""
    row = page.split(f'<tr data-requirement="{requirement}">')[1].split("</tr>")[0]
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip()
        for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
    ]


@pytest.mark.parametrize("path", PATHS)
def test_only_officers_see_it(sign_in, path):
    event = make_event()
    address = f"/events/{event.public_id}/readiness{path}"

    assert sign_in(make_user()).get(address).status_code == 404
    assert sign_in(make_officer()).get(address).status_code == 200


def test_map_counts_who_meets_what(sign_in):
    event = make_event()
    show(event)
    show(event, without="C-VHT-FAC")
    show(event, without="C-VHT-FAC")
    make_product(hs_code="080450", sector_code="AGRI-MANGO")  # at no event
    unknown = make_exporter()
    make_participant(event, unknown)
    make_product(unknown, hs_code=None, sector_code=None)  # nothing is asked of it

    page = page_of(sign_in(make_officer()), event)

    assert cells_of(page, "REQ-VHT-MANGO") == ["2", "33% 1 of 3"]
    assert cells_of(page, "REQ-MRL") == ["0", "100% 3 of 3"]
    first = re.search(r'<tr data-requirement="([\w-]+)"', page)[1]
    assert first == "REQ-VHT-MANGO"


def test_products_that_lack_one_thing_are_listed_with_what_settles_it(sign_in):
    event = make_event()
    show(event)
    near = {show(event, without="C-VHT-FAC").public_id for _ in range(2)}
    company = make_exporter()
    make_participant(event, company)
    far = make_product(company, hs_code="080450", sector_code="AGRI-MANGO")

    page = page_of(sign_in(make_officer()), event)

    assert set(rows_of(page, "near")) == near
    assert far.public_id in rows_of(page, "products")
    section = page.split('id="near"')[1].split("</section>")[0]
    assert section.count("Missing") == 2
    assert section.count("Certificate:") == 1
    assert section.count("Programme:") == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["ready", "lacks", "towels"]),
        ("?sector=TEXT", ["towels"]),
        ("?level=READY", ["ready"]),
        ("?requirement=REQ-VHT-MANGO", ["lacks", "ready"]),
        ("?near=1", ["lacks"]),
        ("?level=nonsense&stage=nonsense", ["ready", "lacks", "towels"]),
    ],
    ids=["all", "sector", "level", "requirement", "one step", "nonsense"],
)
def test_list_shows_the_goods_behind_a_number(sign_in, query, expected):
    event = make_event()
    products = {"ready": show(event), "lacks": show(event, without="C-VHT-FAC")}
    company = make_exporter()
    make_participant(event, company)
    towels = make_product(company, hs_code="630260", sector_code="TEXT-TOWEL", attributes=[])
    products["towels"] = towels

    page = page_of(sign_in(make_officer()), event, query)

    assert rows_of(page, "products") == [products[name].public_id for name in expected]


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_same_for_any_number_of_goods(sign_in, count_queries, rows):
    event = make_event()
    for _ in range(rows):
        show(event, without="C-VHT-FAC")
    follow_events(now=utcnow())
    client = sign_in(make_officer())

    with count_queries() as statements:
        page = client.get(f"/events/{event.public_id}/readiness").text

    assert len(rows_of(page, "products")) == rows
    assert len(statements) == 13


def test_answers_under_way_are_counted(sign_in):
    event = make_event()
    show(event)
    client = sign_in(make_officer())
    assert "being worked out" not in page_of(client, event)

    show(event)
    db.session.commit()
    page = client.get(f"/events/{event.public_id}/readiness").text
    progress = client.get(f"/events/{event.public_id}/readiness/progress").json

    assert "1 answer is being worked out" in page
    assert (progress["state"], progress["done"], progress["total"]) == ("running", 1, 2)


def test_changed_requirements_make_every_answer_stale(sign_in):
    event = make_event()
    show(event)
    client = sign_in(make_officer())
    page_of(client, event)

    ground_changed(actor_id=None, now=utcnow())
    db.session.commit()

    page = client.get(f"/events/{event.public_id}/readiness").text
    assert "1 answer is being worked out" in page


def test_file_holds_the_filtered_list_and_no_formula(sign_in):
    event = make_event()
    show(event, name="=cmd|' /C calc'!A0", without="C-VHT-FAC")
    show(event)
    follow_events(now=utcnow())
    client = sign_in(make_officer())

    text = client.get(f"/events/{event.public_id}/readiness/file?near=1").data.decode("utf-8-sig")

    head, *lines = text.splitlines()
    assert head.startswith("Company,Product,HS code")
    assert len(lines) == 1
    assert "'=cmd" in lines[0]
    assert ",NOT_READY," in lines[0]


def make_agreement(**given):
    defaults = {
        "names": {"en": "Recognition (example)"},
        "parties": "JP, PK",
        "stage": AgreementStage.SCENARIO,
        "created_at": NOON,
        "updated_at": NOON,
    }
    row = Agreement(**(defaults | given))
    db.session.add(row)
    db.session.flush()
    return row


def test_agreement_lifts_what_it_accepts_from_its_day_on(sign_in):
    event = make_event()
    product = show(event, without="C-VHT-FAC")
    agreement = make_agreement()
    db.session.add(
        AgreementAcceptance(
            agreement_id=agreement.id,
            requirement_code="REQ-VHT-MANGO",
            certificate_code="C-GLOBALGAP",
        )
    )
    follow_events(now=utcnow())
    client = sign_in(make_officer())
    address = f"/events/{event.public_id}/readiness/what-if?agreement={agreement.public_id}"

    unasked = client.get(address.split("?", maxsplit=1)[0]).text
    page = client.get(f"{address}&on={event.ends_on}").text
    later = client.get(f"{address}&on={event.ends_on + timedelta(days=1)}").text

    assert re.findall(r'data-product="(\w+)"', page) == [product.public_id]
    assert "Ready for Japan after" in page
    assert "Press “Show” to see the answer" in unasked
    assert re.findall(r'data-product="(\w+)"', later) == []
    assert "after the event" in later
