"""The steps of an application, as the services take them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Member
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, NotAllowedNowError
from matchmaker.events.enums import ParticipantRole
from matchmaker.events.models import Participant
from matchmaker.events.queries import events_of, participants
from matchmaker.jobs.models import OutboxMessage
from matchmaker.participation import queries, services
from matchmaker.participation.enums import (
    COMPANY_STEPS,
    OFFICER_STEPS,
    ApplicationKind,
    ApplicationState,
)
from matchmaker.participation.models import Application, ApplicationStep
from matchmaker.participation.services import Wish
from tests.build import (
    NOON,
    make_application,
    make_buyer,
    make_event,
    make_exporter,
    make_officer,
    make_user,
)

State = ApplicationState
WISH = Wish(ApplicationKind.EXHIBITOR, "We bring scissors.", "en")


def decide(application, state, officer=None, *, seen=None, reason="Full", now=NOON):
    application = queries.whole_application(application.public_id)
    services.decide_application(
        application,
        state,
        officer=officer or make_officer(),
        seen_version=application.version if seen is None else seen,
        reason=reason,
        now=now,
    )
    return application


def withdraw(application, actor=None, *, seen=None):
    application = queries.whole_application(application.public_id)
    services.withdraw_application(
        application,
        actor=actor or make_user(),
        seen_version=application.version if seen is None else seen,
        reason="",
        now=NOON,
    )
    return application


def open_event(**given):
    window = {
        "applications_open_at": NOON - timedelta(days=1),
        "applications_close_at": NOON + timedelta(days=1),
    }
    return make_event(**(window | given))


def mails():
    rows = db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id))
    return [(m.kind, m.recipient, m.language) for m in rows]


ALLOWED = {
    "officer": {
        "draft": "",
        "submitted": "under_review shortlisted accepted waitlisted rejected",
        "under_review": "shortlisted accepted waitlisted rejected",
        "shortlisted": "under_review accepted waitlisted rejected",
        "accepted": "waitlisted rejected",
        "waitlisted": "under_review accepted rejected",
        "rejected": "under_review accepted waitlisted",
        "withdrawn": "",
    },
    "company": {
        "draft": "draft submitted withdrawn",
        "submitted": "withdrawn",
        "under_review": "withdrawn",
        "shortlisted": "withdrawn",
        "accepted": "withdrawn",
        "waitlisted": "withdrawn",
        "rejected": "",
        "withdrawn": "draft submitted",
    },
}


def test_the_tables_of_steps_are_those_agreed():
    for steps, agreed in ((OFFICER_STEPS, "officer"), (COMPANY_STEPS, "company")):
        table = {before: set(after) for before, after in steps.items() if before is not None}
        assert table == {k: set(v.split()) for k, v in ALLOWED[agreed].items()}


@pytest.mark.parametrize("after", list(State))
@pytest.mark.parametrize("before", list(State))
def test_an_officer_takes_the_steps_of_the_table_and_no_other(app, before, after):
    application = make_application(state=before)

    if after in ALLOWED["officer"][before].split():
        assert decide(application, after).state is after
        (step,) = queries.steps_of(application)
        assert (step.before, step.after, step.reason) == (before, after, "Full")
    else:
        with pytest.raises(NotAllowedNowError, match="cannot take this step"):
            decide(application, after)
        assert application.state is before
        assert list(queries.steps_of(application)) == []


@pytest.mark.parametrize("before", list(State))
def test_a_company_withdraws_what_still_runs(app, before):
    application = make_application(state=before)

    if "withdrawn" in ALLOWED["company"][before].split():
        assert withdraw(application).state is State.WITHDRAWN
    else:
        with pytest.raises(NotAllowedNowError):
            withdraw(application)
        assert application.state is before


@pytest.mark.parametrize("before", list(State))
def test_a_company_sends_what_is_not_in_the_offices_hands(app, before):
    event, company = open_event(), make_exporter()
    make_application(event, company, state=before)
    send = partial(services.apply, event, company, WISH, actor=make_user(), now=NOON)

    if before in {State.DRAFT, State.WITHDRAWN, State.SUBMITTED}:
        assert send().state is State.SUBMITTED
    else:
        with pytest.raises(NotAllowedNowError, match="cannot take this step"):
            send()


@pytest.mark.parametrize(
    ("after_opening", "said"),
    [
        (timedelta(microseconds=-1), "not open yet"),
        (timedelta(0), None),
        (timedelta(days=30, microseconds=-1), None),
        (timedelta(days=30), "are closed"),
    ],
    ids=["just before it opens", "as it opens", "just before it closes", "as it closes"],
)
def test_applications_are_taken_inside_the_window_of_the_events_zone(app, after_opening, said):
    opens = datetime(2031, 1, 1, 0, 0, tzinfo=UTC) - timedelta(hours=9)  # midnight in Tokyo
    event = make_event(
        time_zone="Asia/Tokyo",
        applications_open_at=opens,
        applications_close_at=opens + timedelta(days=30),
    )
    send = partial(services.apply, event, make_exporter(), WISH, actor=make_user())

    if said is None:
        assert send(now=opens + after_opening).state is State.SUBMITTED
    else:
        with pytest.raises(services.WindowClosedError, match=said):
            send(now=opens + after_opening)
        assert db.session.scalar(sa.select(sa.func.count(Application.id))) == 0


def test_an_application_sent_twice_stays_one(app):
    event, company, owner = open_event(), make_exporter(), make_user()
    send = partial(services.apply, event, company, WISH, actor=owner, now=NOON)

    first, second = send(), send()

    assert first is second
    assert len(queries.steps_of(first)) == 1
    assert len(mails()) == 1


def test_a_draft_is_kept_without_telling_anybody_and_sent_later(app):
    event, company, owner = open_event(), make_exporter(), make_user()
    keep = Wish(ApplicationKind.EXHIBITOR, "At first", "en", send=False)
    send = partial(services.apply, event, company, actor=owner)

    draft = send(keep, now=NOON)
    assert (draft.state, draft.message, mails()) == (State.DRAFT, "At first", [])
    send(Wish(ApplicationKind.EXHIBITOR, "Then", "ur", send=False), now=NOON)
    sent = send(WISH, now=NOON)

    assert sent is draft
    assert (sent.message, sent.message_language) == ("We bring scissors.", "en")
    steps = [(step.before, step.after) for step in queries.steps_of(sent)]
    assert steps == [(State.DRAFT, State.SUBMITTED), (None, State.DRAFT)]


def test_a_colleague_with_an_old_draft_overwrites_nothing(app):
    event, company, owner = open_event(), make_exporter(), make_user()
    keep = partial(services.apply, event, company, actor=owner, now=NOON)
    kind = ApplicationKind.EXHIBITOR
    draft = keep(Wish(kind, "First", "en", send=False))
    seen = draft.version
    keep(Wish(kind, "Second", "en", send=False), seen_version=seen)

    with pytest.raises(ChangedMeanwhileError, match="meanwhile"):
        keep(Wish(kind, "Third", "en", send=False), seen_version=seen)

    assert draft.message == "Second"


def test_a_company_of_both_kinds_applies_once_a_kind(app):
    event, company, owner = open_event(), make_exporter(is_buyer=True), make_user()
    send = partial(services.apply, event, company, actor=owner, now=NOON)

    exhibitor = send(WISH)
    buyer = send(Wish(ApplicationKind.BUYER, "", "en"))

    assert exhibitor is not buyer
    asking = queries.asking(event.public_id, company.public_id)
    assert asking.kinds == (ApplicationKind.EXHIBITOR, ApplicationKind.BUYER)
    assert len(asking.applications) == 2


def test_the_steps_say_who_when_and_why(app):
    application, officer = make_application(), make_officer()
    later = NOON + timedelta(hours=1)
    decide(application, State.SHORTLISTED, officer, reason="")
    decide(application, State.REJECTED, officer, reason="The hall is full", now=later)

    last, first = queries.steps_of(application)
    assert (first.before, first.after, first.reason) == (State.SUBMITTED, State.SHORTLISTED, "")
    assert (last.actor, last.at, last.reason) == (officer, later, "The hall is full")
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == [
        "application.shortlisted",
        "application.rejected",
    ]
    assert entries[1].after == {"state": "rejected"}
    assert {entry.object_id for entry in entries} == {application.public_id}


def test_a_rejection_says_why(app):
    application = make_application()

    with pytest.raises(services.ReasonMissingError, match="Say why"):
        decide(application, State.REJECTED, reason="")

    assert application.state is State.SUBMITTED


@pytest.mark.parametrize(
    ("make_company", "role"),
    [
        (make_exporter, ParticipantRole.EXHIBITOR),
        (make_buyer, ParticipantRole.VISITING_BUYER),
    ],
)
def test_an_accepted_company_takes_part_until_it_leaves_and_may_come_back(app, make_company, role):
    event, company = open_event(), make_company()
    application = make_application(event, company)
    later = NOON + timedelta(days=1)

    decide(application, State.ACCEPTED)
    (part,) = participants(event)
    assert (part.company, part.role, part.joined_at) == (company, role, NOON)
    assert [p.event for p in events_of(company)] == [event]

    decide(application, State.REJECTED, now=later)
    assert list(participants(event)) == []
    assert list(events_of(company)) == []
    assert part.left_at == later

    decide(application, State.ACCEPTED, now=later)
    assert list(participants(event)) == [part]

    withdraw(application)
    assert part.left_at == NOON
    assert db.session.scalar(sa.select(sa.func.count(Participant.id))) == 1


def test_the_owners_and_editors_are_told_in_their_language(app):
    owner = make_user(email="owner@exporter.example", language="ur")
    company = make_exporter(owner)
    others = [
        (MemberRole.EDITOR, make_user(email="editor@exporter.example", language="ja")),
        (MemberRole.VIEWER, make_user(email="viewer@exporter.example")),
        (MemberRole.EDITOR, make_user(email="gone@exporter.example", disabled_at=NOON)),
        (MemberRole.OWNER, make_user(email="unproved@exporter.example", confirmed_at=None)),
    ]
    for role, user in others:
        db.session.add(Member(company_id=company.id, user_id=user.id, role=role, joined_at=NOON))
    make_exporter(make_user(email="stranger@exporter.example"))
    event = open_event(title={"en": "TEXPO", "ja": "見本市", "ur": "نمائش"})
    application = make_application(event, company)

    decide(application, State.REJECTED, reason="Hall is <full>")

    assert mails() == [
        ("application.rejected", "owner@exporter.example", "ur"),
        ("application.rejected", "editor@exporter.example", "ja"),
    ]
    for message, title in zip(
        db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)),
        ["نمائش", "見本市"],
        strict=True,
    ):
        assert title in message.subject
        assert "Hall is <full>" in message.text
        assert "Hall is &lt;full&gt;" in message.html
        assert f"/applications/{application.public_id}" in message.text


@pytest.mark.parametrize("state", ["under_review", "shortlisted", "accepted", "waitlisted"])
def test_every_decision_has_its_own_words(app, state):
    application = make_application()

    decide(application, State(state), reason="")

    (message,) = db.session.scalars(sa.select(OutboxMessage))
    assert message.kind == f"application.{state}"
    assert application.company.name in message.text
    assert "The reason:" not in message.text


def test_line_breaks_in_names_forge_no_header_of_a_mail(app):
    event = open_event(title={"en": "Fair\r\nBcc: victim@example.com"})
    company = make_exporter(name="Acme\r\nBcc: other@example.com")

    services.apply(event, company, WISH, actor=make_user(), now=NOON)

    (message,) = db.session.scalars(sa.select(OutboxMessage))
    assert message.subject.splitlines() == [message.subject]
    assert "Fair Bcc: victim@example.com" in message.subject


def test_the_second_of_two_officers_is_told_and_nothing_is_overwritten(app):
    application = make_application()
    seen = application.version
    decide(application, State.ACCEPTED, seen=seen)

    with pytest.raises(ChangedMeanwhileError, match="meanwhile"):
        decide(application, State.REJECTED, seen=seen)

    assert application.state is State.ACCEPTED
    assert db.session.scalar(sa.select(sa.func.count(ApplicationStep.id))) == 1


def test_many_at_once_leaves_those_changed_meanwhile_alone(app):
    event = open_event()
    ready, changed, withdrawn = (make_application(event) for _ in range(3))
    foreign = make_application(open_event())
    seen = {row.public_id: row.version for row in (ready, changed, withdrawn, foreign)}
    decide(changed, State.SHORTLISTED, reason="")
    withdraw(withdrawn)
    seen[withdrawn.public_id] = withdrawn.version

    done = services.decide_many(
        event, seen, State.ACCEPTED, officer=make_officer(), reason="", now=NOON
    )

    assert list(done.done) == [ready]
    assert list(done.left) == [changed, withdrawn]
    assert [changed.state, withdrawn.state] == [State.SHORTLISTED, State.WITHDRAWN]
    assert foreign.state is State.SUBMITTED
    assert [part.company_id for part in participants(event)] == [ready.company_id]


def test_many_rejections_say_why(app):
    event = open_event()
    application = make_application(event)
    seen = {application.public_id: application.version}

    with pytest.raises(services.ReasonMissingError):
        services.decide_many(
            event, seen, State.REJECTED, officer=make_officer(), reason="", now=NOON
        )

    assert application.state is State.SUBMITTED


def test_applications_of_companies_come_with_their_events(app):
    first_day = date(2020, 1, 1)
    late, early = make_event(), make_event(starts_on=first_day, ends_on=first_day)
    company = make_exporter()
    rows = [make_application(event, company) for event in (late, early)]
    make_application(late)

    found = queries.applications_of([company])

    assert list(found) == rows[::-1]
    assert [row.event for row in found] == [early, late]
