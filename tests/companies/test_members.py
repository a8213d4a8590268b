"""The people of a company: inviting, joining, leaving."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from matchmaker.accounts.models import User
from matchmaker.accounts.services.passwords import verify_password
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Company, Member, MemberInvitation
from matchmaker.companies.services import members as services
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.jobs.models import OutboxMessage
from tests.build import NOON, make_exporter, make_officer, make_user

PASSWORD = "forceps and towels in may"


@pytest.fixture
def owner(app):
    return make_user(name="Owner Ravail", email="owner@ravi.example")


@pytest.fixture
def company(owner):
    company = make_exporter(owner, name="Ravi Surgical Works")
    db.session.commit()
    return company


@pytest.fixture
def here(company):
    address = f"/companies/{company.public_id}/members"
    db.session.rollback()
    return address


def join(company: Company, role: MemberRole, **given) -> User:
    user = make_user(**given)
    db.session.add(Member(company_id=company.id, user_id=user.id, role=role, joined_at=NOON))
    db.session.commit()
    return user


def roles(company_id: int = 1) -> dict[str, MemberRole]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(User.email, Member.role).join(User, User.id == Member.user_id)
    )
    return dict(tuple(row) for row in rows)


def mailed_link() -> str:
    db.session.rollback()
    message = db.session.scalars(
        sa.select(OutboxMessage)
        .where(OutboxMessage.kind == "companies.member_invitation")
        .order_by(OutboxMessage.id.desc())
    ).first()
    return re.search(r"http://matchmaker\.example(/memberships/\S+)", message.text)[1]


def invite(sign_in, owner, here, email="new@ravi.example", role="editor"):
    return sign_in(owner).submit(here, {"email": email, "role": role})


def test_invited_person_without_account_makes_one_and_joins(owner, here, sign_in, client):
    answer = invite(sign_in, owner, here, email="New@Ravi.example")
    link = mailed_link()

    shown = client.get(link)
    joined = client.submit(link, {"name": "New Person", "password": PASSWORD})

    assert answer.status_code == 303
    assert "Make the account and join" in shown.text
    assert joined.status_code == 303
    assert joined.location.startswith("/sign-in?next=")
    assert roles() == {
        "owner@ravi.example": MemberRole.OWNER,
        "new@ravi.example": MemberRole.EDITOR,
    }
    user = db.session.scalars(sa.select(User).where(User.email == "new@ravi.example")).one()
    assert user.confirmed_at is not None
    assert verify_password(user, PASSWORD)


def test_link_works_once(owner, here, sign_in, client):
    invite(sign_in, owner, here)
    link = mailed_link()
    client.submit(link, {"name": "New Person", "password": PASSWORD})

    again = client.submit(link, {"name": "Thief", "password": PASSWORD + "2"})

    assert again.status_code == 409
    assert client.application.test_client().get(link).status_code == 410
    db.session.rollback()
    user = db.session.scalars(sa.select(User).where(User.email == "new@ravi.example")).one()
    assert user.name == "New Person"


def test_link_is_dead_after_seven_days(owner, here, sign_in, client):
    invite(sign_in, owner, here)
    link = mailed_link()

    with time_machine.travel(utcnow() + timedelta(days=7, seconds=5)):
        page = client.get(link)
        answer = client.application.test_client().submit(
            link, {"name": "New", "password": PASSWORD}
        )

    assert page.status_code == 410
    assert "This invitation is no longer valid" in page.text
    assert answer.status_code == 409
    assert "new@ravi.example" not in roles()


def test_weak_password_is_refused_and_the_link_stays_alive(owner, here, sign_in, client):
    invite(sign_in, owner, here)
    link = mailed_link()

    weak = client.submit(link, {"name": "New Person", "password": "password1234"})
    right = client.submit(link, {"name": "New Person", "password": PASSWORD})

    assert weak.status_code == 422
    assert "one of the first that are tried" in weak.text
    assert right.status_code == 303


def test_invited_person_with_an_account_signs_in_and_joins(owner, here, sign_in, client):
    colleague = make_user(email="colleague@ravi.example")
    db.session.commit()
    invite(sign_in, owner, here, email="colleague@ravi.example", role="viewer")
    link = mailed_link()

    anonymous = client.get(link)
    forged = client.submit(link, {"name": "Thief", "password": PASSWORD})
    joined = sign_in(colleague).submit(link)

    assert "This address has an account." in anonymous.text
    assert forged.status_code == 409
    assert joined.status_code == 303
    assert roles()["colleague@ravi.example"] is MemberRole.VIEWER
    assert db.session.get_one(User, colleague.id).password_hash is None


def test_account_nobody_confirmed_is_the_one_of_who_reads_the_mail(owner, here, sign_in, client):
    squatter = make_user(email="new@ravi.example", confirmed_at=None, password_hash="squatted")
    db.session.commit()
    invite(sign_in, owner, here)

    client.submit(mailed_link(), {"name": "New Person", "password": PASSWORD})

    db.session.rollback()
    user = db.session.get_one(User, squatter.id)
    assert verify_password(user, PASSWORD)
    assert user.name == "New Person"


def test_link_opens_nothing_for_another_person(owner, here, sign_in):
    thief = make_user(email="thief@other.example")
    officer = make_officer(email="new@ravi.example")
    db.session.commit()
    invite(sign_in, owner, here)
    link = mailed_link()

    for person in (thief, officer):
        assert sign_in(person).submit(link).status_code == 409
    assert set(roles()) == {"owner@ravi.example"}


def test_unknown_link_is_not_there(client):
    assert client.get("/memberships/nonsense").status_code == 404
    assert client.submit("/memberships/nonsense").status_code == 404


def test_new_invitation_to_the_same_address_ends_the_old_one(owner, here, sign_in, client):
    invite(sign_in, owner, here)
    old = mailed_link()
    invite(sign_in, owner, here, role="viewer")

    assert client.get(old).status_code == 410
    assert client.application.test_client().get(mailed_link()).status_code == 200


def test_invitation_taken_back_is_dead(owner, here, sign_in, client):
    invite(sign_in, owner, here)
    link = mailed_link()
    public_id = db.session.scalars(sa.select(MemberInvitation.public_id)).one()

    answer = sign_in(owner).submit(f"/membership-invitations/{public_id}/revocation")

    assert answer.status_code == 303
    assert client.get(link).status_code == 410


def test_member_is_not_invited_again(owner, here, sign_in):
    answer = invite(sign_in, owner, here, email="Owner@ravi.example")

    assert answer.status_code == 422
    assert "This person belongs to the company already." in answer.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "nobody", "Write an e-mail address"),
        ("email", "a@b.example\nBcc: all@world.example", "Write"),
        ("role", "administrator", "Invalid Choice"),
    ],
)
def test_faulty_invitation_is_refused(owner, here, sign_in, field, value, sentence):
    form = {"email": "new@ravi.example", "role": "editor", field: value}
    answer = sign_in(owner).submit(here, form)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.scalars(sa.select(MemberInvitation)).all() == []


def test_owner_changes_and_removes_members(company, owner, here, sign_in):
    editor = join(company, MemberRole.EDITOR, email="editor@ravi.example")
    client = sign_in(owner)

    client.submit(f"{here}/{editor.public_id}/role", {"role": "viewer"})
    assert roles()["editor@ravi.example"] is MemberRole.VIEWER
    client.submit(f"{here}/{editor.public_id}/removal")

    assert set(roles()) == {"owner@ravi.example"}
    actions = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"company.change_role", "company.remove_member"} <= actions


def test_member_leaves_alone(company, here, sign_in):
    viewer = join(company, MemberRole.VIEWER, email="viewer@ravi.example")

    answer = sign_in(viewer).submit(f"{here}/{viewer.public_id}/removal")

    assert (answer.status_code, answer.location) == (303, "/")
    assert set(roles()) == {"owner@ravi.example"}


def test_last_owner_neither_leaves_nor_steps_down(company, owner, here, sign_in):
    join(company, MemberRole.EDITOR, email="editor@ravi.example")
    client = sign_in(owner)

    leaving = client.submit(f"{here}/{owner.public_id}/removal")
    stepping = client.submit(f"{here}/{owner.public_id}/role", {"role": "viewer"})

    assert (leaving.status_code, stepping.status_code) == (409, 409)
    assert "A company always keeps an owner." in leaving.text
    assert roles()["owner@ravi.example"] is MemberRole.OWNER


def test_of_two_owners_who_leave_at_once_one_stays(app, company, owner):
    second = join(company, MemberRole.OWNER, email="second@ravi.example")
    people = [owner.id, second.id]
    company_id = company.id
    db.session.rollback()
    start = threading.Barrier(2)
    refused = []

    def leave(user_id: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with unit_of_work():
                    member = db.session.scalars(
                        sa.select(Member)
                        .options(sa.orm.joinedload(Member.user))
                        .where(Member.user_id == user_id)
                    ).one()
                    services.remove_member(
                        db.session.get_one(Company, company_id),
                        member,
                        actor=member.user,
                        now=NOON,
                    )
            except services.LastOwnerError:
                refused.append(user_id)

    threads = [threading.Thread(target=leave, args=(number,)) for number in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert list(roles().values()) == [MemberRole.OWNER]


def test_page_lists_members_and_only_owners_manage(company, owner, here, sign_in):
    viewer = join(company, MemberRole.VIEWER, email="viewer@ravi.example")

    own, seen = sign_in(owner).get(here), sign_in(viewer).get(here)

    assert "viewer@ravi.example" in own.text
    assert own.text.count("<select") == 2
    assert "owner@ravi.example" in seen.text
    assert "<select" not in seen.text
    assert "Invite a colleague" not in seen.text


@pytest.mark.parametrize("rows", [1, 3])
def test_page_runs_the_same_queries_for_any_number_of_members(
    company, owner, here, sign_in, count_queries, rows
):
    for _ in range(rows):
        join(company, MemberRole.VIEWER)
    client = sign_in(owner)

    with count_queries() as statements:
        client.get(here)

    # Session; company, members with persons; invitations; company and members for the page.
    assert len(statements) == 6


def test_those_without_the_right_manage_nobody(company, owner, here, sign_in):
    editor = join(company, MemberRole.EDITOR, email="editor@ravi.example")
    stranger = make_user(email="stranger@other.example")
    make_exporter(stranger)
    officer = make_officer(email="officer@office.example")
    invitation = MemberInvitation(
        token_hash="x",
        company_id=company.id,
        email="new@ravi.example",
        role=MemberRole.OWNER,
        invited_by_id=owner.id,
        created_at=NOON,
        expires_at=utcnow() + timedelta(days=1),
    )
    db.session.add(invitation)
    db.session.commit()
    owner_id, revoke = (
        owner.public_id,
        f"/membership-invitations/{invitation.public_id}/revocation",
    )
    db.session.rollback()

    for person in (editor, stranger, officer):
        client = sign_in(person)
        for path, form in [
            (here, {"email": "x@y.example", "role": "owner"}),
            (f"{here}/{owner_id}/role", {"role": "viewer"}),
            (f"{here}/{owner_id}/removal", {}),
            (revoke, {}),
        ]:
            assert client.submit(path, form).status_code == 404, path
    assert sign_in(stranger).get(here).status_code == 404
    assert roles()["owner@ravi.example"] is MemberRole.OWNER
    assert db.session.scalars(sa.select(MemberInvitation.revoked_at)).all() == [None]


def test_member_of_another_company_is_not_reached_through_ones_own(owner, here, sign_in):
    victim = make_user(email="victim@other.example")
    make_exporter(victim)
    db.session.commit()

    answer = sign_in(owner).submit(f"{here}/{victim.public_id}/removal")

    assert answer.status_code == 404
    assert "victim@other.example" in roles()
