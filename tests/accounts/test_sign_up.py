"""Registering a person and proving the address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from matchmaker.accounts.services.addresses import normal_address
from matchmaker.accounts.services.passwords import WeakPasswordError
from matchmaker.accounts.services.sign_up import register
from matchmaker.db.base import db
from tests.accounts.people import (
    OTHER,
    PASSWORD,
    again,
    give_password,
    link_in,
    mails_to,
    make_person,
)

START = datetime(2027, 3, 12, 9, tzinfo=UTC)
EMAIL = "ayesha@exporter.example"


def sign_up(email=EMAIL, password=PASSWORD, name="Ayesha", language="en", now=START):
    user = register(name, email, password, language=language, now=now)
    db.session.commit()
    return user


def test_who_registers_confirms_the_address_and_signs_in(client):
    with time_machine.travel(START, tick=False):
        user = sign_up()
        link = link_in(mails_to(EMAIL)[0])
        assert give_password(client, EMAIL).status_code == 422

        assert EMAIL in client.get(link).text
        assert again(user).confirmed_at is None
        assert client.submit(link).location == "/sign-in"

        assert again(user).confirmed_at == START
        assert give_password(client, EMAIL).status_code == 303


def test_the_link_of_confirmation_works_once(client):
    with time_machine.travel(START, tick=False):
        sign_up()
        link = link_in(mails_to(EMAIL)[0])
        client.submit(link)

        assert client.get(link).status_code == 410
        assert client.submit(link).status_code == 410


def test_the_link_of_confirmation_lasts_three_days(client):
    with time_machine.travel(START, tick=False) as clock:
        sign_up()
        link = link_in(mails_to(EMAIL)[0])
        clock.shift(timedelta(days=3, seconds=-1))
        assert client.get(link).status_code == 200
        clock.shift(timedelta(seconds=2))
        assert client.submit(link).status_code == 410


def test_a_known_address_gets_another_mail_and_no_second_account(app):
    person = make_person(email=EMAIL, name="Ayesha")

    assert sign_up(password=OTHER, name="Somebody else") is None

    assert sign_up(password=OTHER, name="Somebody else") is None  # and no second mail so soon
    assert [mail.kind for mail in mails_to(EMAIL)] == ["already_registered"]
    assert again(person).name == "Ayesha"


def test_who_registered_first_with_a_foreign_address_gains_nothing(client):
    """The attacker's password must not be what the owner of the mailbox confirms."""
    with time_machine.travel(START, tick=False):
        sign_up(password=OTHER, name="Attacker")
        sign_up(password=PASSWORD)
        first, second = mails_to(EMAIL)

        assert client.get(link_in(first)).status_code == 410
        client.submit(link_in(second))

        assert give_password(client, EMAIL, OTHER).status_code == 422
        assert give_password(client, EMAIL, PASSWORD).status_code == 303


def test_a_weak_password_is_refused(app):
    with pytest.raises(WeakPasswordError, match="first that are tried"):
        sign_up(password="password1234")


def test_the_mail_is_in_the_language_and_has_no_line_of_a_name(app):
    sign_up(name="Ayesha\r\nBcc: all@exporter.example", language="ur")
    [mail] = mails_to(EMAIL)

    assert mail.language == "ur"
    assert 'dir="rtl"' in mail.html
    assert "\n" not in mail.subject


def test_markup_in_a_name_comes_out_as_text(app):
    sign_up(name="<b>Ayesha</b>")

    assert "<b>Ayesha" not in mails_to(EMAIL)[0].html


@pytest.mark.parametrize(
    ("email", "kinds"),
    [("late@exporter.example", ["confirm_address"]), ("done@exporter.example", []),
     ("nobody@exporter.example", [])],
)  # fmt: skip
def test_the_mail_comes_again_only_to_who_waits_for_it(client, work, email, kinds):
    make_person(email="late@exporter.example", confirmed_at=None)
    make_person(email="done@exporter.example")

    answer = client.submit("/confirm", {"email": email})
    work()

    assert (answer.status_code, answer.location) == (303, "/mail-sent")
    assert [mail.kind for mail in mails_to(email)] == kinds


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ayesha@Exporter.Example ", "ayesha@exporter.example"),
        ("a+b@例え.jp", "a+b@xn--r8jz45g.jp"),
    ],
)
def test_an_address_has_one_spelling(app, typed, kept):
    assert normal_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "ayesha", "a@b", "a@b.example\r\nBcc: c@d.example", "a b@c.example", "é@c.example"],
)
def test_what_is_no_address_is_refused(app, typed):
    with pytest.raises(ValueError, match="not an e-mail address"):
        normal_address(typed)
