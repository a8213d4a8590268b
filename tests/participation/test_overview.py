"""The overview of an event says how its matches stand, too."""

from __future__ import annotations

from datetime import timedelta

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import MatchRun
from matchmaker.participation.enums import ApplicationState
from matchmaker.participation.queries import whole_application
from matchmaker.participation.services import decide_application
from tests.build import (
    NOON,
    make_application,
    make_buyer,
    make_event,
    make_exporter,
    make_officer,
    make_participant,
    make_suggestion,
)

State = ApplicationState


def make_run(event, at) -> MatchRun:
    run = MatchRun(
        event_id=event.id,
        weights={},
        limits={},
        seed=0,
        data_at=at,
        created_at=at,
        finished_at=at,
    )
    db.session.add(run)
    db.session.flush()
    return run


def test_before_the_first_run_both_sides_lead_to_one(sign_in):
    event = make_event()
    for company in (make_exporter(), make_buyer()):
        make_application(event, company, State.ACCEPTED)
        make_participant(event, company)

    page = sign_in(make_officer()).get(f"/events/{event.public_id}/overview").text

    assert "Find out who should meet whom" in page
    assert "accepted since the last run" not in page


def test_one_side_alone_is_said(sign_in):
    event = make_event()
    make_application(event, make_buyer(), State.ACCEPTED)

    page = sign_in(make_officer()).get(f"/events/{event.public_id}/overview").text

    assert "No exporter is accepted yet" in page
    assert "Find out who should meet whom" not in page


def test_those_accepted_since_the_last_run_are_counted(sign_in):
    event, other = make_event(), make_event()
    run_at = NOON + timedelta(hours=2)
    make_run(event, run_at)
    for moment in (NOON, run_at + timedelta(hours=1), run_at + timedelta(hours=2)):
        make_participant(event, make_exporter()).joined_at = moment
    make_participant(other, make_exporter()).joined_at = run_at + timedelta(hours=1)
    address = f"/events/{event.public_id}"

    page = sign_in(make_officer()).get(f"{address}/overview").text

    assert "2 companies were accepted since the last run" in page
    assert "The last run was on Fri 12 Mar 2027 19:00" in page
    assert f'href="{address}/runs">Run again' in page
    assert "Find out who should meet whom" not in page


def test_suggestions_that_wait_are_counted(sign_in):
    event = make_event()
    make_suggestion(event)
    make_suggestion(event)
    make_suggestion(event, state=SuggestionState.APPROVED)
    make_suggestion()
    browser = sign_in(make_officer())

    page = browser.get(f"/events/{event.public_id}/overview").text

    assert "2 suggestions wait for review" in page


def test_an_event_with_nothing_to_do_says_so(sign_in):
    event = make_event()
    make_application(event, state=State.REJECTED)

    page = sign_in(make_officer()).get(f"/events/{event.public_id}/overview").text

    assert "Nothing waits for you here at present." in page


def test_who_comes_back_joins_anew(app):
    event, officer, now = make_event(), make_officer(), utcnow()
    company = make_exporter()
    public_id = make_application(event, company, State.WAITLISTED).public_id
    part = make_participant(event, company)
    part.left_at = NOON
    db.session.flush()
    application = whole_application(public_id)

    decide_application(
        application,
        State.ACCEPTED,
        officer=officer,
        seen_version=application.version,
        reason="",
        now=now,
    )

    assert (part.joined_at, part.left_at) == (now, None)
