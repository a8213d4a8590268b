"""What the pages of the steps do besides saving: rows, the Enter key, limits, two editors."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import Contact
from matchmaker.db.base import db
from tests.build import make_buyer, make_officer, make_user
from tests.companies.reading import read
from tests.companies.test_profile import CONTACT, rows


def step(company, name: str) -> str:
    return f"/companies/{company.public_id}/profile/{name}"


@pytest.mark.parametrize("name", ["identity", "contact", "size", "history", "description"])
def test_enter_saves_and_presses_no_button_of_a_row(owner, exporter, name):
    page = owner.get(step(exporter, name)).text

    form = page[page.index("data-guard") :]
    first = form[form.index("<button") : form.index("</button>")]
    assert 'aria-hidden="true"' in first
    assert "name=" not in first


def test_added_row_is_where_the_page_comes_back_to(owner, exporter):
    typed = rows(("2024", "DE", "310,000"))

    before = owner.get(step(exporter, "history")).text
    page = owner.submit(step(exporter, "history"), {**typed, "add_row": "1"}).text

    assert f'formaction="{step(exporter, "history")}#records-1-year"' in before
    assert 'id="records-1-year"' not in before
    assert 'id="records-1-year"' in page


def test_same_year_and_market_twice_is_named_in_the_summary_too(owner, exporter):
    typed = rows(("2024", "DE", "5"), ("2024", "DE", "6"))

    page = owner.submit(step(exporter, "history"), typed).text

    assert 'href="#records-1-market"' in page


def test_text_above_the_limit_comes_back_whole_with_both_numbers(owner, exporter):
    form = {"version": "1", "description": "x" * 4012, "description_language": "en"}

    answer = owner.submit(step(exporter, "description"), form)

    assert answer.status_code == 422
    assert "Write at most 4,000 characters. You wrote 4,012;" in answer.text
    assert "x" * 4012 in answer.text
    assert "maxlength" not in answer.text
    assert "At most 4,000 characters." in answer.text
    assert read(exporter).description == ""


def test_second_editor_sees_what_now_stands_beside_what_was_typed(owner, exporter):
    owner.submit(step(exporter, "contact"), {"version": "1", **CONTACT})

    typed = {**CONTACT, "city": "Lahore", "phone": "+92 321 4567890", "role": ""}
    page = owner.submit(step(exporter, "contact"), {"version": "1", **typed}).text

    stored = dict(re.findall(r'id="(\w+)-stored">[^<]*<strong dir="auto">([^<]*)<', page))
    assert stored == {"city": "Sialkot", "role": "Export Manager"}


def test_second_editor_sees_the_rows_that_now_stand(owner, exporter):
    owner.submit(step(exporter, "history"), rows(("2024", "DE", "310,000")))

    late = owner.submit(step(exporter, "history"), rows(("2023", "JP", "5")))

    assert late.status_code == 409
    assert "2024 Germany $310,000.00" in late.text


def test_second_editor_sees_choices_by_their_names(owner, exporter):
    size = {"version": "1", "staff_count": "1,200", "supplier_kind": "trader", "women_led": "yes"}
    owner.submit(step(exporter, "size"), size)

    typed = {"staff_count": "7", "supplier_kind": "manufacturer", "women_led": "no"}
    late = owner.submit(step(exporter, "size"), {"version": "1", **typed}).text

    stored = dict(re.findall(r'id="(\w+)-stored">[^<]*<strong dir="auto">([^<]*)<', late))
    assert stored == {
        "staff_count": "1,200",
        "supplier_kind": "We trade in goods that others make",
        "women_led": "Yes",
    }


def test_contact_is_proposed_from_who_is_signed_in_and_saved_only_by_saving(
    owner, exporter, sign_in
):
    db.session.execute(sa.delete(Contact))
    db.session.commit()

    mine = owner.get(step(exporter, "contact")).text
    officers = sign_in(make_officer(name="Of The Office")).get(step(exporter, "contact")).text

    assert 'value="owner@ravi.example"' in mine
    assert 'value="Of The Office"' not in officers
    assert read(exporter).contacts == []


def test_contact_that_stands_is_not_replaced_by_who_is_signed_in(owner, exporter):
    page = owner.get(step(exporter, "contact")).text

    assert 'value="Contact"' in page
    assert 'value="owner@ravi.example"' not in page


def test_figures_keep_their_order_among_words_from_right_to_left(owner, exporter):
    hint = owner.get(step(exporter, "identity") + "?lang=ur").text

    assert "\u20661234567-8\u2069" in hint
    assert "\u2066" not in owner.get(step(exporter, "identity") + "?lang=en").text


@pytest.mark.parametrize(
    "typed",
    ["5010401067252", "T5010401067252", "Ｔ ５０１０４０１０６７２５２", "t-5010401067252"],
)
def test_number_of_a_qualified_invoice_issuer_is_the_corporate_number_behind_a_t(
    app, sign_in, typed
):
    user = make_user()
    buyer = make_buyer(user, name="青葉物産株式会社", name_language="ja", register_number=None)
    db.session.commit()
    client = sign_in(user)
    form = {"version": "1", "name": "青葉物産株式会社", "register_number": typed}

    assert "Corporate number (13 digits)" in client.get(step(buyer, "identity")).text
    assert client.submit(step(buyer, "identity"), form).status_code == 303
    assert read(buyer).register_number == "5010401067252"


def test_complete_profile_says_what_comes_next(app, sign_in, exporter, owner):
    steps = {
        "identity": {"name": "Ravi Surgical", "register_number": "1234567-8"},
        "contact": CONTACT,
        "size": {"staff_count": "80", "turnover_pkr": "1", "supplier_kind": "trader"},
        "history": rows(("2024", "DE", "310,000")),
    }
    for number, (name, form) in enumerate(steps.items(), start=1):
        owner.submit(step(exporter, name), {**form, "version": str(number)})
    words = {"languages": "en", "description": "x" * 60, "description_language": "en"}
    profile = f"/companies/{exporter.public_id}/profile"
    assert "What comes next" not in owner.get(profile).text

    owner.submit(step(exporter, "description"), {**words, "version": "5"})

    page = owner.get(profile).text
    assert "What comes next" in page
    assert f'href="/companies/{exporter.public_id}/products"' in page
    assert 'href="/events"' in page
