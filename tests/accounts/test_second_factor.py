"""The second factor: nobody gets around it, and every code works once."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from matchmaker.accounts.models import RecoveryCode, UserSession
from matchmaker.accounts.services import second_factor
from matchmaker.accounts.services.second_factor import (
    present_code,
    renew_recovery_codes,
)
from matchmaker.accounts.tokens import hash_token
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.errors import NotAllowedNowError
from tests.accounts.people import (
    PASSWORD,
    SECRET,
    again,
    code_at,
    give_password,
    mails_to,
    make_person,
    make_staff,
    rows,
)

START = datetime(2027, 3, 12, 9, tzinfo=UTC)
SHOWN_CODE = re.compile(r"<code dir=\"ltr\">([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</code>")


def offer_on(client):
    page = client.get("/second-factor/set").text
    offer = re.search(r'name="offer"[^>]*value="([^"]+)"', page)[1]
    secret = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    return offer, secret


def set_up(client):
    offer, secret = offer_on(client)
    data = {"offer": offer, "code": code_at(utcnow(), secret)}
    return client.submit("/second-factor/set", data), secret


NEEDS_NO_PERSON = {
    "/confirm", "/confirm-address/x", "/confirm/x", "/forgot-password", "/healthz",
    "/invitations/x", "/mail-sent", "/readyz", "/reset-password/x", "/sign-in",
}  # fmt: skip
"""Pages that say nothing of anybody; the last steps of getting in are among them."""


def test_staff_with_the_password_alone_reach_no_page_that_shows_anything(app, client):
    give_password(client, make_staff().email)

    opened = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.startswith(("static", "example.")):
            continue
        path = re.sub(r"<[^>]+>", "x", rule.rule)
        answer = client.get(path)
        if (answer.status_code, (answer.location or "").split("?")[0]) != (303, "/second-factor"):
            opened.add(path)

    assert opened - {"/second-factor"} == NEEDS_NO_PERSON


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/account", {"name": "Changed", "language": "en", "time_zone": "Asia/Tokyo"}),
        ("/account/password", {"present": PASSWORD, "password": "a fresh long sentence"}),
        ("/account/confirm-password", {"password": PASSWORD}),
        ("/second-factor/recovery-codes", {}),
        ("/second-factor/set", {"offer": "x", "code": "123456"}),
        ("/second-factor/remove", {}),
    ],
)
def test_staff_with_the_password_alone_change_nothing(client, path, data):
    officer = make_staff(name="Bilal")
    give_password(client, officer.email)

    answer = client.submit(path, data)

    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/second-factor")
    assert (again(officer).name, officer.totp_secret) == ("Bilal", SECRET)


def test_a_member_who_has_set_it_must_give_it_too(client):
    member = make_person(totp_secret=SECRET, totp_confirmed_at=START)
    give_password(client, member.email)

    assert client.get("/account").location == "/second-factor?next=/account"


def test_a_code_opens_the_session_under_a_new_token(client):
    officer = make_staff()
    answer = give_password(client, officer.email, path="/sign-in?next=/account")
    with client.session_transaction() as cookie:
        before = cookie["sid"]

    answer = client.submit(answer.location, {"code": code_at(utcnow())})

    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.get("/account").status_code == 200
    with client.session_transaction() as cookie:
        assert cookie["sid"] != before
        cookie["sid"] = before
    assert client.get("/account").location == "/sign-in?next=/account"


@pytest.mark.parametrize("offset_s", [-30, 0, 30])
def test_a_clock_may_be_half_a_minute_wrong(client, offset_s):
    officer = make_staff()
    with time_machine.travel(START, tick=False):
        give_password(client, officer.email)
        code = code_at(START + timedelta(seconds=offset_s))
        assert client.submit("/second-factor", {"code": code}).status_code == 303


@pytest.mark.parametrize("offset_s", [-60, 60])
def test_a_code_further_away_is_refused(client, offset_s):
    officer = make_staff()
    with time_machine.travel(START, tick=False):
        give_password(client, officer.email)
        code = code_at(START + timedelta(seconds=offset_s))
        assert client.submit("/second-factor", {"code": code}).status_code == 422


def test_full_width_digits_and_spaces_are_read(client):
    officer = make_staff()
    give_password(client, officer.email)
    code = code_at(utcnow())
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code[:3]) + " " + code[3:]

    assert client.submit("/second-factor", {"code": wide}).status_code == 303


@pytest.mark.parametrize("offset_s", [0, -30])
def test_a_used_code_and_those_before_it_are_refused(app, offset_s):
    officer = make_staff()
    with time_machine.travel(START, tick=False):
        first, second = app.test_client(), app.test_client()
        give_password(first, officer.email)
        give_password(second, officer.email)
        assert first.submit("/second-factor", {"code": code_at(START)}).status_code == 303

        code = code_at(START + timedelta(seconds=offset_s))
        assert second.submit("/second-factor", {"code": code}).status_code == 422
        later = code_at(START + timedelta(seconds=30))
        assert second.submit("/second-factor", {"code": later}).status_code == 303


def test_wrong_codes_lock_like_wrong_passwords(client):
    officer = make_staff()
    give_password(client, officer.email)
    right = code_at(utcnow())
    wrong = "000000" if right != "000000" else "111111"

    for _ in range(10):
        assert client.submit("/second-factor", {"code": wrong}).status_code == 422

    assert again(officer).failed_count == 10
    assert client.submit("/second-factor", {"code": code_at(utcnow())}).status_code == 422


def test_a_recovery_code_works_once_and_is_kept_as_a_hash(client):
    officer = make_staff()
    code, *_others = renew_recovery_codes(officer, now=utcnow())
    db.session.commit()
    hashes = rows(sa.select(RecoveryCode.code_hash))
    assert len(set(hashes)) == 10
    assert hash_token(code.replace("-", "")) in hashes

    give_password(client, officer.email)
    assert client.submit("/second-factor", {"code": code.upper()}).status_code == 303
    client.submit("/sign-out")
    give_password(client, officer.email)

    assert client.submit("/second-factor", {"code": code}).status_code == 422


def test_one_recovery_code_used_twice_at_once_opens_one_session(app):
    officer = make_staff()
    code = renew_recovery_codes(officer, now=utcnow())[0]
    db.session.commit()
    clients = [app.test_client() for _ in range(4)]
    for client in clients:
        give_password(client, officer.email)
    start = threading.Barrier(4)
    statuses = []

    def use(client):
        start.wait()
        statuses.append(client.submit("/second-factor", {"code": code}).status_code)

    threads = [threading.Thread(target=use, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [303, 422, 422, 422]
    opened = sa.select(UserSession).where(UserSession.second_factor_at.is_not(None))
    assert len(rows(opened)) == 1


def test_staff_without_a_second_factor_set_it_before_anything_else(client):
    officer = make_staff(totp_secret=None, totp_confirmed_at=None)
    give_password(client, officer.email)
    assert client.get("/account").location == "/second-factor/set"

    answer, secret = set_up(client)

    assert len(SHOWN_CODE.findall(answer.text)) == 10
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get("/account").status_code == 200
    assert again(officer).totp_secret == secret
    assert mails_to(officer.email)[-1].kind == "second_factor_changed"


def test_looking_at_the_page_of_a_new_secret_keeps_none(client):
    officer = make_staff(totp_secret=None, totp_confirmed_at=None)
    give_password(client, officer.email)

    client.get("/second-factor/set")

    assert again(officer).totp_secret is None


def test_a_wrong_code_sets_nothing_and_shows_the_same_secret_again(client):
    officer = make_staff(totp_secret=None, totp_confirmed_at=None)
    give_password(client, officer.email)
    offer, secret = offer_on(client)

    answer = client.submit("/second-factor/set", {"offer": offer, "code": "12345"})

    assert answer.status_code == 422
    assert secret in answer.text.replace(" ", "")
    assert again(officer).totp_secret is None


def test_a_secret_offered_to_another_person_is_not_taken(app, client):
    victim = make_staff(totp_secret=None, totp_confirmed_at=None)
    attacker = make_person()
    other = app.test_client()
    give_password(other, attacker.email)
    offer, secret = offer_on(other)
    give_password(client, victim.email)

    client.submit("/second-factor/set", {"offer": offer, "code": code_at(utcnow(), secret)})

    assert again(victim).totp_secret is None


def test_setting_it_anew_asks_for_the_password_and_ends_the_other_sessions(sign_in):
    officer = make_staff()
    here, elsewhere = sign_in(officer), sign_in(officer)
    long_ago = utcnow() - timedelta(minutes=16)
    db.session.execute(sa.update(UserSession).values(password_at=long_ago))
    db.session.commit()

    asked = here.get("/second-factor/set")
    assert asked.location == "/account/confirm-password?next=/second-factor/set"
    assert here.submit(asked.location, {"password": PASSWORD}).location == "/second-factor/set"
    answer, secret = set_up(here)

    assert answer.status_code == 200
    assert again(officer).totp_secret == secret
    assert elsewhere.get("/account").location == "/sign-in?next=/account"


def test_sending_the_page_again_gives_no_second_set_of_codes(client):
    officer = make_staff(totp_secret=None, totp_confirmed_at=None)
    with time_machine.travel(START, tick=False):
        give_password(client, officer.email)
        offer, secret = offer_on(client)
        data = {"offer": offer, "code": code_at(START, secret)}
        assert client.submit("/second-factor/set", data).status_code == 200

        assert client.submit("/second-factor/set", data).status_code == 422


def test_new_recovery_codes_end_the_old_ones(sign_in, client):
    officer = make_staff()
    old = renew_recovery_codes(officer, now=utcnow())[0]
    db.session.commit()

    page = sign_in(officer).submit("/second-factor/recovery-codes").text
    new = SHOWN_CODE.findall(page)
    assert len(new) == 10

    give_password(client, officer.email)
    assert client.submit("/second-factor", {"code": old}).status_code == 422
    assert client.submit("/second-factor", {"code": new[0]}).status_code == 303


def test_a_member_may_remove_it_and_staff_may_not(sign_in, client):
    member = make_person()
    inside = sign_in(member)
    set_up(inside)
    assert again(member).has_second_factor
    assert inside.submit("/second-factor/remove").status_code == 303
    assert not again(member).has_second_factor

    officer = make_staff()
    assert sign_in(officer).submit("/second-factor/remove").status_code == 409
    assert again(officer).has_second_factor


def test_recovery_codes_need_a_second_factor(app):
    with pytest.raises(NotAllowedNowError):
        renew_recovery_codes(make_person(), now=START)


def test_the_code_the_example_shows_is_one_that_is_accepted(app, client):
    officer = make_staff()
    with time_machine.travel(START, tick=False):
        for _ in range(2):
            give_password(client, officer.email)
            code = present_code(again(officer), START)
            assert client.submit("/second-factor", {"code": code}).status_code == 303


def test_the_code_is_not_shown_outside_the_example(client):
    officer = make_staff()
    with time_machine.travel(START, tick=False):
        give_password(client, officer.email)
        page = client.get("/second-factor").text

    assert not any(code_at(START + timedelta(seconds=s)) in page for s in (-30, 0, 30))


def test_an_offer_ends_after_half_an_hour(app):
    person = make_person()
    secret, offer = second_factor.offer_secret(person, now=START)

    assert second_factor.offered_secret(person, offer, now=START) == secret
    late = START + timedelta(minutes=31)
    assert second_factor.offered_secret(person, offer, now=late) is None
    assert second_factor.offered_secret(person, offer[:-1] + "!", now=START) is None


def test_who_has_given_the_code_is_not_asked_again(sign_in):
    assert sign_in(make_staff()).get("/second-factor?next=/staff").location == "/staff"


def test_an_old_page_of_a_secret_brings_a_new_one(client):
    officer = make_staff(totp_secret=None, totp_confirmed_at=None)
    with time_machine.travel(START, tick=False) as clock:
        give_password(client, officer.email)
        offer, secret = offer_on(client)
        clock.shift(timedelta(minutes=31))
        client.submit("/account/confirm-password", {"password": PASSWORD})
        data = {"offer": offer, "code": code_at(utcnow(), secret)}

        assert client.submit("/second-factor/set", data).location == "/second-factor/set"

    assert again(officer).totp_secret is None
