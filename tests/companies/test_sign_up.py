"""Registering a company."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.companies.enums import MemberRole, Purpose
from matchmaker.companies.member_queries import present_answers
from matchmaker.companies.models import Company, Consent, Member
from matchmaker.companies.wording import wording
from matchmaker.db.base import db, random_id
from matchmaker.jobs.models import OutboxMessage
from tests.build import make_officer, make_user

PERSON = {
    "name": "Hamza Ravail",
    "email": "hamza@ravi.example",
    "password": "forceps and towels in may",
}
EXPORTER = {**PERSON, "company_name": "Ravi Surgical Works", "language": "en"}
BUYER = {
    **PERSON,
    "email": "sato@naniwa.example",
    "company_name": "浪速医療器械株式会社",
    "name_kana": "なにわいりょうきかい",
    "name_latin": "Naniwa Medical Instruments",
    "language": "ja",
}


def companies() -> list[Company]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Company).order_by(Company.id)))


def test_page_asks_for_the_side_first(client):
    page = client.get("/sign-up")

    assert page.status_code == 200
    assert 'href="/sign-up?kind=exporter"' in page.text
    assert 'href="/sign-up?kind=buyer"' in page.text


@pytest.mark.parametrize("kind", ["exporter", "buyer"])
def test_errors_are_listed_in_the_order_of_the_fields(client, kind):
    page = client.submit(f"/sign-up?kind={kind}", {"name_kana": "?", "language": "ja"})

    fields = ["name", "email", "password", "company_name"] + ["name_kana"] * (kind == "buyer")
    assert page.status_code == 422
    assert re.findall(r'<li><a href="#(\w+)">', page.text) == fields


@pytest.mark.parametrize("kind", ["exporter", "buyer"])
def test_no_consent_is_ticked_beforehand(client, kind):
    page = client.get(f"/sign-up?kind={kind}")

    assert page.text.count('type="checkbox"') == 3
    assert "checked" not in page.text


def test_exporter_signs_up_with_what_was_agreed_to(client):
    answer = client.submit("/sign-up?kind=exporter", {**EXPORTER, "directory": "y"})

    assert answer.status_code == 303
    assert answer.location == "/sign-up/check-mail"
    [company] = companies()
    assert (company.name, company.country, company.is_exporter, company.is_buyer) == (
        "Ravi Surgical Works",
        "PK",
        True,
        False,
    )
    member = db.session.scalars(sa.select(Member)).one()
    user = db.session.get_one(User, member.user_id)
    assert (user.email, user.confirmed_at, member.role) == (
        "hamza@ravi.example",
        None,
        MemberRole.OWNER,
    )
    assert present_answers(company) == {
        Purpose.DIRECTORY: True,
        Purpose.SUGGESTIONS: False,
        Purpose.PARTNER_SHARING: False,
    }


def test_buyer_signs_up_with_three_names(client):
    client.submit("/sign-up?kind=buyer", BUYER)

    [company] = companies()
    assert (company.country, company.name_language, company.is_buyer) == ("JP", "ja", True)
    assert company.name_kana == "ナニワイリョウキカイ"
    assert company.name_latin == "Naniwa Medical Instruments"


def test_sentence_that_was_shown_is_kept_in_its_language(client):
    client.submit("/sign-up?kind=buyer", {**BUYER, "suggestions": "y"})
    page = client.get("/sign-up?kind=buyer&lang=ja")

    assert 'name="language" type="hidden" value="ja"' in page.text
    consents = db.session.scalars(sa.select(Consent).order_by(Consent.id)).all()
    assert [(c.purpose, c.given, c.language) for c in consents] == [
        (Purpose.DIRECTORY, False, "ja"),
        (Purpose.SUGGESTIONS, True, "ja"),
        (Purpose.PARTNER_SHARING, False, "ja"),
    ]
    assert [c.wording for c in consents] == [wording(p, "ja") for p in Purpose]


def test_known_address_gets_the_same_answer_and_no_company(client):
    make_user(email=EXPORTER["email"])
    db.session.commit()

    known = client.submit("/sign-up?kind=exporter", EXPORTER)
    new = client.submit("/sign-up?kind=exporter", {**EXPORTER, "email": "new@ravi.example"})

    assert (known.status_code, known.location, known.data) == (303, new.location, new.data)
    assert len(companies()) == 1
    kinds = db.session.scalars(sa.select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
    assert kinds == ["already_registered", "confirm_address"]


def test_form_sent_twice_makes_one_company(client):
    client.submit("/sign-up?kind=exporter", {**EXPORTER, "directory": "y"})
    client.submit("/sign-up?kind=exporter", {**EXPORTER, "company_name": "Ravi Surgical"})

    [company] = companies()
    assert company.name == "Ravi Surgical"
    assert present_answers(company)[Purpose.DIRECTORY] is False
    assert len(db.session.scalars(sa.select(Member)).all()) == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "not an address", "Write an e-mail address"),
        ("password", "short", "Choose a password of 12 to 200 characters."),
        ("password", "password1234", "first that are tried"),
        ("company_name", "", "Write the name of the company."),
        ("company_name", "\u200b\u200b\u200b", "Write the name of the company."),
        ("company_name", "x" * 201, "Write a name of 2 to 200 characters."),
        ("name", "", "Write your name."),
        ("language", "xx", "Load the page again."),
    ],
)
def test_faulty_field_is_named_and_the_rest_is_kept(client, field, value, sentence):
    answer = client.submit("/sign-up?kind=exporter", {**EXPORTER, field: value})

    assert answer.status_code == 422
    assert sentence in answer.text
    kept = "name" if field != "name" else "company_name"
    assert EXPORTER[kept] in answer.text
    assert EXPORTER["password"] not in answer.text
    assert companies() == []


def test_reading_must_be_kana(client):
    answer = client.submit("/sign-up?kind=buyer", {**BUYER, "name_kana": "浪速医療"})

    assert answer.status_code == 422
    assert "Write the reading of the name in katakana." in answer.text


def test_fields_the_form_does_not_have_change_nothing(client):
    forged = {"country": "US", "is_buyer": "1", "role": "administrator", "is_example": "1"}
    client.submit("/sign-up?kind=exporter", {**EXPORTER, **forged})

    [company] = companies()
    assert (company.country, company.is_buyer, company.is_example) == ("PK", False, False)
    assert db.session.scalars(sa.select(User)).one().role == "member"


def test_page_after_signing_up_tells_nothing_of_the_address(client):
    page = client.get("/sign-up/check-mail")

    assert page.status_code == 200
    assert "Look at your mail" in page.text


def test_person_signed_in_adds_a_further_company_once(sign_in):
    user = make_user()
    client = sign_in(user)
    new_id = random_id()
    form = {"company_name": "Second Firm", "language": "en", "new_id": new_id}

    first = client.submit("/companies/new?kind=exporter", form)
    second = client.submit("/companies/new?kind=exporter", form)

    assert first.location == second.location == f"/companies/{new_id}/profile"
    [company] = companies()
    assert company.public_id == new_id
    assert client.get(first.location).status_code == 200


def test_id_of_somebody_elses_company_opens_nothing(sign_in, client):
    client.submit("/sign-up?kind=exporter", EXPORTER)
    [company] = companies()
    other = sign_in(make_user())
    form = {"company_name": "Thief", "language": "en", "new_id": company.public_id}

    answer = other.submit("/companies/new?kind=exporter", form)

    assert other.get(answer.location).status_code == 404
    assert [c.name for c in companies()] == ["Ravi Surgical Works"]


def test_new_company_needs_an_id_of_the_right_shape(sign_in):
    form = {"company_name": "Firm", "language": "en", "new_id": "../../etc"}

    answer = sign_in(make_user()).submit("/companies/new?kind=exporter", form)

    assert answer.status_code == 422
    assert companies() == []


def test_who_is_signed_in_is_led_to_adding(sign_in):
    answer = sign_in(make_officer()).get("/sign-up?kind=buyer")

    assert answer.location == "/companies/new?kind=buyer"


def test_nobody_adds_a_company_without_signing_in(client):
    assert client.get("/companies/new").location.startswith("/sign-in")
    assert client.submit("/companies/new?kind=buyer", BUYER).location.startswith("/sign-in")
    assert companies() == []
