"""Who sees what of a company."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from matchmaker.accounts.enums import Role
from matchmaker.companies import permissions
from matchmaker.companies.enums import Currency, MemberRole, Period, Purpose, Unit
from matchmaker.companies.models import Company, Consent, Contact, ContactRelease, Member
from matchmaker.companies.page_queries import seen_company
from matchmaker.companies.sight import SeenCompany
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

HIDDEN = {
    "e-mail": "hidden-contact@ravi.example",
    "telephone": "+92 321 4567890",
    "person": "Hidden Person",
    "address": "12 Kutchery Road",
    "website": "https://hidden.ravi.example",
    "register number": "1234567-8",
    "price": "77.31",
}
INSIDE_ONLY = {"turnover": "123,456,789", "association": "Hidden Association"}
SHOWN = ["Ravi Surgical", "Sialkot", "Surgical scissors", "5,000", "9018.90"]


@pytest.fixture
def exporter(app):
    company = make_exporter(
        name="Ravi Surgical",
        register_number=HIDDEN["register number"],
        address=HIDDEN["address"],
        website=HIDDEN["website"],
    )
    profile = company_profile(company)
    profile.turnover_pkr = 123_456_789
    profile.association = "Hidden Association"
    db.session.execute(sa.delete(Contact).where(Contact.company_id == company.id))
    db.session.add(
        Contact(
            company_id=company.id,
            name=HIDDEN["person"],
            email=HIDDEN["e-mail"],
            phone="+923214567890",
        )
    )
    make_product(
        company,
        capacity=5000,
        unit=Unit.PIECE,
        period=Period.MONTH,
        price_min=Decimal("77.31"),
        price_max=Decimal("77.31"),
        currency=Currency.USD,
    )
    db.session.commit()
    return company


def company_profile(company: Company):
    from matchmaker.companies.models import ExporterProfile

    return db.session.get_one(ExporterProfile, company.id)


def withdraw(company: Company, purpose: Purpose) -> None:
    db.session.add(
        Consent(
            company_id=company.id,
            purpose=purpose,
            given=False,
            wording="No",
            language="en",
            at=NOON,
        )
    )
    db.session.commit()


def buyers_person() -> tuple:
    user = make_user(name="Sato Hanako")
    company = make_buyer(user)
    db.session.commit()
    return user, company


def read(client, company: Company):
    db.session.rollback()
    return client.get(f"/companies/{company.public_id}")


def test_other_side_sees_the_offer_and_nothing_that_is_hidden(exporter, sign_in):
    user, _buyer = buyers_person()

    page = read(sign_in(user), exporter)

    assert page.status_code == 200
    for text in SHOWN:
        assert text in page.text
    for what, text in {**HIDDEN, **INSIDE_ONLY}.items():
        assert text not in page.text, what
    assert "$" not in page.text


def test_partner_sees_contacts_and_prices_once_both_accepted(exporter, sign_in):
    user, buyer = buyers_person()
    db.session.add(ContactRelease(exporter_id=exporter.id, buyer_id=buyer.id, at=NOON))
    db.session.commit()

    page = read(sign_in(user), exporter)

    for what, text in HIDDEN.items():
        assert text in page.text, what
    for what, text in INSIDE_ONLY.items():
        assert text not in page.text, what


def test_release_to_one_buyer_opens_nothing_to_another(exporter, sign_in):
    _user, buyer = buyers_person()
    other, _ = buyers_person()
    db.session.add(ContactRelease(exporter_id=exporter.id, buyer_id=buyer.id, at=NOON))
    db.session.commit()

    page = read(sign_in(other), exporter)

    assert page.status_code == 200
    assert HIDDEN["e-mail"] not in page.text


def test_partner_keeps_the_page_after_a_withdrawal_and_others_lose_it(exporter, sign_in):
    user, buyer = buyers_person()
    other, _ = buyers_person()
    db.session.add(ContactRelease(exporter_id=exporter.id, buyer_id=buyer.id, at=NOON))
    withdraw(exporter, Purpose.DIRECTORY)

    assert read(sign_in(user), exporter).status_code == 200
    assert read(sign_in(other), exporter).status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICER, Role.OBSERVER, Role.ADMINISTRATOR])
def test_office_sees_everything(exporter, sign_in, role):
    withdraw(exporter, Purpose.DIRECTORY)
    officer = make_officer(role=role)
    db.session.commit()

    page = read(sign_in(officer), exporter)

    for text in [*SHOWN, *HIDDEN.values(), *INSIDE_ONLY.values()]:
        assert text in page.text
    may_act = role is not Role.OBSERVER
    assert ("Edit on the company's behalf" in page.text.replace("&#39;", "'")) is may_act


def test_member_sees_everything_of_the_own_company(exporter, sign_in):
    viewer = make_user()
    db.session.add(
        Member(company_id=exporter.id, user_id=viewer.id, role=MemberRole.VIEWER, joined_at=NOON)
    )
    db.session.commit()

    page = read(sign_in(viewer), exporter)

    for text in [*SHOWN, *HIDDEN.values(), *INSIDE_ONLY.values()]:
        assert text in page.text
    assert "Edit the profile" not in page.text


def test_competitor_stranger_interpreter_and_nobody_see_nothing(exporter, sign_in, client):
    competitor, stranger = make_user(), make_user()
    make_exporter(competitor)
    interpreter = make_officer(role=Role.INTERPRETER)
    db.session.commit()

    for person in (competitor, stranger, interpreter):
        page = read(sign_in(person), exporter)
        assert page.status_code == 404
        assert "Ravi" not in page.text
    assert read(client, exporter).location.startswith("/sign-in")


def test_exporter_sees_the_needs_of_a_buyer_without_prices(app, sign_in):
    user = make_user()
    make_exporter(user)
    buyer = make_buyer(name="浪速医療器械", register_number="7000012050002")
    make_need(
        buyer, volume=2000, unit=Unit.PIECE, price_min=3, price_max=99, currency=Currency.USD
    )
    db.session.commit()

    page = read(sign_in(user), buyer)

    assert "手術用はさみ・鉗子" in page.text
    assert "2,000" in page.text
    assert "99.00" not in page.text
    assert "7000012050002" not in page.text


def test_withdrawn_goods_are_not_shown(exporter, sign_in):
    make_product(exporter, name="Old towels", withdrawn_at=NOON)
    user, _ = buyers_person()

    assert "Old towels" not in read(sign_in(user), exporter).text


@pytest.mark.parametrize("gone", ["merged", "erased"])
def test_merged_and_erased_companies_are_not_there(exporter, sign_in, gone):
    user, _ = buyers_person()
    officer = make_officer()
    if gone == "merged":
        exporter.merged_into_id = make_exporter().id
    else:
        exporter.erased_at = NOON
    db.session.commit()

    for person in (user, officer):
        assert read(sign_in(person), exporter).status_code == 404


def test_merged_company_of_the_reader_opens_no_other(exporter, sign_in):
    user, buyer = buyers_person()
    buyer.erased_at = NOON
    db.session.commit()

    assert read(sign_in(user), exporter).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_other_methods_open_nothing(exporter, sign_in, method):
    user, _ = buyers_person()
    client = sign_in(user)
    db.session.rollback()

    answer = getattr(client, method)(
        f"/companies/{exporter.public_id}", headers={"X-CSRFToken": client.csrf()}
    )

    assert answer.status_code == 405
    assert "Ravi" not in answer.text


def test_what_a_company_wrote_comes_out_as_text(app, sign_in):
    user = make_user()
    markup = "<script>alert(1)</script>"
    company = make_exporter(user, name=markup, description=markup, city=markup)
    make_product(company, name=markup, description=markup)
    db.session.commit()

    page = read(sign_in(user), company)

    assert markup not in page.text
    assert page.text.count("&lt;script&gt;") >= 5


@pytest.mark.parametrize("rows", [1, 3])
def test_page_runs_the_same_queries_for_any_number_of_goods(
    exporter, sign_in, count_queries, rows
):
    for _ in range(rows):
        make_product(exporter)
    user, _ = buyers_person()
    client = sign_in(user)
    address = f"/companies/{exporter.public_id}"
    db.session.rollback()

    with count_queries() as statements:
        client.get(address)

    assert len(statements) == 13


def seen(company: Company, *, agreed=False, other=False, released=False) -> SeenCompany:
    return SeenCompany(company, agreed=agreed, from_other_side=other, released=released)


@pytest.mark.parametrize(
    ("agreed", "other", "released", "page", "everything"),
    [
        (False, False, False, False, False),
        (True, False, False, False, False),
        (False, True, False, False, False),
        (True, True, False, True, False),
        (False, True, True, True, True),
        (True, True, True, True, True),
    ],
)
def test_rule_of_the_page_for_those_outside(app, agreed, other, released, page, everything):
    user = make_user()
    found = seen_company(make_exporter().public_id, asker=user)
    facts = seen(found.company, agreed=agreed, other=other, released=released)

    assert permissions.can_see_page(user, facts) is page
    assert permissions.can_see_all(user, facts) is everything
    assert permissions.can_see_page(None, facts) is False
    assert permissions.can_see_all(None, facts) is False


def test_missing_register_number_is_told_to_those_inside_only(app, sign_in):
    company = make_exporter(register_number=None)
    user, _buyer = buyers_person()
    officer = make_officer()
    db.session.commit()
    told = "No registration number yet"

    assert told in read(sign_in(officer), company).text
    assert told not in read(sign_in(user), company).text

    company.register_number = "1234567-8"
    db.session.commit()
    page = read(sign_in(officer), company).text
    assert told not in page
    assert '<dt>National Tax Number (NTN)</dt><dd><bdi dir="ltr">1234567-8</bdi></dd>' in page
