"""Who may open and do what: officers review, observers read, companies see their own partners."""

from __future__ import annotations

import pytest

from matchmaker.accounts.enums import Role
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Member
from matchmaker.db.base import db
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Decision, MatchRun
from tests.build import NOON, make_event, make_exporter, make_officer, make_suggestion, make_user


@pytest.fixture
def place(app):
    """Addresses of one event's review, with something in each that could leak."""
    event = make_event()
    suggestion = make_suggestion(event, state=SuggestionState.APPROVED)
    officer = make_officer()
    decision = Decision(
        suggestion_id=suggestion.id,
        before=SuggestionState.PENDING,
        after=SuggestionState.APPROVED,
        officer_id=officer.id,
        at=NOON,
        note="",
    )
    run = MatchRun(event_id=event.id, created_at=NOON, weights={}, limits={}, seed=0)
    db.session.add_all([decision, run])
    db.session.flush()
    return {
        "queue": f"/events/{event.public_id}/suggestions",
        "runs": f"/events/{event.public_id}/runs",
        "run": f"/runs/{run.public_id}",
        "progress": f"/runs/{run.public_id}/progress",
        "assignments": f"/events/{event.public_id}/assignments",
        "add": f"/events/{event.public_id}/suggestions/new",
        "decide": f"/suggestions/{suggestion.public_id}/decision",
        "undo": f"/decisions/{decision.public_id}/undo",
        "undo_many": f"/decisions/{decision.public_id}/undo-all",
        "many": f"/events/{event.public_id}/suggestions/decisions",
        "cancel": f"/runs/{run.public_id}/cancel",
    }


READ = ("queue", "runs", "run", "progress", "assignments")
CHANGE = ("decide", "undo", "undo_many", "many", "cancel", "runs", "assignments", "add")


def person(role):
    staff = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": NOON}
    return make_user(role=role, **(staff if role is not Role.MEMBER else {}))


@pytest.mark.parametrize("page", READ)
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
def test_reading_the_review(place, sign_in, page, role, status):
    client = sign_in(person(role))

    assert client.get(place[page]).status_code == status


@pytest.mark.parametrize("page", CHANGE)
@pytest.mark.parametrize("role", [Role.OBSERVER, Role.INTERPRETER, Role.MEMBER])
def test_only_officers_change_anything(place, sign_in, page, role):
    client = sign_in(person(role))

    answer = client.submit(place[page], {"state": "held", "version": 1})

    assert answer.status_code == 404
    assert db.session.query(Decision).count() == 1


def test_adding_a_pair_is_offered_to_officers_only(place, sign_in):
    assert sign_in(make_officer()).get(place["add"]).status_code == 200
    assert sign_in(person(Role.OBSERVER)).get(place["add"]).status_code == 404


@pytest.mark.parametrize("page", [*READ, "add"])
def test_nobody_signed_in_is_sent_to_sign_in(place, client, page):
    answer = client.get(place[page])

    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_an_observer_sees_no_buttons_that_change(place, sign_in):
    page = sign_in(person(Role.OBSERVER)).get(f"{place['queue']}?state=all")

    assert 'data-act="approve"' not in page.text
    assert 'action="/suggestions/' not in page.text


def test_a_queue_of_one_event_opens_no_suggestion_of_another(place, sign_in):
    other = make_suggestion()
    secret = other.public_id
    db.session.commit()

    page = sign_in(make_officer()).get(f"{place['queue']}?open={secret}&state=all")

    assert f'data-id="{secret}"' not in page.text


@pytest.mark.parametrize("role", list(MemberRole))
def test_members_see_the_partners_of_their_own_company_only(app, sign_in, role):
    company, user = make_exporter(), make_user()
    db.session.add(Member(company_id=company.id, user_id=user.id, role=role, joined_at=NOON))
    own, other = company.public_id, make_exporter().public_id
    client = sign_in(user)

    assert client.get(f"/companies/{own}/matches").status_code == 200
    assert client.get(f"/companies/{other}/matches").status_code == 404


@pytest.mark.parametrize("page", ["runs", "run", "decisions", "suggestions"])
def test_what_does_not_exist_is_404(app, sign_in, page):
    client = sign_in(make_officer())
    paths = {
        "runs": "/events/aaaaaaaaaaaaaaaa/runs",
        "run": "/runs/aaaaaaaaaaaaaaaa",
        "decisions": "/events/aaaaaaaaaaaaaaaa/assignments",
        "suggestions": "/events/aaaaaaaaaaaaaaaa/suggestions",
    }

    assert client.get(paths[page]).status_code == 404


def test_a_forged_decision_is_refused(place, sign_in):
    answer = sign_in(make_officer()).post(place["decide"], data={"state": "held", "version": 1})

    assert answer.status_code == 400
    assert db.session.query(Decision).count() == 1
