"""What a company agrees to, and taking it back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaker.companies.enums import MemberRole, Purpose
from matchmaker.companies.models import Consent, Member
from matchmaker.companies.queries import agreed_to
from matchmaker.companies.wording import wording
from matchmaker.db.base import db
from tests.build import NOON, make_buyer, make_exporter, make_officer, make_user

ALL = {"directory": "y", "suggestions": "y", "partner_sharing": "y"}


@pytest.fixture
def owner(app):
    return make_user(name="Owner Ravail")


@pytest.fixture
def company(owner):
    company = make_exporter(owner)
    db.session.commit()
    return company


def test_withdrawal_is_appended_and_takes_effect(company, owner, sign_in):
    client = sign_in(owner)
    form = {"language": "ur", "directory": "y", "partner_sharing": "y"}

    answer = client.submit(f"/companies/{company.public_id}/consents", form)

    assert answer.status_code == 303
    db.session.rollback()
    last = db.session.scalars(sa.select(Consent).order_by(Consent.id.desc())).first()
    assert (last.purpose, last.given, last.language, last.by_id) == (
        Purpose.SUGGESTIONS,
        False,
        "ur",
        owner.id,
    )
    assert last.wording == wording(Purpose.SUGGESTIONS, "ur")
    assert db.session.scalar(sa.select(sa.func.count(Consent.id))) == 4
    assert db.session.scalars(agreed_to(Purpose.SUGGESTIONS)).all() == []
    assert db.session.scalars(agreed_to(Purpose.DIRECTORY)).all() == [company.id]


def test_consent_is_given_anew(company, owner, sign_in):
    client = sign_in(owner)
    here = f"/companies/{company.public_id}/consents"

    client.submit(here, {"language": "en"})
    client.submit(here, {"language": "en", **ALL})

    db.session.rollback()
    assert db.session.scalars(agreed_to(Purpose.PARTNER_SHARING)).all() == [company.id]
    assert db.session.scalar(sa.select(sa.func.count(Consent.id))) == 9


def test_same_answers_add_nothing(company, owner, sign_in):
    sign_in(owner).submit(f"/companies/{company.public_id}/consents", {"language": "en", **ALL})

    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Consent.id))) == 3


def test_answer_in_no_known_language_changes_nothing(company, owner, sign_in):
    sign_in(owner).submit(f"/companies/{company.public_id}/consents", {"language": "xx"})

    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Consent.id))) == 3


def test_page_shows_every_answer_with_person_and_wording(company, owner, sign_in):
    client = sign_in(owner)
    client.submit(f"/companies/{company.public_id}/consents", {"language": "en"})

    page = client.get(f"/companies/{company.public_id}/consents")

    assert page.text.count("Owner Ravail</bdi></td>") == 6
    assert page.text.count("Not agreed") == 3
    assert " checked" not in page.text


def test_withdrawn_company_is_no_longer_shown_to_the_other_side(company, owner, sign_in):
    buyer = make_user()
    make_buyer(buyer)
    db.session.commit()
    reader = sign_in(buyer)
    assert reader.get(f"/companies/{company.public_id}").status_code == 200

    sign_in(owner).submit(f"/companies/{company.public_id}/consents", {"language": "en"})

    assert reader.get(f"/companies/{company.public_id}").status_code == 404


def test_consents_are_the_owners_business_alone(company, sign_in):
    editor, stranger, officer = make_user(), make_user(), make_officer()
    db.session.add(
        Member(company_id=company.id, user_id=editor.id, role=MemberRole.EDITOR, joined_at=NOON)
    )
    make_exporter(stranger)
    db.session.commit()
    before = db.session.scalar(sa.select(sa.func.count(Consent.id)))

    for person in (editor, stranger, officer):
        client = sign_in(person)
        assert client.get(f"/companies/{company.public_id}/consents").status_code == 404
        form = {"language": "en"}
        assert client.submit(f"/companies/{company.public_id}/consents", form).status_code == 404
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Consent.id))) == before
