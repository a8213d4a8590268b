"""Products are added in steps, changed by one at a time, and withdrawn with a way back."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from matchmaker.companies.enums import Currency, Incoterm, Period, Unit
from matchmaker.companies.models import Company, Product
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from tests.build import NOON, make_exporter, make_officer, make_product, make_user

NEW_ID = "abcdefghijkmnpqr"
IDENTITY = {
    "new_id": NEW_ID,
    "name": "Operating scissors",
    "description": "Stainless steel",
    "hs_code": "901890",
}
TERMS = {
    "capacity": "50,000",
    "unit": "piece",
    "period": "month",
    "min_order": "５００",
    "price_min": "2.10",
    "price_max": "3.4",
    "currency": "USD",
    "incoterm": "FOB",
    "lead_time_days": "۴۵",
}


@pytest.fixture
def owner(app):
    return make_user()


@pytest.fixture
def company(owner):
    return make_exporter(owner)


@pytest.fixture
def browser(owner, company, sign_in):
    return sign_in(owner)


def products():
    db.session.rollback()
    return db.session.scalars(sa.select(Product).order_by(Product.id)).all()


def edit_path(public_id, step=1):
    return f"/products/{public_id}/edit?step={step}"


def test_a_product_is_there_after_the_first_step(browser, company):
    answer = browser.submit(f"/companies/{company.public_id}/products/new", IDENTITY)

    assert answer.status_code == 303
    assert answer.location == edit_path(NEW_ID, 2)
    (product,) = products()
    assert product.company_id == company.id
    assert (product.name, product.language) == ("Operating scissors", "en")
    assert (product.hs_code, product.sector_code) == ("901890", "MEDI-SURG")
    assert product.certificates == []


def test_each_step_is_saved_and_can_be_taken_up_again(browser, company):
    path = f"/companies/{company.public_id}/products"
    browser.submit(f"{path}/new", IDENTITY)

    second = browser.submit(edit_path(NEW_ID, 2), {**TERMS, "version": "1"})
    third = browser.submit(
        edit_path(NEW_ID, 3), {"version": "2", "certificates": ["C-TR-SURG", "C-ISO13485"]}
    )

    assert (second.location, third.location) == (edit_path(NEW_ID, 3), path)
    (product,) = products()
    assert (product.capacity, product.unit, product.period) == (50000, Unit.PIECE, Period.MONTH)
    assert (product.min_order, product.lead_time_days) == (500, 45)
    assert (product.price_min, product.price_max) == (Decimal("2.1"), Decimal("3.4"))
    assert (product.currency, product.incoterm) == (Currency.USD, Incoterm.FOB)
    assert product.certificates == ["C-ISO13485", "C-TR-SURG"]
    page = browser.get(edit_path(NEW_ID, 2)).text
    assert 'value="50,000"' in page
    assert 'value="3.4"' in page


def test_the_form_sent_twice_makes_one_product(browser, company):
    path = f"/companies/{company.public_id}/products/new"

    first, second = browser.submit(path, IDENTITY), browser.submit(path, IDENTITY)

    assert first.location == second.location == edit_path(NEW_ID, 2)
    assert len(products()) == 1


def test_the_form_sent_again_with_another_text_loses_neither(browser, company):
    path = f"/companies/{company.public_id}/products/new"
    browser.submit(path, IDENTITY)

    answer = browser.submit(path, {**IDENTITY, "name": "Bandage scissors"})

    assert answer.status_code == 409
    assert 'value="Bandage scissors"' in answer.text
    assert "Operating scissors" in answer.text
    assert [product.name for product in products()] == ["Operating scissors"]


def test_the_id_of_another_companys_product_is_no_way_in(browser, company):
    other = make_product(name="Secret product")
    db.session.commit()
    path = f"/companies/{company.public_id}/products/new"

    answer = browser.submit(path, {**IDENTITY, "new_id": other.public_id})

    assert answer.status_code == 409
    assert "Secret product" not in answer.text
    assert [product.name for product in products()] == ["Secret product"]


@pytest.mark.parametrize("new_id", ["", "short", "../../../etc", "A" * 16, "a" * 5000])
def test_an_id_the_page_did_not_make_is_replaced(browser, company, new_id):
    path = f"/companies/{company.public_id}/products/new"

    assert browser.submit(path, {**IDENTITY, "new_id": new_id}).status_code == 303
    assert products()[0].public_id != new_id


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Write what the product is called."),
        ({"name": "\x00"}, "Write what the product is called."),
        ({"name": "x" * 201}, "Write at most 200 characters."),
        ({"name": "two\nlines"}, "Write this on one line."),
        ({"description": "x" * 4001}, "Write at most 4,000 characters."),
        ({"hs_code": "123456"}, "There is no HS code 123456."),
        ({"hs_code": "", "hs_code_text": "123456"}, "There is no HS code 123456."),
        ({"hs_code": "", "hs_code_text": "xyzzyq"}, "Nothing is known by this name."),
        ({"hs_code": ["901890", "901849"]}, "Those are too many codes."),
        ({"language": "fr"}, "Not a valid choice."),
        ({"sector_code": "NONE"}, "Not a valid choice."),
    ],
)
def test_a_wrong_first_step_is_refused_beside_the_field(browser, company, typed, sentence):
    answer = browser.submit(f"/companies/{company.public_id}/products/new", {**IDENTITY, **typed})

    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert "Stainless steel" in answer.text or "xxxx" in answer.text
    assert products() == []


def test_a_word_typed_without_script_is_looked_up(browser, company):
    path = f"/companies/{company.public_id}/products/new"
    typed = {**IDENTITY, "hs_code": "", "hs_code_text": "手術用はさみ"}

    assert browser.submit(path, typed).status_code == 303
    assert products()[0].hs_code == "901890"


def test_a_word_that_may_mean_several_codes_is_asked_about(browser, company):
    path = f"/companies/{company.public_id}/products/new"
    typed = {**IDENTITY, "hs_code": "", "hs_code_text": "scissors"}

    asked = browser.submit(path, typed)
    answer = browser.submit(path, {**typed, "hs_code_asked": "scissors", "hs_code_pick": "821300"})

    assert asked.status_code == 422
    assert 'type="radio" name="hs_code_pick" value="821300"' in asked.text
    assert answer.status_code == 303
    assert products()[0].hs_code == "821300"


def test_a_choice_made_for_another_word_does_not_count(browser, company):
    path = f"/companies/{company.public_id}/products/new"
    typed = {"hs_code": "", "hs_code_text": "basmati", "hs_code_asked": "scissors"}

    answer = browser.submit(path, {**IDENTITY, **typed, "hs_code_pick": "821300"})

    assert answer.status_code == 422
    assert 'name="hs_code_pick" value="100630"' in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"capacity": "-5"}, "Write a number, as in 50,000 or 2.5."),
        ({"capacity": "1,5"}, "Write a number, as in 50,000 or 2.5."),
        ({"capacity": "0"}, "Write a number above zero, or leave it empty."),
        ({"capacity": "9" * 30}, "That number is too large."),
        ({"capacity": "9" * 30_000}, "That number is too large."),
        ({"capacity": "1.00001"}, "Write at most four digits after the point."),
        ({"unit": ""}, "Choose the unit of the quantity."),
        ({"unit": "shipload"}, "Not a valid choice."),
        ({"period": ""}, "Choose whether the quantity is for a month or for a year."),
        ({"min_order": "60,000"}, "The smallest order is more than you can make."),
        ({"price_min": "4"}, "The lowest price is above the highest one."),
        ({"price_min": "-1"}, "Write a number, as in 50,000 or 2.5."),
        ({"currency": ""}, "Choose the currency of the price."),
        ({"lead_time_days": "0"}, "Write between 1 and 3,650 days."),
        ({"lead_time_days": "soon"}, "Write a whole number in digits."),
    ],
)
def test_wrong_figures_are_refused_beside_the_field(browser, company, typed, sentence):
    product = make_product(company)
    db.session.commit()

    answer = browser.submit(edit_path(product.public_id, 2), {**TERMS, "version": "1", **typed})

    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert products()[0].capacity is None


def test_a_forged_certificate_is_refused(browser, company):
    product = make_product(company)
    db.session.commit()
    path = edit_path(product.public_id, 3)

    answer = browser.submit(path, {"version": "1", "certificates": ["C-ISO9001", "C-MADE-UP"]})

    assert answer.status_code == 422
    assert answer.text.count("Choose certificates from the list.") == 2
    assert products()[0].certificates == []


def test_a_field_the_form_does_not_have_changes_nothing(browser, company):
    product = make_product(company)
    other = make_exporter()
    db.session.commit()
    forged = {"company_id": str(other.id), "public_id": "x", "withdrawn_at": "2027-01-01"}
    path = edit_path(product.public_id)

    browser.submit(path, {**IDENTITY, "version": "1", **forged})

    (stored,) = products()
    assert (stored.company_id, stored.withdrawn_at) == (company.id, None)
    assert stored.name == "Operating scissors"


def test_the_second_of_two_editors_is_told_and_loses_nothing(browser, company):
    product = make_product(company, name="Old name")
    db.session.commit()
    path = edit_path(product.public_id)
    browser.submit(path, {**IDENTITY, "version": "1", "name": "First name"})

    late = browser.submit(path, {**IDENTITY, "version": "1", "name": "Second name"})

    assert late.status_code == 409
    assert "Somebody changed this while you were writing." in late.text
    assert 'value="Second name"' in late.text
    assert "First name" in late.text
    assert 'name="version" type="hidden" value="2"' in late.text
    assert products()[0].name == "First name"

    again = browser.submit(path, {**IDENTITY, "version": "2", "name": "Second name"})

    assert again.status_code == 303
    assert products()[0].name == "Second name"


@pytest.mark.parametrize("version", [None, "", "abc", "0", "99999999999999999999"])
def test_a_form_without_the_right_version_changes_nothing(browser, company, version):
    product = make_product(company, name="Old name")
    db.session.commit()
    data = IDENTITY if version is None else {**IDENTITY, "version": version}

    assert browser.submit(edit_path(product.public_id), data).status_code == 409
    assert products()[0].name == "Old name"


def test_saving_what_stands_already_makes_no_new_version(browser, company):
    product = make_product(company, name="Operating scissors", description="Stainless steel")
    db.session.commit()

    browser.submit(edit_path(product.public_id), {**IDENTITY, "version": "1"})

    assert products()[0].version == 1


def test_a_withdrawn_product_can_be_brought_back(browser, company):
    product = make_product(company, name="Old scissors")
    db.session.commit()
    listed = f"/companies/{company.public_id}/products"
    restore = f"/products/{product.public_id}/restore"

    withdrawn = browser.submit(f"/products/{product.public_id}/withdraw")
    again = browser.submit(f"/products/{product.public_id}/withdraw")

    assert withdrawn.location == again.location == f"{listed}?withdrawn={product.public_id}"
    assert "Old scissors" not in browser.get(listed).text
    assert f'action="{restore}"' in browser.get(withdrawn.location).text
    assert browser.get(edit_path(product.public_id)).status_code == 404

    browser.submit(restore)

    assert products()[0].withdrawn_at is None
    assert "Old scissors" in browser.get(listed).text


def test_an_officer_acts_for_the_company_and_leaves_a_trace(app, sign_in):
    product = make_product()
    officer = make_officer()
    browser = sign_in(officer)

    browser.submit(edit_path(product.public_id), {**IDENTITY, "version": "1"})

    db.session.rollback()
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    company = db.session.get_one(Company, products()[0].company_id)
    assert (entry.actor_id, entry.action) == (officer.id, "company.acted_for")
    assert entry.object_id == company.public_id
    assert entry.after == {"what": "product.change"}
    assert company.updated_at == entry.at


def test_a_change_by_a_member_touches_the_company_but_not_its_version(browser, company):
    before = company.version
    browser.submit(f"/companies/{company.public_id}/products/new", IDENTITY)

    db.session.rollback()
    stored = db.session.get_one(Company, company.id)
    assert stored.updated_at == products()[0].created_at != NOON
    assert stored.version == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_runs_the_same_queries_for_any_number_of_rows(
    rows, browser, company, count_queries
):
    for _ in range(rows):
        make_product(company)
    make_product()
    db.session.commit()
    path = f"/companies/{company.public_id}/products"
    browser.get(path)

    with count_queries() as statements:
        page = browser.get(path)

    assert page.text.count('scope="row"') == rows
    # The session, the company, its members, the products, their pictures, the codes.
    assert len(statements) == 6


def test_the_list_says_what_is_missing_and_why(browser, company):
    make_product(company, hs_code=None)
    db.session.commit()

    page = browser.get(f"/companies/{company.public_id}/products").text

    assert "Buyers cannot find the product without it." in page
    assert "Buyers ask first whether you can make enough." in page


def test_the_usual_certificates_come_first(browser, company):
    product = make_product(company, certificates=["C-CMMI"])
    db.session.commit()

    page = browser.get(edit_path(product.public_id, 3)).text

    first, _, rest = page.partition("</details>")
    assert 'value="C-ISO13485"' in first
    assert 'value="C-CMMI" id="' in first
    assert 'value="C-PHYTO"' in rest


@pytest.mark.parametrize(("language", "direction"), [("ja", "ltr"), ("ur", "rtl")])
def test_every_step_is_drawn_in_the_readers_language(browser, company, language, direction):
    product = make_product(company)
    db.session.commit()

    for step in (1, 2, 3):
        page = browser.get(f"{edit_path(product.public_id, step)}&lang={language}").text
        assert f'<html lang="{language}" dir="{direction}">' in page
