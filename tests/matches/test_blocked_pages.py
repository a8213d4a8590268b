"""Pages of pairs that are kept apart: from a suggestion, from a company, and their list."""

from __future__ import annotations

import pytest

from matchmaker.accounts.enums import Role
from matchmaker.db.base import db
from matchmaker.matches.enums import BlockReason, SuggestionState
from matchmaker.matches.models import BlockedPair, Suggestion
from matchmaker.matches.services.blocked import Grounds, keep_apart
from tests.build import (
    NOON,
    make_buyer,
    make_exporter,
    make_need,
    make_officer,
    make_product,
    make_suggestion,
    make_user,
)
from tests.matches.fairs import company_of

WHY = {"reason": "dispute", "note": "An unpaid invoice"}


def block(exporter=None, buyer=None, note="They asked"):
    grounds = Grounds(BlockReason.ASKED, note)
    made, _aside = keep_apart(
        exporter or make_exporter(),
        buyer or make_buyer(),
        grounds,
        officer=make_officer(),
        now=NOON,
    )
    db.session.commit()
    return made


@pytest.fixture
def places(app):
    """Addresses, each with something that could leak or be changed."""
    suggestion = make_suggestion()
    made = block(make_exporter(name="Anwar Rugs"), make_buyer(name="Kato"), "A secret quarrel")
    return {
        "list": "/blocked-pairs",
        "company": f"/companies/{company_of(make_product()).public_id}/blocked-pairs",
        "suggestion": f"/suggestions/{suggestion.public_id}/block",
        "lift": f"/blocked-pairs/{made.public_id}/lift",
    }


def person(role):
    staff = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": NOON}
    return make_user(role=role, **(staff if role is not Role.MEMBER else {}))


@pytest.mark.parametrize("page", ["list", "company"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.OFFICER, 200),
        (Role.ADMINISTRATOR, 200),
        (Role.OBSERVER, 200),
        (Role.INTERPRETER, 404),
        (Role.MEMBER, 404),
    ],
)
def test_who_reads_whom_the_office_keeps_apart(places, sign_in, page, role, status):
    answer = sign_in(person(role)).get(places[page])

    assert answer.status_code == status
    assert status == 200 or "Kato" not in answer.text


@pytest.mark.parametrize("page", ["company", "suggestion", "lift"])
@pytest.mark.parametrize("role", [Role.OBSERVER, Role.INTERPRETER, Role.MEMBER])
def test_only_officers_keep_apart_and_lift(places, sign_in, page, role):
    answer = sign_in(person(role)).submit(places[page], WHY)

    assert answer.status_code == 404
    assert [one.lifted_at for one in db.session.query(BlockedPair)] == [None]


@pytest.mark.parametrize("page", ["list", "company", "suggestion"])
def test_nobody_signed_in_is_sent_to_sign_in(places, client, page):
    assert "/sign-in" in client.get(places[page]).location


def test_an_observer_sees_no_button_to_lift(places, sign_in):
    page = sign_in(person(Role.OBSERVER)).get(places["list"])

    assert "A secret quarrel" in page.text
    assert "/lift" not in page.text


def test_a_forged_press_is_refused(places, sign_in):
    officer = sign_in(make_officer())

    assert officer.post(places["lift"]).status_code == 400
    assert officer.post(places["suggestion"], data=WHY).status_code == 400
    assert db.session.query(BlockedPair).count() == 1


def test_two_are_kept_apart_from_their_suggestion(app, sign_in):
    product, need = make_product(), make_need()
    suggestion = make_suggestion(product=product, need=need)
    address = f"/suggestions/{suggestion.public_id}/block"
    name = company_of(product).name
    client = sign_in(make_officer())
    assert name in client.get(address).text

    answer = client.submit(address, WHY)
    opened = client.get(answer.location)

    assert answer.status_code == 303
    made = db.session.query(BlockedPair).one()
    assert (made.reason, made.note) == (BlockReason.DISPUTE, "An unpaid invoice")
    assert db.session.query(Suggestion.state).scalar() is SuggestionState.SUPERSEDED
    assert "1 suggestion that waited was put aside" in opened.text
    assert 'data-act="approve"' not in opened.text
    assert 'data-act="reject"' in opened.text
    assert "An unpaid invoice" in opened.text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose one of the reasons."),
        ({"reason": "magic"}, "Choose one of the reasons."),
        ({"reason": "other"}, "Write in a few words what the other reason is."),
        ({"reason": "asked", "note": "x" * 4001}, "at most 4,000 characters"),
    ],
)
def test_without_a_reason_nobody_is_kept_apart(app, sign_in, sent, said):
    suggestion = make_suggestion()

    answer = sign_in(make_officer()).submit(f"/suggestions/{suggestion.public_id}/block", sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.query(BlockedPair).count() == 0


def test_who_comes_second_is_told(app, sign_in):
    product, need = make_product(), make_need()
    suggestion = make_suggestion(product=product, need=need)
    block(company_of(product), company_of(need))

    answer = sign_in(make_officer()).submit(f"/suggestions/{suggestion.public_id}/block", WHY)

    assert answer.status_code == 409
    assert "kept apart already" in answer.text
    assert db.session.query(BlockedPair).count() == 1


def test_another_company_is_found_by_its_name_and_kept_apart(app, sign_in):
    exporter = make_exporter(name="Rana Instruments")
    buyer = make_buyer(name="加藤医科器械", name_latin="Kato Medical")
    make_exporter(name="Kato Exports")
    numbers, chosen = (exporter.id, buyer.id), buyer.public_id
    address = f"/companies/{exporter.public_id}/blocked-pairs"
    client = sign_in(make_officer())

    found = client.get(f"{address}?q=kato")
    answer = client.submit(f"{address}?q=kato", {**WHY, "other": chosen})

    assert "加藤医科器械 (Kato Medical)" in found.text
    assert "Kato Exports" not in found.text
    assert answer.status_code == 303
    made = db.session.query(BlockedPair).one()
    assert (made.exporter_id, made.buyer_id) == numbers
    assert "加藤医科器械" in client.get(address).text


def test_a_company_that_was_not_offered_cannot_be_sent(app, sign_in):
    exporter, stranger = make_exporter(), make_exporter(name="Kato Exports")
    address = f"/companies/{exporter.public_id}/blocked-pairs?q=kato"
    sent = {**WHY, "other": stranger.public_id}

    answer = sign_in(make_officer()).submit(address, sent)

    assert answer.status_code == 422
    assert db.session.query(BlockedPair).count() == 0


def test_the_list_is_searched_and_shows_what_was_lifted(app, sign_in):
    block(make_exporter(name="Anwar Rugs"), make_buyer(name="Sato"), "Old quarrel")
    newer = block(make_exporter(name="Rana Instruments"), make_buyer(name="Mori"))
    client = sign_in(make_officer())

    found = client.get("/blocked-pairs?q=anwar").text
    assert "Sato" in found
    assert "Mori" not in found

    pressed = client.submit(f"/blocked-pairs/{newer.public_id}/lift", {"next": "//evil.example"})
    assert (pressed.status_code, pressed.location) == (303, "/blocked-pairs")
    assert "Mori" not in client.get("/blocked-pairs").text
    assert "Mori" in client.get("/blocked-pairs?state=lifted").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_runs_the_same_statements_for_any_number_of_pairs(
    app, sign_in, count_queries, rows
):
    for _ in range(rows):
        block()
    client = sign_in(make_officer())

    with count_queries() as statements:
        page = client.get("/blocked-pairs")

    assert page.text.count("They asked") == rows
    assert len(statements) == 3  # the session, how many, the page


def test_a_company_that_was_merged_is_shown_as_what_it_became(app, sign_in):
    old, new = make_exporter(name="Old Name"), make_exporter(name="New Name")
    block(old, make_buyer(name="Mori"))
    old.merged_into_id = new.id
    db.session.commit()
    client = sign_in(make_officer())

    page = client.get("/blocked-pairs").text

    assert "New Name" in page
    assert "Old Name" not in page
    assert client.get(f"/companies/{old.public_id}/blocked-pairs").status_code == 404
