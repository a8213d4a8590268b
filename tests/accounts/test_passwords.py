"""Passwords: which are accepted, how they are kept, and how new ones come about."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from matchmaker.accounts.models import User, UserSession
from matchmaker.accounts.services.passwords import (
    COMMON,
    hash_password,
    password_problem,
    verify_password,
)
from matchmaker.db.audit import AuditEntry
from matchmaker.jobs.models import Job
from tests.accounts.people import (
    OTHER,
    PASSWORD,
    again,
    give_password,
    link_in,
    mails_to,
    make_person,
    make_staff,
    rows,
)
from tests.conftest import make_settings

START = datetime(2027, 3, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    ["a" * 11, "b" * 201, "password1234", "PassWord2027!", "123456789012", "aaaaaaaaaaaaaa",
     "abababababababab", "qwertyuiop123", "!!pakistan!!2027", "ayesha.khan is here"],
)  # fmt: skip
def test_passwords_that_are_tried_first_are_refused(app, password):
    assert password_problem(password, "ayesha.khan@exporter.example") is not None


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "correct horse battery", "わたしの好きな花は梅と桜です", "آم کا باغ دریا کے پاس",
     "x7" * 5 + "Tq"],
)  # fmt: skip
def test_other_passwords_are_accepted_without_rules_of_composition(app, password):
    assert password_problem(password, "ay@exporter.example") is None


def test_the_list_holds_the_hundred_most_common_at_least():
    assert len(COMMON) >= 100


def test_passwords_are_kept_as_argon2id(app):
    assert make_person().password_hash.startswith("$argon2id$")


def test_a_hash_of_older_parameters_is_made_anew_at_sign_in(client, tmp_path):
    older = make_settings(tmp_path, "sqlite://", password_memory_kib=32)
    person = make_person(password_hash=hash_password(PASSWORD, older))

    assert give_password(client, person.email).status_code == 303

    assert "m=64," in again(person).password_hash


def test_nobody_and_who_has_no_password_are_refused(app):
    person = make_person(password_hash=None)

    assert verify_password(None, PASSWORD) is False
    assert verify_password(person, PASSWORD) is False


def test_a_damaged_hash_opens_nothing(app):
    assert verify_password(make_person(password_hash="$argon2id$nonsense"), PASSWORD) is False


def ask_reset(client, work, email):
    answer = client.submit("/forgot-password", {"email": email})
    work()
    return answer


def test_a_forgotten_password_is_set_anew_by_the_link(client, work, sign_in):
    person = make_person(failed_count=10, locked_until=START + timedelta(days=9999))
    elsewhere = sign_in(person)
    ask_reset(client, work, person.email)
    link = link_in(mails_to(person.email)[-1])
    assert client.get(link).status_code == 200

    answer = client.submit(link, {"password": OTHER})

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert elsewhere.get("/account").location == "/sign-in?next=/account"
    assert give_password(client, person.email, OTHER).status_code == 303
    assert [mail.kind for mail in mails_to(person.email)] == ["reset_password", "password_changed"]


def test_the_answer_is_the_same_for_every_address(client, work):
    person = make_person()

    known = ask_reset(client, work, person.email)
    unknown = ask_reset(client, work, "nobody@exporter.example")

    assert (known.status_code, known.location) == (303, "/mail-sent")
    assert (unknown.status_code, unknown.location) == (303, "/mail-sent")
    assert mails_to("nobody@exporter.example") == []


def test_the_request_writes_the_same_for_every_address_and_nothing_stays(client, work):
    person = make_person()
    for email in (person.email, "nobody@exporter.example"):
        client.submit("/forgot-password", {"email": email})
    waiting = rows(sa.select(Job.arguments).order_by(Job.id))
    assert [set(arguments) for arguments in waiting] == [{"mail", "email"}] * 2

    work()

    assert rows(sa.select(Job.arguments)) == [{"mail": "reset"}] * 2


def test_the_link_works_once(client, work):
    person = make_person()
    ask_reset(client, work, person.email)
    link = link_in(mails_to(person.email)[-1])
    client.submit(link, {"password": OTHER})

    assert client.get(link).status_code == 410
    assert client.submit(link, {"password": "nine patient sparrows"}).status_code == 410
    assert give_password(client, person.email, OTHER).status_code == 303


def test_the_link_dies_with_a_change_of_the_password(client, work, sign_in):
    person = make_person()
    ask_reset(client, work, person.email)
    link = link_in(mails_to(person.email)[-1])
    sign_in(person).submit("/account/password", {"present": PASSWORD, "password": OTHER})

    assert client.get(link).status_code == 410


def test_the_link_dies_after_an_hour(client, work):
    person = make_person()
    with time_machine.travel(START, tick=False) as clock:
        ask_reset(client, work, person.email)
        link = link_in(mails_to(person.email)[-1])
        clock.shift(timedelta(minutes=59))
        assert client.get(link).status_code == 200
        clock.shift(timedelta(minutes=2))
        assert client.get(link).status_code == 410


@pytest.mark.parametrize("part", [0, 1])
def test_a_link_somebody_changed_is_dead(client, work, part):
    person = make_person()
    ask_reset(client, work, person.email)
    link = link_in(mails_to(person.email)[-1])

    parts = link.rsplit("/", 1)[1].split(".")
    parts[part] = ("B" if parts[part][9] == "A" else "A").join([parts[part][:9], parts[part][10:]])

    assert client.get("/reset-password/" + ".".join(parts)).status_code == 410
    assert client.get("/reset-password/" + parts[0]).status_code == 410
    assert client.get(link).status_code == 200


def test_a_link_for_one_purpose_serves_no_other(client, work):
    person = make_person()
    ask_reset(client, work, person.email)
    token = link_in(mails_to(person.email)[-1]).rsplit("/", 1)[1]

    assert client.get(f"/confirm/{token}").status_code == 410


def test_looking_at_the_link_changes_nothing(client, work):
    person = make_person()
    ask_reset(client, work, person.email)
    before = again(person).password_hash

    client.get(link_in(mails_to(person.email)[-1]))

    assert again(person).password_hash == before


def test_links_name_the_configured_address_whatever_the_host_says(client, work):
    person = make_person()
    evil = {"base_url": "http://evil.example", "headers": {"X-Forwarded-Host": "evil.example"}}
    page = client.get("/forgot-password", **evil).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    data = {"email": person.email, "csrf_token": token}
    assert client.post("/forgot-password", data=data, **evil).status_code == 303
    work()

    text = mails_to(person.email)[-1].text
    assert "http://matchmaker.example/reset-password/" in text
    assert "evil" not in text


def test_a_mailbox_is_not_flooded(client, work):
    person = make_person()
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(3):
            ask_reset(client, work, person.email)
        assert len(mails_to(person.email)) == 1
        clock.shift(timedelta(minutes=3))
        ask_reset(client, work, person.email)
        assert len(mails_to(person.email)) == 2


def test_a_disabled_person_gets_no_link(client, work):
    person = make_person(disabled_at=START)

    ask_reset(client, work, person.email)

    assert mails_to(person.email) == []


def test_a_new_password_by_link_leaves_the_second_factor(client, work):
    officer = make_staff()
    ask_reset(client, work, officer.email)
    client.submit(link_in(mails_to(officer.email)[-1]), {"password": OTHER})

    give_password(client, officer.email, OTHER)

    assert client.get("/staff").location == "/second-factor?next=/staff"


def test_the_link_also_proves_the_address(client, work):
    person = make_person(confirmed_at=None)
    ask_reset(client, work, person.email)
    client.submit(link_in(mails_to(person.email)[-1]), {"password": OTHER})

    assert give_password(client, person.email, OTHER).status_code == 303


def test_a_weak_password_by_link_is_refused_with_the_reason(client, work):
    person = make_person()
    ask_reset(client, work, person.email)
    link = link_in(mails_to(person.email)[-1])

    answer = client.submit(link, {"password": "password1234"})

    assert answer.status_code == 422
    assert "one of the first that are tried" in answer.text
    assert client.get(link).status_code == 200


def test_changing_the_password_asks_for_the_present_one(sign_in):
    person = make_person()
    inside = sign_in(person)
    before = person.password_hash

    answer = inside.submit("/account/password", {"present": OTHER, "password": "nine sparrows!!"})

    assert answer.status_code == 422
    assert again(person).password_hash == before
    assert again(person).failed_count == 1


def test_a_changed_password_ends_the_other_sessions_and_is_told(client, sign_in):
    person = make_person()
    here, elsewhere = sign_in(person), sign_in(person)

    answer = here.submit("/account/password", {"present": PASSWORD, "password": OTHER})

    assert (answer.status_code, answer.location) == (303, "/account")
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").location == "/sign-in?next=/account"
    assert mails_to(person.email)[-1].kind == "password_changed"
    assert rows(sa.select(AuditEntry.action)) == ["user.change_password"]
    assert give_password(client, person.email).status_code == 422


def test_a_password_is_never_sent_back_in_a_page(client):
    person = make_person()
    assert OTHER not in give_password(client, person.email, OTHER).text


def test_the_database_holds_no_password_in_the_clear(client):
    person = make_person()
    give_password(client, person.email)

    [user] = rows(sa.select(User))
    [session] = rows(sa.select(UserSession))
    with client.session_transaction() as cookie:
        token = cookie["sid"]
    assert PASSWORD not in str(vars(user))
    assert token not in str(vars(session))


def test_errors_of_a_change_are_listed_in_the_order_of_the_fields(sign_in):
    page = sign_in(make_person()).submit("/account/password")

    assert page.status_code == 422
    assert re.findall(r'<li><a href="#(\w+)">', page.text) == ["present", "password"]
