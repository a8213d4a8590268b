"""Administrators keep people out and let them in again; everybody changes the own address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm.attributes import set_committed_value

from matchmaker.accounts import permissions, queries
from matchmaker.accounts.enums import Role
from matchmaker.accounts.models import UserSession
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from tests.accounts.people import (
    again,
    give_password,
    link_in,
    mails_to,
    make_person,
    make_staff,
    rows,
)

NEW = "sana@new-mills.example"


def acts_on(person):
    about = sa.select(AuditEntry).where(AuditEntry.object_id == again(person).public_id)
    return [entry.action for entry in rows(about.order_by(AuditEntry.id))]


def place(person):
    return f"/people/{again(person).public_id}"


def test_kept_out_a_person_is_signed_out_at_once_and_cannot_sign_in(sign_in, client):
    admin, person = make_staff(Role.ADMINISTRATOR), make_person()
    boss, theirs = sign_in(admin), sign_in(person)

    assert boss.submit(f"{place(person)}/disable").status_code == 303

    assert theirs.get("/account").location.startswith("/sign-in")
    assert give_password(client, again(person).email).status_code == 422
    assert acts_on(person)[:1] == ["user.disable"]
    (entry,) = rows(sa.select(AuditEntry).where(AuditEntry.action == "user.disable"))
    assert entry.actor_id == again(admin).id


def test_let_in_again_a_person_signs_in_but_ended_sessions_stay_ended(sign_in, client):
    boss, person = sign_in(make_staff(Role.ADMINISTRATOR)), make_person()
    theirs = sign_in(person)
    boss.submit(f"{place(person)}/disable")

    assert boss.submit(f"{place(person)}/enable").status_code == 303

    assert again(person).disabled_at is None
    assert theirs.get("/account").location.startswith("/sign-in")
    assert give_password(client, again(person).email).status_code == 303
    assert acts_on(person)[:2] == ["user.disable", "user.enable"]


@pytest.mark.parametrize(("first", "act"), [("disable", "disable"), ("", "enable")])
def test_what_is_so_already_is_not_done_twice(sign_in, first, act):
    boss, person = sign_in(make_staff(Role.ADMINISTRATOR)), make_person()
    if first:
        boss.submit(f"{place(person)}/{first}")

    assert boss.submit(f"{place(person)}/{act}").status_code == 409

    assert acts_on(person) == ["user.disable"] * bool(first)


def test_administrators_cannot_keep_themselves_out(sign_in):
    admin = make_staff(Role.ADMINISTRATOR)
    boss = sign_in(admin)

    assert "/disable" not in boss.get(place(admin)).text
    assert boss.submit(f"{place(admin)}/disable").status_code == 404

    assert again(admin).disabled_at is None


def test_of_two_who_keep_each_other_out_the_second_is_too_late(app):
    first, second = make_staff(Role.ADMINISTRATOR), make_staff(Role.ADMINISTRATOR)
    first.disabled_at = utcnow()
    db.session.commit()
    set_committed_value(first, "disabled_at", None)  # as read before the other's step

    person = queries.person_to_change(second.public_id, asker=first)

    assert person is second
    assert not permissions.can_disable(first, second)


@pytest.mark.parametrize("role", list(Role))
def test_who_looks_after_everybodys_account(sign_in, role):
    one = make_person(role=role) if role is Role.MEMBER else make_staff(role)
    other = make_person(name="Secret Guest")
    inside, may = sign_in(one), role is Role.ADMINISTRATOR
    one = again(one)

    assert permissions.can_see_people(one) is may
    assert permissions.can_disable(one, other) is may
    assert permissions.can_disable(one, one) is False
    pages = [inside.get(path) for path in ("/people", place(other))]
    assert [page.status_code for page in pages] == [200 if may else 404] * 2
    assert ["Secret Guest" in page.text for page in pages] == [may] * 2
    for act in ("disable", "enable"):
        answer = inside.submit(f"{place(other)}/{act}")
        assert answer.status_code == (303 if may else 404)


def test_nobody_looks_after_accounts_without_signing_in():
    assert permissions.can_see_people(None) is False
    assert permissions.can_disable(None, None) is False


def test_keeping_out_asks_for_the_password_when_it_was_typed_long_ago(sign_in):
    boss, person = sign_in(make_staff(Role.ADMINISTRATOR)), make_person()
    long_ago = utcnow() - timedelta(minutes=16)
    db.session.execute(sa.update(UserSession).values(password_at=long_ago))
    db.session.commit()

    assert boss.get(place(person)).location.startswith("/account/confirm-password")
    assert boss.submit(f"{place(person)}/disable").location == "/account/confirm-password"

    assert again(person).disabled_at is None


@pytest.mark.parametrize("number", [1, 3])
def test_the_search_finds_by_name_and_address_with_the_same_questions(
    sign_in, count_queries, number
):
    boss = sign_in(make_staff(Role.ADMINISTRATOR))
    for n in range(number):
        make_person(name=f"Weaver {n}", email=f"w{n}@mills.example")
    make_person(name="Somebody else")

    with count_queries() as statements:
        by_name = boss.get("/people?q=weaver").text
    by_address = boss.get("/people?q=MILLS").text

    assert by_name.count("Weaver ") == by_address.count("Weaver ") == number
    assert "Somebody else" not in by_name + by_address
    assert len(statements) == 3  # the session with its person, the count, the people


def asked(browser, email=NEW):
    return browser.submit("/account/address", {"email": email})


def test_a_new_address_counts_once_its_mailbox_confirms(sign_in, client):
    person = make_person(email="sana@mills.example")
    inside = sign_in(person)

    assert asked(inside, " Sana@New-Mills.example ").location == "/mail-sent"
    assert again(person).email == "sana@mills.example"
    (mail,) = mails_to(NEW)
    link = link_in(mail)
    page = client.get(link)
    assert "sana@mills.example" in page.text
    assert NEW in page.text
    assert again(person).email == "sana@mills.example"
    assert client.submit(link).status_code == 303

    assert again(person).email == NEW
    (notice,) = mails_to("sana@mills.example")
    assert notice.subject == "Your e-mail address was changed"
    assert NEW not in notice.text
    assert inside.get("/account").status_code == 200
    assert acts_on(person)[-1] == "user.change_address"
    assert give_password(client, NEW).status_code == 303


def test_the_link_works_once_and_ends_with_another_change(sign_in, client):
    person = make_person()
    inside = sign_in(person)
    asked(inside)
    asked(inside, "other@new-mills.example")
    first, second = link_in(mails_to(NEW)[0]), link_in(mails_to("other@new-mills.example")[0])

    client.submit(first)

    assert client.submit(first).status_code == 410
    assert client.submit(second).status_code == 410
    assert again(person).email == NEW


def test_the_link_stays_dead_when_the_address_is_changed_back(sign_in, client):
    person = make_person(email="sana@mills.example")
    inside = sign_in(person)
    asked(inside)
    link = link_in(mails_to(NEW)[0])
    client.submit(link)
    asked(inside, "sana@mills.example")
    client.submit(link_in(mails_to("sana@mills.example")[-1]))

    assert client.submit(link).status_code == 410
    assert again(person).email == "sana@mills.example"


def test_the_link_lasts_a_day(sign_in, client):
    asked(sign_in(make_person()))
    link = link_in(mails_to(NEW)[0])

    with time_machine.travel(utcnow() + timedelta(days=1, minutes=1), tick=False):
        assert client.get(link).status_code == 410


@pytest.mark.parametrize("change", [lambda t: t[:-3], lambda t: "x", lambda t: t[3:]])
def test_a_link_somebody_changed_is_dead(sign_in, client, change):
    asked(sign_in(make_person()))
    token = link_in(mails_to(NEW)[0]).removeprefix("/confirm-address/")

    assert client.submit(f"/confirm-address/{change(token)}").status_code == 410


def test_an_address_that_has_an_account_gets_a_mail_and_the_answer_is_the_same(sign_in):
    make_person(email=NEW)

    answer = asked(sign_in(make_person()))

    assert (answer.status_code, answer.location) == (303, "/mail-sent")
    assert [mail.subject for mail in mails_to(NEW)] == ["You already have an account"]


def test_who_registers_first_keeps_the_address(sign_in, client):
    person = make_person()
    asked(sign_in(person))
    link = link_in(mails_to(NEW)[0])
    make_person(email=NEW)

    assert client.submit(link).status_code == 410
    assert again(person).email != NEW


@pytest.mark.parametrize("email", ["", "sana", "sana@mills.example", f"{'x' * 250}@a.example"])
def test_no_address_a_wrong_one_and_the_present_one_are_refused(sign_in, email):
    answer = asked(sign_in(make_person(email="sana@mills.example")), email)

    assert answer.status_code == 422
    assert re.search(r'<li><a href="#email">', answer.text)


def test_a_mailbox_is_not_flooded(sign_in):
    inside = sign_in(make_person())

    for _ in range(3):
        assert asked(inside).status_code == 303

    assert len(mails_to(NEW)) == 1


def test_a_disabled_persons_link_changes_nothing(sign_in, client):
    person = make_person()
    asked(sign_in(person))
    again(person).disabled_at = utcnow()
    db.session.commit()

    assert client.submit(link_in(mails_to(NEW)[0])).status_code == 410
