"""Readiness keeps goods out of matching, or only marks them."""

from __future__ import annotations

from datetime import date

import pytest

from matchmaker.companies.models import Company, Product
from matchmaker.compliance.enums import AgreementStage
from matchmaker.compliance.models import Agreement, AgreementAcceptance
from matchmaker.compliance.services.pack import load_pack
from matchmaker.compliance.services.readiness import renew_company
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.matches.fair import read_fair
from matchmaker.participation.readiness_services import follow_events
from tests.build import (
    NOON,
    make_buyer,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_participant,
    make_product,
    make_suggestion,
)
from tests.compliance.papers import make_mangoes, make_paper

TODAY = date(2027, 1, 15)


@pytest.fixture
def _pack(app):
    load_pack(now=NOON)


def read_mangoes(event, **given):
    """Return how the engine reads mangoes that a firm shows at an event."""
    company = make_exporter()
    make_participant(event, company)
    product = make_mangoes(company, **given)
    db.session.flush()
    fair = read_fair(event.id, today=TODAY).fair
    return next(one for one in fair.products if one.id == product.public_id)


@pytest.mark.usefixtures("_pack")
def test_ready_goods_pass_on_any_day():
    mangoes = read_mangoes(make_event())

    assert (mangoes.readiness, mangoes.barred, mangoes.shut) == (1.0, False, ())


@pytest.mark.usefixtures("_pack")
def test_goods_without_a_paper_are_shut_on_every_day_but_not_barred():
    mangoes = read_mangoes(make_event(), without="C-VHT-FAC")

    assert mangoes.readiness == pytest.approx(0.8 * 4 / 5 + 0.2)
    assert (mangoes.barred, mangoes.shut) == (False, (("", ""),))


@pytest.mark.usefixtures("_pack")
def test_goods_that_japan_does_not_let_in_are_barred():
    event, company = make_event(), make_exporter()
    make_participant(event, company)
    make_product(company, hs_code="080521", sector_code="AGRI-CITRUS")

    (kinnow,) = read_fair(event.id, today=TODAY).fair.products

    assert (kinnow.readiness, kinnow.barred, kinnow.shut) == (0.0, True, ())


@pytest.mark.usefixtures("_pack")
def test_agreement_opens_the_market_from_its_first_day_to_its_last():
    agreement = Agreement(
        names={"en": "Recognition (example)"},
        parties="JP, PK",
        stage=AgreementStage.SIGNED,
        starts_on=date(2027, 6, 1),
        ends_on=date(2028, 5, 31),
        created_at=NOON,
        updated_at=NOON,
    )
    db.session.add(agreement)
    db.session.flush()
    db.session.add(
        AgreementAcceptance(
            agreement_id=agreement.id,
            requirement_code="REQ-VHT-MANGO",
            certificate_code="C-GLOBALGAP",
        )
    )

    mangoes = read_mangoes(make_event(), without="C-VHT-FAC")

    assert mangoes.shut == (("", "2027-05-31"), ("2028-06-01", ""))
    assert mangoes.is_shut_on("2027-05-31")
    assert not mangoes.is_shut_on("2027-06-01")
    assert not mangoes.is_shut_on("2028-05-31")


def test_nothing_is_kept_out_where_no_requirements_are_loaded(app):
    mangoes = read_mangoes(make_event(), without="C-VHT-FAC")

    assert (mangoes.readiness, mangoes.barred, mangoes.shut) == (None, False, ())


def test_need_says_the_day_of_delivery(app):
    event, company = make_event(), make_buyer()
    make_participant(event, company)
    make_need(company, needed_by=date(2027, 6, 30))
    make_need(company, title="鉗子")

    needs = read_fair(event.id, today=TODAY).fair.needs

    assert {need.needed_by for need in needs} == {"2027-06-30", None}


def mango_suggestion(event, **given):
    return make_suggestion(event, product=make_mangoes(make_exporter(), **given))


@pytest.mark.usefixtures("_pack")
def test_officer_sees_and_finds_what_is_not_ready(sign_in):
    event = make_event()
    ready = mango_suggestion(event)
    lacking = mango_suggestion(event, without="C-VHT-FAC")
    follow_events(now=utcnow())
    client = sign_in(make_officer())
    address = f"/events/{event.public_id}/suggestions"

    opened = client.get(f"{address}?open={lacking.public_id}").text
    other = client.get(f"{address}?open={ready.public_id}").text
    narrowed = client.get(f"{address}?flag=not_ready").text

    assert opened.count('class="not-ready"') == 1
    assert "Mango: vapour heat treatment" in opened
    assert 'class="not-ready"' not in other
    assert f'id="{lacking.public_id}"' in narrowed
    assert f'id="{ready.public_id}"' not in narrowed


@pytest.mark.usefixtures("_pack")
def test_mark_goes_once_the_paper_counts(sign_in):
    event = make_event()
    lacking = mango_suggestion(event, without="C-VHT-FAC")
    follow_events(now=utcnow())
    client = sign_in(make_officer())
    address = f"/events/{event.public_id}/suggestions?flag=not_ready"
    assert f'id="{lacking.public_id}"' in client.get(address).text

    company_id = db.session.get_one(Product, lacking.product_id).company_id
    make_paper(db.session.get_one(Company, company_id), "C-VHT-FAC")
    renew_company(company_id, now=utcnow())
    db.session.commit()

    assert f'id="{lacking.public_id}"' not in client.get(address).text
