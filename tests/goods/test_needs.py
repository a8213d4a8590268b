"""Needs are described like products: several HS codes, a deadline, a kind of supplier."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from matchmaker.companies.enums import Currency, MemberRole, SupplierKind, Unit
from matchmaker.companies.models import Company, Member, Need
from matchmaker.db.base import db
from tests.build import NOON, make_buyer, make_exporter, make_need, make_user

NEW_ID = "abcdefghijkmnpqr"
IDENTITY = {
    "new_id": NEW_ID,
    "title": "手術用はさみ",
    "description": "再使用可能",
    "hs_codes": ["901890", "821300"],
}
TERMS = {
    "volume": "２０，０００",
    "unit": "piece",
    "period": "year",
    "price_min": "300",
    "price_max": "450",
    "currency": "JPY",
    "lead_time_days": "90",
    "needed_by": "2099-03-31",
    "supplier_kind": "manufacturer",
}


@pytest.fixture
def owner(app):
    return make_user(language="ja")


@pytest.fixture
def company(owner):
    return make_buyer(owner)


@pytest.fixture
def browser(owner, company, sign_in):
    return sign_in(owner)


def needs():
    db.session.rollback()
    return db.session.scalars(
        sa.select(Need).options(selectinload(Need.hs_codes)).order_by(Need.id)
    ).all()


def codes(need):
    return [row.hs_code for row in need.hs_codes]


def edit_path(public_id, step=1):
    return f"/needs/{public_id}/edit?step={step}&lang=en"


def test_a_need_is_described_in_three_steps(browser, company):
    path = f"/companies/{company.public_id}/needs"

    first = browser.submit(f"{path}/new", IDENTITY)
    second = browser.submit(edit_path(NEW_ID, 2), {**TERMS, "version": "1"})
    third = browser.submit(edit_path(NEW_ID, 3), {"version": "2", "certificates": ["C-ISO13485"]})

    assert first.location == f"/needs/{NEW_ID}/edit?step=2"
    assert second.location == f"/needs/{NEW_ID}/edit?step=3"
    assert third.location == path
    (need,) = needs()
    assert (need.title, need.language) == ("手術用はさみ", "ja")
    assert codes(need) == ["821300", "901890"]
    assert need.sector_code == "MEDI-SURG"
    assert (need.volume, need.unit) == (20000, Unit.PIECE)
    assert (need.price_min, need.price_max) == (Decimal(300), Decimal(450))
    assert (need.currency, need.lead_time_days) == (Currency.JPY, 90)
    assert (need.needed_by, need.supplier_kind) == (date(2099, 3, 31), SupplierKind.MANUFACTURER)
    assert need.certificates == ["C-ISO13485"]


def test_codes_can_be_added_and_taken_away(browser, company):
    need = make_need(company, ("901890", "821300"))
    db.session.commit()
    changed = {**IDENTITY, "hs_codes": ["901890"], "hs_codes_text": "9018.49", "version": "1"}

    assert browser.submit(edit_path(need.public_id), changed).status_code == 303

    (stored,) = needs()
    assert codes(stored) == ["901849", "901890"]
    assert stored.version == 2


def test_a_change_of_the_codes_alone_is_a_new_version(browser, company):
    need = make_need(company, title="手術用はさみ", description="再使用可能")
    db.session.commit()

    browser.submit(edit_path(need.public_id), {**IDENTITY, "version": "1"})
    late = browser.submit(
        edit_path(need.public_id), {**IDENTITY, "hs_codes": "901849", "version": "1"}
    )

    assert late.status_code == 409
    assert "9018.90, 8213.00" in late.text or "8213.00, 9018.90" in late.text
    assert codes(needs()[0]) == ["821300", "901890"]


def test_a_choice_for_a_typed_word_joins_the_codes_chosen_before(browser, company):
    typed = {"hs_codes_text": "basmati", "hs_codes_asked": "basmati", "hs_codes_pick": "100630"}

    browser.submit(f"/companies/{company.public_id}/needs/new", {**IDENTITY, **typed})

    assert codes(needs()[0]) == ["100630", "821300", "901890"]


def test_the_form_sent_twice_makes_one_need(browser, company):
    path = f"/companies/{company.public_id}/needs/new"

    first, second = browser.submit(path, IDENTITY), browser.submit(path, IDENTITY)
    third = browser.submit(path, {**IDENTITY, "hs_codes": ["901890"]})

    assert first.location == second.location == f"/needs/{NEW_ID}/edit?step=2"
    assert third.status_code == 409
    assert len(needs()) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"needed_by": "2020-01-01"}, "This day has passed."),
        ({"needed_by": "tomorrow"}, "Choose a day, or write it as in 2027-03-12."),
        ({"volume": "-1"}, "Write a number, as in 50,000 or 2.5."),
        ({"price_min": "500"}, "The lowest price is above the highest one."),
        ({"lead_time_days": "99999"}, "Write between 1 and 3,650 days."),
    ],
)
def test_wrong_figures_are_refused_beside_the_field(browser, company, typed, sentence):
    need = make_need(company)
    db.session.commit()

    answer = browser.submit(edit_path(need.public_id, 2), {**TERMS, "version": "1", **typed})

    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert needs()[0].volume is None


def test_too_many_codes_are_refused(browser, company):
    many = [f"0101{n:02d}" for n in range(99)]

    answer = browser.submit(
        f"/companies/{company.public_id}/needs/new?lang=en", {**IDENTITY, "hs_codes": many}
    )

    assert answer.status_code == 422
    assert needs() == []


def test_a_withdrawn_need_can_be_brought_back(browser, company):
    need = make_need(company, title="古い需要")
    db.session.commit()
    listed = f"/companies/{company.public_id}/needs"

    withdrawn = browser.submit(f"/needs/{need.public_id}/withdraw")

    assert withdrawn.location == f"{listed}?withdrawn={need.public_id}"
    assert "古い需要" not in browser.get(listed).text
    assert f'action="/needs/{need.public_id}/restore"' in browser.get(withdrawn.location).text

    browser.submit(f"/needs/{need.public_id}/restore")

    assert needs()[0].withdrawn_at is None
    assert "古い需要" in browser.get(listed).text


def test_an_exporter_has_no_page_of_needs_and_a_buyer_none_of_products(app, sign_in):
    person = make_user()
    exporter, buyer = make_exporter(person), make_buyer(person)
    browser = sign_in(person)

    assert browser.get(f"/companies/{exporter.public_id}/needs").status_code == 404
    assert browser.get(f"/companies/{buyer.public_id}/products").status_code == 404


PATHS = [
    ("GET", "/companies/{company}/needs"),
    ("GET", "/companies/{company}/needs/new"),
    ("POST", "/companies/{company}/needs/new"),
    ("GET", "/needs/{need}/edit"),
    ("POST", "/needs/{need}/edit"),
    ("POST", "/needs/{need}/withdraw"),
    ("POST", "/needs/{need}/restore"),
]


def ask(browser, method, path, need, company):
    path = path.format(company=company.public_id, need=need.public_id)
    return browser.get(path) if method == "GET" else browser.submit(path, IDENTITY)


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_another_companys_needs_are_not_there(app, sign_in, method, path):
    need = make_need(title="Secret need")
    stranger = make_user()
    make_buyer(stranger)
    browser = sign_in(stranger)

    answer = ask(browser, method, path, need, db.session.get_one(Company, need.company_id))

    assert answer.status_code == 404
    assert "Secret need" not in answer.text
    assert [(row.title, row.withdrawn_at) for row in needs()] == [("Secret need", None)]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_a_viewer_reads_and_changes_nothing(app, sign_in, method, path):
    need = make_need(title="Old title")
    company = db.session.get_one(Company, need.company_id)
    viewer = make_user()
    db.session.add(
        Member(company_id=company.id, user_id=viewer.id, role=MemberRole.VIEWER, joined_at=NOON)
    )
    browser = sign_in(viewer)

    answer = ask(browser, method, path, need, company)

    assert answer.status_code == (200 if path.endswith("/needs") else 404)
    assert "?step=" not in answer.text
    assert [(row.title, row.withdrawn_at) for row in needs()] == [("Old title", None)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_runs_the_same_queries_for_any_number_of_rows(
    rows, browser, company, count_queries
):
    for _ in range(rows):
        make_need(company, ("901890", "821300"))
    make_need()
    db.session.commit()
    path = f"/companies/{company.public_id}/needs"
    browser.get(path)

    with count_queries() as statements:
        page = browser.get(path)

    assert page.text.count('scope="row"') == rows
    # The session, the company, its members, the needs, their codes, the names of codes.
    assert len(statements) == 6
