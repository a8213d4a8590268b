"""Signing in and out: who gets in, who does not, and what the answer tells."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask.sessions import SecureCookieSessionInterface

from matchmaker.accounts.models import UserSession
from matchmaker.app import create_app
from matchmaker.config import Mode
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.web.limits import limiter
from tests.accounts.people import (
    OTHER,
    PASSWORD,
    again,
    code_at,
    give_password,
    mails_to,
    make_person,
    make_staff,
    rows,
)
from tests.conftest import Client, make_settings

START = datetime(2027, 3, 12, 9, tzinfo=UTC)


def test_the_right_password_opens_the_account(client):
    make_person(email="ayesha@exporter.example", name="Ayesha")

    answer = give_password(client, "Ayesha@Exporter.Example ")

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Ayesha" in client.get("/account").text


def test_the_session_keeps_what_device_it_is_on(client):
    person = make_person()
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"

    give_password(client, person.email, headers={"User-Agent": firefox})

    assert rows(sa.select(UserSession.device)) == ["Firefox · Windows"]


@pytest.mark.parametrize("case", ["wrong", "unknown", "unconfirmed", "disabled", "locked"])
def test_every_refusal_looks_the_same(client, case):
    states = {
        "unconfirmed": {"confirmed_at": None},
        "disabled": {"disabled_at": START},
        "locked": {"locked_until": utcnow() + timedelta(minutes=5)},
    }
    email = "someone@exporter.example"
    if case != "unknown":
        make_person(email=email, **states.get(case, {}))
    expected = give_password(client, "nobody@exporter.example", OTHER)

    answer = give_password(client, email, OTHER if case == "wrong" else PASSWORD)

    assert (answer.status_code, expected.status_code) == (422, 422)
    assert _told(answer, email) == _told(expected, "nobody@exporter.example")
    assert rows(sa.select(UserSession)) == []


def _told(answer, email):
    """The page without what differs at every request: the typed address, the token, the time."""
    main = answer.text.split('<main id="main"')[1].replace(email, "")
    return re.sub(r'(?<=name="csrf_token" value=")[^"]+|(?<=Printed on )[^<]+', "", main)


def test_every_refusal_is_written_down_alike(client):
    person = make_person()

    give_password(client, person.email, OTHER)
    give_password(client, "nobody@exporter.example", OTHER)

    entries = rows(sa.select(AuditEntry).order_by(AuditEntry.id))
    assert [(e.action, e.object_id) for e in entries] == [
        ("user.refuse_sign_in", person.public_id),
        ("user.refuse_sign_in", "nobody"),
    ]


def test_who_has_not_confirmed_gets_the_mail_again_but_only_with_the_password(client):
    person = make_person(confirmed_at=None)

    give_password(client, person.email, OTHER)
    assert mails_to(person.email) == []
    give_password(client, person.email)

    assert [mail.kind for mail in mails_to(person.email)] == ["confirm_address"]


def test_signing_in_gives_a_new_session_and_ends_the_one_before(client):
    person = make_person()
    give_password(client, person.email)
    with client.session_transaction() as cookie:
        first = cookie["sid"]

    give_password(client, person.email)

    with client.session_transaction() as cookie:
        assert cookie["sid"] != first
    assert len(rows(sa.select(UserSession).where(UserSession.revoked_at.is_(None)))) == 1


def test_a_session_known_before_signing_in_is_worth_nothing_after(client, app):
    person = make_person()
    with client.session_transaction() as cookie:
        cookie["sid"] = "planted-by-somebody-else"

    give_password(client, person.email)

    with client.session_transaction() as cookie:
        assert cookie["sid"] != "planted-by-somebody-else"


@pytest.mark.parametrize(
    "target",
    ["//evil", "/\\evil", "/%09/evil".replace("%09", "\t"), "https:evil", "https://evil.example",
     "/\n/evil", "javascript:alert(1)", "http://matchmaker.example@evil/", ""],
)  # fmt: skip
def test_one_is_not_led_away_after_signing_in(client, target):
    person = make_person()

    answer = client.submit(
        "/sign-in", {"email": person.email, "password": PASSWORD, "next": target}
    )

    assert (answer.status_code, answer.location) == (303, "/")


def test_encoded_tabs_in_the_address_lead_nowhere(client):
    person = make_person()

    answer = give_password(client, person.email, path="/sign-in?next=/%09/evil")

    assert answer.location == "/"


def test_one_comes_to_the_page_one_wanted(client):
    person = make_person()
    sent = client.get("/account/password")
    assert sent.location == "/sign-in?next=/account/password"

    assert give_password(client, person.email, path=sent.location).location == "/account/password"


def test_after_signing_out_a_kept_cookie_opens_nothing(client):
    person = make_person()
    give_password(client, person.email)
    with client.session_transaction() as cookie:
        kept = cookie["sid"]

    assert client.submit("/sign-out").status_code == 303

    with client.session_transaction() as cookie:
        cookie["sid"] = kept
    assert client.get("/account").location == "/sign-in?next=/account"


def test_a_cookie_signed_with_another_key_opens_nothing(client, app):
    person = make_person()
    give_password(client, person.email)
    with client.session_transaction() as cookie:
        token = cookie["sid"]
    own_key, app.secret_key = app.secret_key, "changeme"
    forged = SecureCookieSessionInterface().get_signing_serializer(app).dumps({"sid": token})
    app.secret_key = own_key

    client.set_cookie("session", forged)

    assert client.get("/account").status_code == 303


def test_signing_out_is_no_link(client):
    give_password(client, make_person().email)

    assert client.get("/sign-out").status_code == 405
    assert client.get("/account").status_code == 200


def test_ten_wrong_passwords_lock_for_fifteen_minutes_and_then_for_longer(client):
    person = make_person()
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(9):
            give_password(client, person.email, OTHER)
        assert again(person).locked_until is None
        give_password(client, person.email, OTHER)
        assert again(person).locked_until == START + timedelta(minutes=15)
        assert give_password(client, person.email).status_code == 422

        clock.shift(timedelta(minutes=16))
        for _ in range(10):
            give_password(client, person.email, OTHER)
        assert again(person).locked_until == utcnow() + timedelta(minutes=30)

        clock.shift(timedelta(minutes=31))
        assert give_password(client, person.email).status_code == 303
    assert (again(person).failed_count, again(person).locked_until) == (0, None)


def test_tries_while_locked_do_not_make_it_longer(client):
    until = utcnow() + timedelta(minutes=5)
    person = make_person(failed_count=10, locked_until=until)

    for _ in range(12):
        give_password(client, person.email, OTHER)

    assert (again(person).failed_count, again(person).locked_until) == (10, until)


def test_the_lock_never_lasts_longer_than_two_hours(client):
    person = make_person(failed_count=999)
    with time_machine.travel(START, tick=False):
        give_password(client, person.email, OTHER)

    assert again(person).locked_until == START + timedelta(hours=2)


def test_a_lock_does_not_touch_who_is_signed_in_and_ends_with_the_password(client, sign_in):
    person = make_person(failed_count=10, locked_until=utcnow() + timedelta(hours=1))
    inside = sign_in(person)

    assert inside.get("/account").status_code == 200
    assert inside.submit("/account/confirm-password", {"password": PASSWORD}).status_code == 303

    assert give_password(client, person.email).status_code == 303


def test_ten_wrong_passwords_inside_end_every_session(sign_in):
    inside = sign_in(make_person())

    for _ in range(10):
        inside.submit("/account/confirm-password", {"password": OTHER})

    assert inside.get("/account").status_code == 303


def test_the_password_alone_does_not_start_the_count_anew_for_who_has_codes(client):
    officer = make_staff(failed_count=9)
    give_password(client, officer.email)

    client.submit("/second-factor", {"code": "000000"})

    assert again(officer).locked_until is not None


def test_the_sign_in_of_staff_is_in_the_audit_log(client):
    officer = make_staff()
    give_password(client, officer.email)
    client.submit("/second-factor", {"code": code_at(utcnow())})

    actions = rows(sa.select(AuditEntry.action).order_by(AuditEntry.id))
    assert actions == ["user.sign_in", "user.give_second_factor"]


@pytest.fixture
def limited(app, tmp_path):
    """A browser at a service that counts tries, on the same database."""
    url = app.extensions["settings"].database_url
    other = create_app(make_settings(tmp_path, url, mode=Mode.EXAMPLE))
    other.test_client_class = Client
    yield other.test_client()
    limiter.enabled = False
    with other.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    ("path", "allowed"), [("/sign-in", 20), ("/forgot-password", 10), ("/confirm", 10)]
)
def test_too_many_tries_from_one_address_are_refused_for_a_while(limited, path, allowed):
    with time_machine.travel(START, tick=False):
        data = {"email": "n@exporter.example", "password": OTHER}
        statuses = [limited.submit(path, data).status_code for _ in range(allowed + 1)]

    assert 429 not in statuses[:-1]
    assert statuses[-1] == 429


def test_a_forged_forwarding_header_gives_no_fresh_tries(limited):
    data = {"email": "n@exporter.example", "password": OTHER}
    with time_machine.travel(START, tick=False):
        for n in range(21):
            forged = {"X-Forwarded-For": f"10.0.0.{n}"}
            answer = limited.submit("/sign-in", data, headers=forged)

    assert answer.status_code == 429


@pytest.mark.parametrize("token", [None, "", "0" * 40, "foreign"])
@pytest.mark.parametrize(
    "path", ["/sign-in", "/forgot-password", "/account", "/account/sessions/end", "/sign-out"]
)
def test_a_form_without_its_token_is_refused(sign_in, path, token):
    inside = sign_in(make_person(name="Ayesha"))
    data = {"name": "Changed", "language": "en", "time_zone": "Asia/Tokyo"}
    if token == "foreign":
        other = inside.application.test_client()
        with other.session_transaction() as cookie:
            cookie["csrf_token"] = "1" * 40
        token = inside.csrf()
        with inside.session_transaction() as cookie:
            cookie["csrf_token"] = "1" * 40
    if token is not None:
        data["csrf_token"] = token

    assert inside.post(path, data=data).status_code == 400
    assert "Ayesha" in inside.get("/account").text


def test_a_signed_in_person_is_led_past_the_page_of_signing_in(client):
    give_password(client, make_person().email)

    assert client.get("/sign-in?next=/account").location == "/account"


@pytest.mark.parametrize("path", ["/sign-in", "/forgot-password", "/confirm"])
def test_what_is_no_address_is_said_beside_the_field_and_stays(client, path):
    answer = client.submit(path, {"email": "ayesha at exporter", "password": OTHER})

    assert answer.status_code == 422
    assert "Write the whole address" in answer.text
    assert 'value="ayesha at exporter"' in answer.text


def test_a_used_session_lives_on_and_says_when_it_was_seen(client):
    with time_machine.travel(START, tick=False) as clock:
        give_password(client, make_person().email)
        for _ in range(3):
            clock.shift(timedelta(minutes=110))
            assert client.get("/account").status_code == 200
        assert rows(sa.select(UserSession.last_seen_at)) == [utcnow()]
