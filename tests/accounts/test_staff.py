"""Staff come by invitation only."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from matchmaker.accounts import permissions
from matchmaker.accounts.enums import Role
from matchmaker.accounts.models import StaffInvitation, User, UserSession
from matchmaker.accounts.services.staff import invite_staff, revoke_invitation
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError, NotAllowedNowError
from tests.accounts.people import (
    OTHER,
    again,
    code_at,
    link_in,
    mails_to,
    make_person,
    make_staff,
    rows,
)

START = datetime(2027, 3, 12, 9, tzinfo=UTC)
EMAIL = "hina@office.example"
INVITATION = {"email": EMAIL, "role": "observer", "language": "en"}
ACCEPTED = {"name": "Hina", "password": OTHER}


def invite(email=EMAIL, role=Role.OFFICER, now=None):
    invitation, url = invite_staff(
        email, role=role, language="en", actor=None, now=now or utcnow()
    )
    db.session.commit()
    return invitation, url.removeprefix("http://matchmaker.example")


def test_an_administrator_invites_and_the_person_sets_up_codes_first(sign_in, client):
    administrator = make_staff(Role.ADMINISTRATOR)

    answer = sign_in(administrator).submit("/staff/invite", INVITATION)

    assert (answer.status_code, answer.location) == (303, "/staff")
    link = link_in(mails_to(EMAIL)[0])
    assert "Observer" in client.get(link).text
    assert client.submit(link, ACCEPTED).location == "/second-factor/set"
    assert client.get("/account").location == "/second-factor/set"
    [hina] = rows(sa.select(User).where(User.email == EMAIL))
    assert (hina.role, hina.name, hina.has_second_factor) == (Role.OBSERVER, "Hina", False)


def test_inviting_and_giving_the_role_are_in_the_audit_log(sign_in, client):
    administrator = make_staff(Role.ADMINISTRATOR)
    sign_in(administrator).submit("/staff/invite", INVITATION)
    client.submit(link_in(mails_to(EMAIL)[0]), ACCEPTED)

    entries = rows(sa.select(AuditEntry).order_by(AuditEntry.id))
    assert [(e.action, e.after) for e in entries] == [
        ("invitation.send", {"role": "observer"}),
        ("invitation.accept", None),
        ("user.give_role", {"role": "observer"}),
    ]
    assert entries[2].actor_id == again(administrator).id


def test_an_invitation_is_accepted_once(client, app):
    _invitation, link = invite()
    client.submit(link, ACCEPTED)

    late = app.test_client()
    assert late.get(link).status_code == 410
    assert late.submit(link, ACCEPTED).status_code == 410
    assert len(rows(sa.select(User))) == 1


def test_an_invitation_lasts_seven_days(client):
    with time_machine.travel(START, tick=False) as clock:
        _invitation, link = invite(now=START)
        clock.shift(timedelta(days=7, seconds=-1))
        assert client.get(link).status_code == 200
        clock.shift(timedelta(seconds=2))
        assert client.submit(link, ACCEPTED).status_code == 410


def test_looking_at_an_invitation_accepts_nothing(client):
    _invitation, link = invite()

    client.get(link)

    assert rows(sa.select(User)) == []


def test_a_second_invitation_ends_the_first(client):
    _first, old = invite()
    _second, new = invite()

    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_a_withdrawn_invitation_opens_nothing(sign_in, client):
    invitation, link = invite()
    administrator = make_staff(Role.ADMINISTRATOR)

    inside = sign_in(administrator)
    assert inside.submit(f"/staff/invitations/{invitation.public_id}/revoke").status_code == 303

    assert client.get(link).status_code == 410


def test_an_accepted_invitation_cannot_be_withdrawn(client):
    invitation, link = invite()
    client.submit(link, ACCEPTED)
    administrator = make_staff(Role.ADMINISTRATOR)
    db.session.refresh(invitation)

    with pytest.raises(NotAllowedNowError):
        revoke_invitation(invitation, actor=administrator, now=utcnow())


def test_an_address_that_has_an_account_is_refused_and_the_form_stays(sign_in):
    make_person(email=EMAIL)

    answer = sign_in(make_staff(Role.ADMINISTRATOR)).submit("/staff/invite", INVITATION)

    assert answer.status_code == 422
    assert "already has an account" in answer.text
    assert EMAIL in answer.text
    assert rows(sa.select(StaffInvitation)) == []


def test_who_registered_meanwhile_cannot_accept(client):
    _invitation, link = invite()
    make_person(email=EMAIL)

    assert client.submit(link, ACCEPTED).status_code == 422
    assert len(rows(sa.select(User))) == 1


@pytest.mark.parametrize(
    "change", [{"name": "a\nb"}, {"name": ""}, {"password": "short"}, {"password": "hina 1234567"}]
)
def test_a_bad_name_or_password_accepts_nothing(client, change):
    _invitation, link = invite()

    assert client.submit(link, ACCEPTED | change).status_code == 422
    assert rows(sa.select(User)) == []


@pytest.mark.parametrize("extra", [{"role": "administrator"}, {"email": "evil@x.example"}])
def test_an_invited_person_chooses_neither_role_nor_address(client, extra):
    _invitation, link = invite(role=Role.INTERPRETER)

    client.submit(link, ACCEPTED | extra)

    [person] = rows(sa.select(User))
    assert (person.role, person.email) == (Role.INTERPRETER, EMAIL)


def test_nobody_is_invited_as_a_member(sign_in, app):
    inside = sign_in(make_staff(Role.ADMINISTRATOR))

    assert inside.submit("/staff/invite", INVITATION | {"role": "member"}).status_code == 422
    with pytest.raises(MatchmakerError):
        invite_staff(EMAIL, role=Role.MEMBER, language="en", actor=None, now=START)


def test_inviting_asks_for_the_password_when_it_was_typed_long_ago(sign_in):
    inside = sign_in(make_staff(Role.ADMINISTRATOR))
    db.session.execute(sa.update(UserSession).values(password_at=utcnow() - timedelta(minutes=16)))
    db.session.commit()

    asked = inside.submit("/staff/invite", INVITATION)

    assert asked.location == "/account/confirm-password"
    assert rows(sa.select(StaffInvitation)) == []


SEE = {Role.OFFICER, Role.ADMINISTRATOR}
INVITE = {Role.ADMINISTRATOR}


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_the_people_of_the_office_and_who_invites(sign_in, role):
    invitation, _link = invite(email="secret-guest@office.example")
    person = make_person(role=role) if role is Role.MEMBER else make_staff(role)
    inside = sign_in(person)
    person = again(person)

    assert permissions.can_see_staff(person) is (role in SEE)
    assert permissions.can_invite_staff(person) is (role in INVITE)
    page = inside.get("/staff")
    assert page.status_code == (200 if role in SEE else 404)
    assert ("secret-guest" in page.text) is (role in SEE)
    assert inside.get("/staff/invite").status_code == (200 if role in INVITE else 404)
    assert inside.submit("/staff/invite", INVITATION).status_code == (
        303 if role in INVITE else 404
    )
    revoke = f"/staff/invitations/{again_id(invitation)}/revoke"
    assert inside.submit(revoke).status_code == (303 if role in INVITE else 404)


def again_id(invitation):
    db.session.rollback()
    db.session.refresh(invitation)
    return invitation.public_id


def test_nobody_has_rights_without_signing_in():
    assert permissions.can_see_staff(None) is False
    assert permissions.can_invite_staff(None) is False
    assert permissions.can_end(None, UserSession(user_id=1)) is False


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_for_any_number_of_people(sign_in, count_queries, number):
    inside = sign_in(make_staff(Role.ADMINISTRATOR))
    for n in range(number):
        make_staff(name=f"Colleague {n}")
        invite(email=f"guest{n}@office.example")

    with count_queries() as statements:
        page = inside.get("/staff").text

    assert page.count("Colleague") == number
    assert page.count("guest") == number
    assert len(statements) == 3  # the session with its person, the people, the invitations


def test_the_command_invites_and_prints_the_link(app, client):
    runner = app.test_cli_runner()

    done = runner.invoke(args=["user", "invite", EMAIL, "--role", "administrator", "--json"])

    answer = json.loads(done.output)
    assert (done.exit_code, answer["email"], answer["role"]) == (0, EMAIL, "administrator")
    assert client.get(answer["link"].removeprefix("http://matchmaker.example")).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ([EMAIL, "--role", "officer"], 1),
        (["new@office.example", "--role", "officer"], 0),
        (["new@office.example", "--role", "member"], 2),
        (["new@office.example"], 2),
        (["nonsense", "--role", "officer"], 2),
    ],
)
def test_the_command_ends_honestly(app, arguments, status):
    make_person(email=EMAIL)

    done = app.test_cli_runner().invoke(args=["user", "invite", *arguments])

    assert done.exit_code == status
    assert len(rows(sa.select(StaffInvitation))) == (1 if status == 0 else 0)


def test_the_command_lists_everybody(app):
    make_staff(email=EMAIL)
    runner = app.test_cli_runner()

    answer = json.loads(runner.invoke(args=["user", "list", "--json"]).output)

    assert answer == [
        {"email": EMAIL, "role": "officer", "confirmed": True, "second_factor": True}
    ]
    assert runner.invoke(args=["user", "list"]).output == f"{EMAIL}\tofficer\tTrue\tTrue\n"


def test_the_command_lets_who_lost_the_phone_set_up_new_codes(app, sign_in):
    officer = make_staff(email=EMAIL)
    inside = sign_in(officer)

    done = app.test_cli_runner().invoke(args=["user", "reset-second-factor", EMAIL])

    assert done.exit_code == 0
    assert not again(officer).has_second_factor
    assert inside.get("/account").location == "/sign-in?next=/account"
    unknown = ["user", "reset-second-factor", "nobody@office.example"]
    assert app.test_cli_runner().invoke(args=unknown).exit_code == 1


def test_the_code_of_the_tests_is_that_of_the_phone():
    """RFC 6238, appendix B, at 59 s: 94287082 for SHA-1, of which we take six digits."""
    rfc_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert code_at(datetime.fromtimestamp(59, UTC), rfc_secret) == "287082"
