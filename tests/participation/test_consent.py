"""Companies that have not agreed to suggestions know it, and officers see who they are."""

from __future__ import annotations

import re

from matchmaker.companies.enums import MemberRole, Purpose
from matchmaker.companies.models import Company, Consent, Member
from matchmaker.db.base import db
from matchmaker.participation.enums import ApplicationState
from tests.build import NOON, make_application, make_event, make_exporter, make_officer, make_user


def refuse(company) -> None:
    """Let the company take its agreement to suggestions back."""
    db.session.add(
        Consent(
            company_id=company.id,
            purpose=Purpose.SUGGESTIONS,
            given=False,
            wording="No",
            language="en",
            by_id=None,
            at=NOON,
        )
    )
    db.session.flush()


def test_a_company_is_warned_before_it_applies(sign_in):
    owner, editor = make_user(), make_user()
    event, company = make_event(), make_exporter(owner)
    db.session.add(
        Member(company_id=company.id, user_id=editor.id, role=MemberRole.EDITOR, joined_at=NOON)
    )
    address = f"/events/{event.public_id}/apply/{company.public_id}"
    consents = f"/companies/{company.public_id}/consents"
    warning = "nobody will be suggested to you"
    browser = sign_in(owner)
    before = browser.get(address).text
    refuse(company)
    db.session.commit()

    after, to_editor = browser.get(address).text, sign_in(editor).get(address).text

    assert warning not in before
    assert warning in after
    assert f'<a href="{consents}">Change this under Consents</a>' in after
    assert warning in to_editor
    assert f'<a href="{consents}">' not in to_editor
    assert "An owner of your company can change this" in to_editor


def test_an_officer_sees_who_wants_no_suggestions(sign_in):
    event = make_event()
    willing, refusing = make_exporter(name="Willing"), make_exporter(name="Refusing")
    applications = [
        make_application(event, company, ApplicationState.ACCEPTED).public_id
        for company in (willing, refusing)
    ]
    refuse(refusing)
    address = f"/events/{event.public_id}"
    browser = sign_in(make_officer())

    pages = [browser.get(f"/applications/{public_id}").text for public_id in applications]
    whole = browser.get(f"{address}/applications").text
    some = browser.get(f"{address}/applications?suggestions=no").text
    overview = browser.get(f"{address}/overview").text

    assert ["Does not want suggestions" in page for page in pages] == [False, True]
    assert whole.count("Does not want suggestions") == 1
    assert "Not agreed to (1)" in whole
    assert re.findall('aria-label="Choose (Willing|Refusing)"', whole) == ["Willing", "Refusing"]
    assert re.findall('aria-label="Choose (Willing|Refusing)"', some) == ["Refusing"]
    assert "1 company takes part without suggestions" in overview
    assert "state=accepted&amp;suggestions=no" in overview


def test_who_was_never_asked_has_not_agreed(sign_in):
    event = make_event()
    loaded = Company(
        is_exporter=True,
        name="Loaded",
        name_language="en",
        country="PK",
        created_at=NOON,
        updated_at=NOON,
    )
    db.session.add(loaded)
    db.session.flush()
    make_application(event, loaded, ApplicationState.ACCEPTED)

    overview = sign_in(make_officer()).get(f"/events/{event.public_id}/overview").text

    assert "1 company takes part without suggestions" in overview
