"""A form sent after its session ended is not lost, and no other site's form gets so far."""

from __future__ import annotations

import pytest

from matchmaker.accounts.services.sessions import end_all_sessions
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from tests.accounts.people import again, code_at, give_password, make_person, make_staff
from tests.security.pages import read

OURS = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
TYPED = {"name": "Sana <Mills> & Sons", "language": "en", "time_zone": "Asia/Tokyo"}


def send(browser, token, headers=OURS, path="/account", **changes):
    return browser.post(path, data=TYPED | {"csrf_token": token} | changes, headers=headers)


def form_of(answer):
    (form,) = [f for f in read(answer.text, "/account").forms if "time_zone" in f.data]
    return form


def end_elsewhere(person):
    end_all_sessions(person, now=utcnow())
    db.session.commit()


def test_signed_out_in_another_tab_one_signs_in_and_sends_again(sign_in):
    person = make_person(name="Before")
    browser = sign_in(person)
    token = browser.csrf()
    assert browser.submit("/sign-out").status_code == 303

    first = send(browser, token)
    assert first.status_code == 400
    assert 'href="/sign-in" target="_blank"' in first.text
    assert give_password(browser, person.email).status_code == 303
    second = browser.post("/account", data=form_of(first).data, headers=OURS)
    assert second.status_code == 400
    assert "Send again" in second.text
    assert again(person).name == "Before"
    third = browser.post(form_of(second).action, data=form_of(second).data, headers=OURS)

    assert third.status_code == 303
    assert again(person).name == TYPED["name"]


def test_a_session_that_ended_keeps_what_was_typed(sign_in):
    person = make_person(name="Before")
    browser = sign_in(person)
    token = browser.csrf()
    end_elsewhere(person)

    answer = send(browser, token)

    assert answer.status_code == 401
    assert {name: form_of(answer).data[name] for name in TYPED} == TYPED
    assert again(person).name == "Before"


def test_whoever_must_give_a_code_first_keeps_what_was_typed(app, client):
    officer = make_staff()
    give_password(client, officer.email)

    answer = send(client, client.csrf())
    assert answer.status_code == 401
    assert 'href="/second-factor" target="_blank"' in answer.text
    client.submit("/second-factor", {"code": code_at(utcnow())})
    second = client.post("/account", data=form_of(answer).data, headers=OURS)
    third = client.post("/account", data=form_of(second).data, headers=OURS)

    assert third.status_code == 303
    assert again(officer).name == TYPED["name"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://localhost.evil.example"},
        {"Origin": "https://evil.example/localhost"},
        {"Origin": "null"},
        {"Referer": "http://localhost/account"},
        {},
    ],
    ids=str,
)
def test_a_form_that_is_not_from_our_own_page_is_refused_without_a_button(sign_in, headers):
    person = make_person(name="Before")
    browser = sign_in(person)

    for token in ("", "forged"):
        answer = send(browser, token, headers=headers)
        assert answer.status_code == 400
        assert TYPED["time_zone"] not in answer.text

    assert again(person).name == "Before"


def test_an_old_browser_says_the_origin_alone(sign_in):
    browser = sign_in(make_person())

    answer = send(browser, "stale", headers={"Origin": "http://localhost"})

    assert form_of(answer).data["name"] == TYPED["name"]


def test_no_password_and_no_token_stands_in_the_page(client):
    typed = {"email": "sana@exporter.example", "password": "plum orchard by the river"}

    answer = client.post("/sign-in", data=typed | {"csrf_token": "stale"}, headers=OURS)

    assert answer.status_code == 400
    assert typed["email"] in answer.text
    assert typed["password"] not in answer.text
    assert '"stale"' not in answer.text
    assert "Passwords and files are not kept" in answer.text


def test_a_code_of_signing_in_does_not_stand_in_the_page(sign_in):
    browser = sign_in(make_person())

    answer = browser.post("/second-factor", data={"code": "123456"}, headers=OURS)

    assert answer.status_code == 400
    assert "123456" not in answer.text


def test_what_was_typed_stands_there_as_text(sign_in):
    answer = send(sign_in(make_person()), "stale")

    assert "<Mills>" not in answer.text
    assert "&lt;Mills&gt;" in answer.text
