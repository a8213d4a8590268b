"""The pages of applications, of both sides."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.enums import Role
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Member
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.events.models import Participant
from matchmaker.jobs.models import OutboxMessage
from matchmaker.participation import permissions, queries
from matchmaker.participation.enums import ApplicationState
from matchmaker.participation.models import Application, ApplicationStep
from tests.build import (
    NOON,
    make_application,
    make_event,
    make_exporter,
    make_officer,
    make_user,
)

State = ApplicationState


def reloaded(public_id):
    db.session.rollback()
    return db.session.scalars(
        sa.select(Application).where(Application.public_id == public_id)
    ).one()


def test_an_editor_applies_and_finds_the_application_again(sign_in):
    owner = make_user()
    event, company = make_event(), make_exporter(owner)
    browser = sign_in(owner)
    address = f"/events/{event.public_id}/apply/{company.public_id}"

    form = browser.get(address).text
    answer = browser.submit(
        address, {"message": "مرحبا", "message_language": "ur", "step": "send"}
    )

    assert "Missing" in form
    assert "None entered" in form
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert '<p class="written" lang="ur" dir="auto">مرحبا</p>' in page
    assert "The trade office has your application" in page
    assert browser.get(address).location == answer.location


def test_an_officer_who_applies_for_a_company_is_named_as_the_office(sign_in):
    owner = make_user()
    event, company, officer = make_event(), make_exporter(owner), make_officer(name="Ms Officer")
    address = f"/events/{event.public_id}/apply/{company.public_id}"

    sent = sign_in(officer).submit(address, {"message_language": "en", "step": "send"})

    page = sign_in(owner).get(sent.location).text
    assert "Trade office" in page
    assert "Ms Officer" not in page


def test_a_closed_window_is_said_and_nothing_is_lost(sign_in):
    owner, now = make_user(), utcnow()
    event = make_event(
        applications_open_at=now - timedelta(days=9), applications_close_at=now - timedelta(days=1)
    )
    company = make_exporter(owner)
    browser = sign_in(owner)

    answer = browser.submit(
        f"/events/{event.public_id}/apply/{company.public_id}", {"message_language": "en"}
    )

    assert answer.status_code == 409
    assert "Applications for this event are closed." in answer.text
    assert db.session.scalar(sa.select(sa.func.count(Application.id))) == 0


def test_too_long_a_message_is_kept_and_refused(sign_in):
    owner = make_user()
    event, company = make_event(), make_exporter(owner)

    answer = sign_in(owner).submit(
        f"/events/{event.public_id}/apply/{company.public_id}",
        {"message": "z" * 4001, "message_language": "en"},
    )

    assert answer.status_code == 422
    assert "z" * 4001 in answer.text
    assert "Write at most 4,000 characters. You wrote 4,001; nothing is cut off." in answer.text


def test_clicks_at_the_same_time_make_one_application(app, sign_in):
    owner = make_user()
    event, company = make_event(), make_exporter(owner)
    address = f"/events/{event.public_id}/apply/{company.public_id}"
    browsers = [sign_in(owner) for _ in range(4)]
    answers = []

    def click(browser):
        answers.append(browser.submit(address, {"message_language": "en"}).status_code)

    threads = [threading.Thread(target=click, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert answers == [303] * 4
    assert db.session.scalar(sa.select(sa.func.count(Application.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(ApplicationStep.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1


def test_of_officers_deciding_at_the_same_time_one_wins(app, sign_in):
    application = make_application(make_event())
    address, version = f"/applications/{application.public_id}/decision", application.version
    browsers = [sign_in(make_officer()) for _ in range(4)]
    answers = []

    def accept(browser):
        answer = browser.submit(address, {"state": "accepted", "version": version})
        answers.append(answer.status_code)

    threads = [threading.Thread(target=accept, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert sorted(answers) == [303, 409, 409, 409]
    assert db.session.scalar(sa.select(sa.func.count(ApplicationStep.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(Participant.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(OutboxMessage.id))) == 1


def test_the_second_officers_reason_is_not_lost(sign_in):
    application = make_application()
    public_id, seen = application.public_id, application.version
    browser = sign_in(make_officer())
    address = f"/applications/{public_id}/decision"
    browser.submit(address, {"state": "shortlisted", "version": seen})

    answer = browser.submit(
        address, {"state": "rejected", "version": seen, "reason": "My long reason"}
    )

    assert answer.status_code == 409
    assert "Somebody has changed this application meanwhile" in answer.text
    assert "My long reason</textarea>" in answer.text
    assert f'name="version" value="{seen + 1}"' in answer.text
    assert reloaded(public_id).state is State.SHORTLISTED


def test_a_rejection_without_reason_is_refused_beside_the_form(sign_in):
    application = make_application()
    public_id = application.public_id
    browser = sign_in(make_officer())

    answer = browser.submit(
        f"/applications/{public_id}/decision", {"state": "rejected", "version": 1, "reason": " "}
    )

    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert reloaded(public_id).state is State.SUBMITTED


@pytest.mark.parametrize("state", ["withdrawn", "draft", "submitted", "nonsense", ""])
def test_an_officer_decides_nothing_but_decisions(sign_in, state):
    application = make_application()
    public_id = application.public_id

    answer = sign_in(make_officer()).submit(
        f"/applications/{public_id}/decision", {"state": state, "version": 1}
    )

    assert answer.status_code == 422
    assert reloaded(public_id).state is State.SUBMITTED


def test_a_company_withdraws_and_applies_again(sign_in):
    owner = make_user()
    event, company = make_event(), make_exporter(owner)
    application = make_application(event, company)
    public_id, seen = application.public_id, application.version
    browser = sign_in(owner)

    old = browser.submit(f"/applications/{public_id}/withdrawal", {"version": seen - 1})
    answer = browser.submit(
        f"/applications/{public_id}/withdrawal", {"version": seen, "reason": "No visa"}
    )

    assert old.status_code == 409
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "No visa" in page
    assert "Apply again" in page
    again = browser.submit(
        f"/events/{event.public_id}/apply/{company.public_id}",
        {"message_language": "en", "version": seen + 1},
    )
    assert again.location == f"/applications/{public_id}"
    assert reloaded(public_id).state is State.SUBMITTED


ROUTES = [
    ("get", "/applications/{application}"),
    ("submit", "/applications/{application}/withdrawal"),
    ("submit", "/applications/{application}/decision"),
    ("get", "/events/{event}/apply/{company}"),
    ("submit", "/events/{event}/apply/{company}"),
    ("get", "/events/{event}/overview"),
    ("get", "/events/{event}/applications"),
    ("submit", "/events/{event}/applications"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_somebody_elses_application_does_not_exist(app, client, sign_in, method, path):
    company = make_exporter(name="Secret company")
    application = make_application(company=company)
    public_id = application.public_id
    event = db.session.get_one(type(make_event()), application.event_id)
    stranger = make_user()
    make_exporter(stranger)
    address = path.format(application=public_id, event=event.public_id, company=company.public_id)
    browser = sign_in(stranger)

    answer = getattr(browser, method)(address)
    visitor = getattr(client, method)(address)

    assert answer.status_code == 404
    assert "Secret company" not in answer.text
    assert visitor.status_code == 303
    assert visitor.location.startswith("/sign-in") or "sign_in" in visitor.location
    assert reloaded(public_id).state is State.SUBMITTED


@pytest.mark.parametrize(
    ("who", "sees", "withdraws", "applies", "decides"),
    [
        ("owner", True, True, True, False),
        ("editor", True, True, True, False),
        ("viewer", True, False, False, False),
        ("stranger", False, False, False, False),
        ("interpreter", False, False, False, False),
        ("observer", True, False, False, False),
        ("officer", True, True, True, True),
        ("administrator", True, True, True, True),
        ("nobody", False, False, False, False),
    ],
)
def test_who_may_do_what_with_an_application(app, who, sees, withdraws, applies, decides):
    company = make_exporter()
    if who in set(MemberRole):
        user = make_user()
        db.session.add(
            Member(company_id=company.id, user_id=user.id, role=MemberRole(who), joined_at=NOON)
        )
    elif who == "nobody":
        user = None
    else:
        user = make_user(role=Role.MEMBER if who == "stranger" else Role(who))
    event = make_event()
    application = queries.whole_application(make_application(event, company).public_id)
    asking = queries.asking(event.public_id, company.public_id)

    assert permissions.can_see(user, application) is sees
    assert permissions.can_withdraw(user, application) is withdraws
    assert permissions.can_apply(user, asking) is applies
    assert permissions.can_decide(user) is decides


def test_nobody_applies_to_an_event_that_is_not_published(app, sign_in):
    owner = make_user()
    event, company = make_event(published_at=None), make_exporter(owner)

    answer = sign_in(owner).get(f"/events/{event.public_id}/apply/{company.public_id}")

    assert answer.status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_an_application_runs_the_same_queries_for_any_number_of_steps(
    rows, sign_in, count_queries
):
    application = make_application()
    for _ in range(rows):
        db.session.add(
            ApplicationStep(
                application_id=application.id, after=State.SUBMITTED, actor_id=None, at=NOON
            )
        )
    address = f"/applications/{application.public_id}"
    browser = sign_in(make_officer())

    with count_queries() as statements:
        answer = browser.get(address)

    assert answer.text.count("<b>Submitted</b>") == rows
    # session; application, members; steps; products, needs, consent
    assert len(statements) == 7


def test_markup_in_what_companies_write_comes_out_as_text(sign_in):
    company = make_exporter(name="<img src=x onerror=alert(1)>")
    event = make_event()
    application = make_application(event, company, message="<script>alert(2)</script>")
    browser = sign_in(make_officer())

    for address in (
        f"/applications/{application.public_id}",
        f"/events/{event.public_id}/applications",
    ):
        page = browser.get(address).text
        assert "<img" not in page
        assert "<script>alert" not in page
