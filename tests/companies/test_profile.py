"""Filling in a profile, step by step."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.enums import Role
from matchmaker.companies.completeness import steps_of
from matchmaker.companies.enums import BusinessType, MemberRole, Step, SupplierKind
from matchmaker.companies.models import Member
from matchmaker.companies.queries import company_with_profile
from matchmaker.companies.services.profile import Identity, save_step
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError
from tests.build import NOON, make_buyer, make_exporter, make_officer, make_user
from tests.companies.reading import read

CONTACT = {
    "person": "Hamza Ravail",
    "role": "Export Manager",
    "email": "Hamza@Ravi.example",
    "phone": "0321 4567890",
    "address": "12 Kutchery Road",
    "city": "Sialkot",
    "region": "Punjab",
    "website": "www.ravi.example",
}


def test_exporter_and_buyer_have_steps_of_their_own(app):
    exporter, buyer = make_exporter(), make_buyer()

    assert steps_of(exporter) == [
        Step.IDENTITY,
        Step.CONTACT,
        Step.SIZE,
        Step.HISTORY,
        Step.DESCRIPTION,
    ]
    assert steps_of(buyer) == [Step.IDENTITY, Step.CONTACT, Step.BUSINESS, Step.DESCRIPTION]


def test_every_step_opens_in_any_order(owner, exporter):
    for step in reversed(steps_of(exporter)):
        page = owner.get(f"/companies/{exporter.public_id}/profile/{step}")
        assert page.status_code == 200
        assert 'aria-current="step"' in page.text


def test_steps_of_another_kind_and_nonsense_are_not_there(owner, exporter):
    for step in ("business", "nonsense", "version"):
        assert owner.get(f"/companies/{exporter.public_id}/profile/{step}").status_code == 404


def test_identity_is_saved_normalised_and_leads_to_the_next_step(owner, exporter):
    here = f"/companies/{exporter.public_id}/profile"
    form = {
        "version": "1",
        "name": "راوی سرجیکل",
        "name_latin": "Ravi Surgical",
        "register_number": "１２３４５６７ ８",
        "association": "SIMAP",
        "membership_number": "EX-1",
    }
    answer = owner.submit(f"{here}/identity", form)

    assert (answer.status_code, answer.location) == (303, f"{here}/contact")
    company = read(exporter)
    assert (company.name, company.name_language) == ("راوی سرجیکل", "ur")
    assert company.register_number == "1234567-8"
    assert company.exporter_profile.association == "SIMAP"
    assert company.version == 2


def test_saving_and_leaving_goes_back_to_the_list(owner, exporter):
    here = f"/companies/{exporter.public_id}/profile"
    answer = owner.submit(f"{here}/contact", {"version": "1", "leave": "1", **CONTACT})

    assert answer.location == here


def test_contact_is_saved_in_the_forms_it_is_used_in(owner, exporter):
    owner.submit(f"/companies/{exporter.public_id}/profile/contact", {"version": "1", **CONTACT})

    company = read(exporter)
    [contact] = company.contacts
    assert (contact.name, contact.email, contact.phone) == (
        "Hamza Ravail",
        "hamza@ravi.example",
        "+923214567890",
    )
    assert (company.city, company.website) == ("Sialkot", "https://www.ravi.example")


@pytest.mark.parametrize(
    ("step", "field", "value", "sentence"),
    [
        ("identity", "name", " ", "Write the name of the company."),
        ("identity", "register_number", "12345", "seven digits, a hyphen and one digit"),
        ("contact", "phone", "12", "This is no telephone number."),
        ("contact", "phone", "+81 90", "This is no telephone number."),
        ("contact", "email", "nobody", "Write an e-mail address"),
        ("contact", "person", "", "Write whose e-mail address and telephone these are."),
        ("contact", "website", "javascript://x.example/%0aalert(1)", "address of the website"),
        ("contact", "website", "ftp://ravi.example", "address of the website"),
        ("contact", "website", "https://user:secret@ravi.example", "address of the website"),
        ("contact", "city", "x" * 81, "Write at most 80 characters."),
        ("size", "staff_count", "many", "Write a whole number in digits."),
        ("size", "staff_count", "-5", "Write a whole number in digits."),
        ("size", "turnover_pkr", "9" * 30, "That number is too large."),
        ("size", "founded_year", "1700", "Write a year between 1800 and now"),
        ("size", "supplier_kind", "any", "Not a valid choice"),
        ("description", "description", "x" * 4001, "Write at most 4,000 characters."),
        ("description", "description_language", "xx", "Not a valid choice"),
        ("description", "languages", "xx", "Choose languages of the list."),
    ],
)
def test_faulty_field_is_named_and_nothing_is_saved(owner, exporter, step, field, value, sentence):
    base = {"version": "1", "name": "Ravi", **CONTACT, "description_language": "en"}
    answer = owner.submit(
        f"/companies/{exporter.public_id}/profile/{step}", {**base, field: value}
    )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert read(exporter).version == 1


def test_size_is_read_as_people_write_numbers(owner, exporter):
    form = {
        "version": "1",
        "staff_count": "۴۲",
        "turnover_pkr": "800,000,000",
        "founded_year": "1998",
        "supplier_kind": "manufacturer",
        "women_led": "no",
        "first_time": "yes",
    }
    owner.submit(f"/companies/{exporter.public_id}/profile/size", form)

    company = read(exporter)
    profile = company.exporter_profile
    assert (profile.staff_count, profile.turnover_pkr) == (42, 800_000_000)
    assert (profile.women_led, profile.first_time) == (False, True)
    assert profile.supplier_kind is SupplierKind.MANUFACTURER
    assert company.founded_year == 1998
    assert profile.is_sme is True
    page = owner.get(f"/companies/{exporter.public_id}/profile/size")
    assert "You count as a small or medium company." in page.text


def test_one_rupee_above_the_limit_is_no_small_company(owner, exporter):
    form = {"version": "1", "turnover_pkr": "800,000,001"}
    owner.submit(f"/companies/{exporter.public_id}/profile/size", form)

    assert read(exporter).exporter_profile.is_sme is False


def rows(*records: tuple[str, str, str]) -> dict[str, str]:
    form = {"version": "1"}
    for number, record in enumerate(records):
        for name, value in zip(("year", "market", "value_usd"), record, strict=True):
            form[f"records-{number}-{name}"] = value
    return form


def test_history_is_saved_row_by_row_and_blank_rows_are_left_out(owner, exporter):
    here = f"/companies/{exporter.public_id}/profile/history"
    owner.submit(here, rows(("2024", "DE", "310,000"), ("", "", ""), ("2023", "AE", "1")))
    owner.submit(here, {**rows(("2024", "DE", "5"), ("2022", "JP", "7")), "version": "2"})

    history = read(exporter).exporter_profile.history
    assert [(r.year, r.market, r.value_usd) for r in history] == [
        (2024, "DE", 5),
        (2022, "JP", 7),
    ]


@pytest.mark.parametrize(
    ("records", "sentence"),
    [
        ([("2024", "", "5")], "Fill in year, market and value, or clear all three."),
        ([("2024", "DE", "5"), ("2024", "DE", "6")], "stand in another row already"),
        ([("2024", "XX", "5")], "Not a valid choice"),
        ([("99", "DE", "5")], "Write a year between 1800 and now"),
        ([("2024", "DE", "lots")], "Write a whole number in digits."),
    ],
)
def test_faulty_row_keeps_the_history_as_it_was(owner, exporter, records, sentence):
    answer = owner.submit(f"/companies/{exporter.public_id}/profile/history", rows(*records))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert read(exporter).exporter_profile.history == []


def test_rows_come_and_go_without_script_and_keep_what_was_typed(owner, exporter):
    here = f"/companies/{exporter.public_id}/profile/history"
    typed = rows(("2024", "DE", "310,000"), ("2023", "AE", "77"))

    more = owner.submit(here, {**typed, "add_row": "1"})
    less = owner.submit(here, {**typed, "remove_row": "records-0"})

    assert more.status_code == less.status_code == 200
    assert more.text.count('name="remove_row"') == 3
    assert "310,000" in more.text
    assert less.text.count('name="remove_row"') == 1
    assert "310,000" not in less.text
    assert 'value="77"' in less.text
    assert read(exporter).version == 1


def test_markets_are_countries_named_in_the_readers_language(owner, exporter):
    page = owner.get(f"/companies/{exporter.public_id}/profile/history?lang=ja")

    assert '<option value="DE">ドイツ</option>' in page.text
    assert 'value="EU"' not in page.text


def test_buyer_tells_its_business_and_its_number_is_checked(app, sign_in):
    user = make_user()
    buyer = make_buyer(user)
    db.session.commit()
    client = sign_in(user)
    here = f"/companies/{buyer.public_id}/profile"
    identity = {"version": "1", "name": "浪速医療", "register_number": "7000012050003"}

    wrong = client.submit(f"{here}/identity", identity)
    right = client.submit(
        f"{here}/identity",
        {**identity, "name_kana": "ﾅﾆﾜ", "register_number": "７０００ ０１２０５０００２"},
    )
    client.submit(
        f"{here}/business",
        {"version": "2", "business_type": "importer", "import_evidence": "医療器械を輸入"},
    )

    assert wrong.status_code == 422
    assert "check digit" in wrong.text
    assert right.status_code == 303
    company = read(buyer)
    assert (company.register_number, company.name_kana) == ("7000012050002", "ナニワ")
    assert company.buyer_profile.business_type is BusinessType.IMPORTER
    assert company.buyer_profile.import_evidence == "医療器械を輸入"


def test_number_of_another_company_is_refused_without_saying_whose(owner, exporter):
    make_exporter(name="Secret Firm", register_number="1234567-8")
    db.session.commit()
    form = {"version": "1", "name": "Ravi", "register_number": "12345678"}

    answer = owner.submit(f"/companies/{exporter.public_id}/profile/identity", form)

    assert answer.status_code == 422
    assert "This number is registered already." in answer.text
    assert "Secret Firm" not in answer.text
    assert read(exporter).name != "Ravi"


def test_description_keeps_its_language(owner, exporter):
    form = {
        "version": "1",
        "languages": ["en", "ur", "de"],
        "description": "ہم جراحی کے آلات بناتے ہیں\x00",
        "description_language": "ur",
    }
    owner.submit(f"/companies/{exporter.public_id}/profile/description", form)

    company = read(exporter)
    assert company.languages == ["en", "ur", "de"]
    assert (company.description, company.description_language) == (
        "ہم جراحی کے آلات بناتے ہیں",
        "ur",
    )


def test_second_editor_is_told_and_keeps_the_text(owner, exporter):
    here = f"/companies/{exporter.public_id}/profile/contact"
    owner.submit(here, {"version": "1", **CONTACT})

    answer = owner.submit(here, {"version": "1", **CONTACT, "city": "Lahore"})

    assert answer.status_code == 409
    assert "Somebody changed the profile while you were typing." in answer.text
    assert 'value="Lahore"' in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert read(exporter).city == "Sialkot"
    again = owner.submit(here, {"version": "2", **CONTACT, "city": "Lahore"})
    assert again.status_code == 303
    assert read(exporter).city == "Lahore"


@pytest.mark.parametrize("version", ["", "x", "0", "99"])
def test_forged_version_overwrites_nothing(owner, exporter, version):
    form = {"version": version, **CONTACT}
    answer = owner.submit(f"/companies/{exporter.public_id}/profile/contact", form)

    assert answer.status_code in {409, 422}
    assert read(exporter).version == 1


def test_service_refuses_an_old_version(app):
    user = make_user()
    company = company_with_profile(make_exporter(user).public_id)
    given = Identity(
        name="New",
        name_kana=None,
        name_latin=None,
        register_number=None,
        association=None,
        membership_number=None,
    )
    save_step(company, given, actor=user, seen_version=1, now=NOON + timedelta(days=1))

    with pytest.raises(ChangedMeanwhileError, match="while you were typing"):
        save_step(company, given, actor=user, seen_version=1, now=NOON)


def test_fields_of_other_steps_and_of_no_form_change_nothing(owner, exporter):
    forged = {"country": "US", "is_buyer": "1", "name": "Forged", "created_at": "2020-01-01"}
    form = {"version": "1", **CONTACT, **forged}
    owner.submit(f"/companies/{exporter.public_id}/profile/contact", form)

    company = read(exporter)
    assert (company.country, company.is_buyer) == ("PK", False)
    assert company.name != "Forged"


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR])
def test_officer_acts_on_behalf_and_the_company_sees_it(owner, exporter, sign_in, role):
    officer = make_officer(role=role, name="Officer Khan")
    db.session.commit()
    client = sign_in(officer)
    here = f"/companies/{exporter.public_id}"

    client.submit(f"{here}/profile/contact", {"version": "1", **CONTACT})

    db.session.rollback()
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "company.acted_for")
    ).one()
    assert (entry.actor_id, entry.object_id, entry.after) == (
        officer.id,
        exporter.public_id,
        {"what": "profile.contact"},
    )
    page = owner.get(here)
    assert "Done by the trade office" in page.text
    assert "Officer Khan" in page.text
    assert "Contact and address" in page.text


def test_own_changes_are_no_acting_on_behalf(owner, exporter):
    owner.submit(f"/companies/{exporter.public_id}/profile/contact", {"version": "1", **CONTACT})

    assert "Done by the trade office" not in owner.get(f"/companies/{exporter.public_id}").text


def test_those_outside_and_viewers_edit_nothing(exporter, sign_in, client):
    viewer, stranger = make_user(), make_user()
    db.session.add(
        Member(company_id=exporter.id, user_id=viewer.id, role=MemberRole.VIEWER, joined_at=NOON)
    )
    observer = make_officer(role=Role.OBSERVER)
    make_exporter(stranger)
    db.session.commit()
    here = f"/companies/{exporter.public_id}/profile"

    for person in (viewer, stranger, observer):
        browser = sign_in(person)
        assert browser.get(f"{here}/contact").status_code == 404
        answer = browser.submit(f"{here}/contact", {"version": "1", **CONTACT})
        assert answer.status_code == 404
    assert sign_in(viewer).get(here).status_code == 200
    assert sign_in(stranger).get(here).status_code == 404
    assert client.get(here).location.startswith("/sign-in")
    assert read(exporter).version == 1
