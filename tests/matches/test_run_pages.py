"""Pages of match runs."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta

import pytest

from matchmaker.accounts.enums import Role
from matchmaker.companies.enums import Purpose
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.engines.matching.score import Weights
from matchmaker.events.models import Participant
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.matches.models import MatchRun
from tests.build import NOON, make_event, make_exporter, make_officer, make_user
from tests.matches.fairs import (
    company_of,
    consent_given,
    make_fair,
    take_part_with_need,
    take_part_with_product,
)

POINTS = {field.name: round(field.default * 100) for field in fields(Weights)}
CHOSEN = POINTS | {"per_exporter": 5, "per_buyer": 7}


@pytest.fixture
def client(app, sign_in):
    return sign_in(make_officer())


def started(client, event, data=CHOSEN):
    url = f"/events/{event.public_id}/runs"
    db.session.commit()
    return client.submit(url, data)


def test_starting_a_run_leads_to_its_progress(client):
    answer = started(client, make_fair())

    page = client.get(answer.location)
    run = db.session.query(MatchRun).one()
    assert answer.status_code == 303
    assert run.limits["per_exporter"] == 5
    assert f'data-progress-url="/runs/{run.public_id}/progress"' in page.text
    assert client.get(f"/runs/{run.public_id}/progress").json["state"] == "queued"


def test_the_finished_run_shows_its_figures_and_who_has_none(client, fitted, work):
    event = make_fair(buyers=1)
    take_part_with_product(event, name="Towels", description="", hs_code="630260")
    answer = started(client, event)

    work()

    page = client.get(answer.location)
    assert "Companies without a suggestion" in page.text
    assert "Nobody at this event deals in its goods, or too little fits." in page.text
    assert "matchmaker match repeat" in page.text


def finished_run(event, data_at):
    """A run that found nothing."""
    found = dict.fromkeys(
        ("suggestions", "made", "renewed", "decided_before", "superseded", "exporters", "buyers"),
        0,
    ) | {"pairs": 0, "pairs_of_like_goods": 0, "unmatched": []}
    run = MatchRun(
        event_id=event.id,
        created_at=data_at,
        data_at=data_at,
        finished_at=data_at,
        weights={},
        limits={"per_exporter": 8, "per_buyer": 12},
        seed=0,
        summary=found,
        result_digest="0" * 64,
    )
    db.session.add(run)
    db.session.flush()
    return run


def test_the_run_names_those_it_did_not_read(client):
    event = make_event()
    silent = company_of(take_part_with_product(event, company=make_exporter(name="Silent Works")))
    take_part_with_need(event)
    consent_given(silent, Purpose.SUGGESTIONS, given=False)
    url, page_of_silent = finished_run(event, NOON).public_id, f"/companies/{silent.public_id}"
    db.session.commit()

    page = client.get(f"/runs/{url}")

    assert "Not read, because they did not agree to suggestions: 1" in page.text
    assert f'<a href="{page_of_silent}"><bdi lang="en">Silent Works</bdi>' in page.text


@pytest.mark.parametrize("place", ["suggestions", "runs"])
def test_companies_accepted_since_the_last_run_are_counted(client, place):
    event = make_fair(exporters=2, buyers=1)  # all joined at noon
    finished_run(event, NOON - timedelta(days=2))
    finished_run(event, NOON - timedelta(minutes=1))
    left = db.session.query(Participant).filter_by(event_id=event.id).first()
    left.left_at = NOON
    url = f"/events/{event.public_id}/{place}"
    db.session.commit()

    page = client.get(url)

    assert "2 companies were accepted since the last run (" in page.text
    assert 'runs#again">Run again</a>' in page.text


@pytest.mark.parametrize("minutes", [0, 1])
def test_nothing_is_said_where_the_last_run_knew_all(client, minutes):
    event = make_fair()
    finished_run(event, NOON + timedelta(minutes=minutes))
    url = f"/events/{event.public_id}/suggestions"
    db.session.commit()

    assert "accepted since the last run" not in client.get(url).text


def test_an_observer_is_not_asked_to_run_again(app, sign_in):
    event = make_fair()
    finished_run(event, NOON - timedelta(days=1))
    secret = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": NOON}
    observer = make_user(role=Role.OBSERVER, **secret)
    url = f"/events/{event.public_id}/suggestions"
    db.session.commit()

    assert "accepted since the last run" not in sign_in(observer).get(url).text


def test_a_cancelled_run_says_that_nothing_is_left(client):
    answer = started(client, make_fair())

    client.submit(f"{answer.location}/cancel")

    assert "left nothing behind" in client.get(answer.location).text
    assert db.session.query(Job).one().state is JobState.CANCELLED


def test_a_failed_run_says_what_to_do(client):
    answer = started(client, make_fair())
    job = db.session.query(Job).one()
    job.state, job.finished_at = JobState.FAILED, utcnow()
    db.session.commit()

    assert "Start it again" in client.get(answer.location).text


def test_a_second_start_is_answered_409_with_the_reason(client):
    event = make_fair()
    started(client, event)

    answer = started(client, event)

    assert answer.status_code == 409
    assert "under way" in answer.text
    assert db.session.query(MatchRun).count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hs": 0, "sector": 0, "text": 0}, "cannot all be 0"),
        ({"price": -1}, "Write a whole number in digits."),
        ({"price": 101}, "from 0 to 100"),
        ({"price": "much"}, "Write a whole number in digits."),
        ({"per_buyer": 0}, "from 1 to 100"),
        ({"per_exporter": ""}, "from 1 to 100"),
    ],
)
def test_weights_that_make_no_sense_are_422(client, change, said):
    answer = started(client, make_event(), CHOSEN | change)

    assert answer.status_code == 422
    errors = re.findall(r'class="error"[^>]*>([^<]*)<', answer.text)
    assert [one for one in errors if said not in one] == []
    assert errors
    assert db.session.query(MatchRun).count() == 0


def test_the_last_weights_are_offered_again_and_the_usual_ones_on_request(client):
    event = make_fair()
    url = f"/events/{event.public_id}/runs"
    started(client, event, CHOSEN | {"price": 77})

    assert 'value="77"' in client.get(url).text
    assert 'value="77"' not in client.get(f"{url}?defaults=1").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_runs_the_same_statements_for_any_number_of_runs(rows, client, count_queries):
    event = make_event()
    for _ in range(rows):
        db.session.add(
            MatchRun(event_id=event.id, created_at=utcnow(), weights={}, limits={}, seed=0)
        )
    url = f"/events/{event.public_id}/runs"
    db.session.commit()

    with count_queries() as statements:
        page = client.get(url)

    assert page.text.count("row-link") == rows
    # The session, the event, the runs, learnt weights in use, who was accepted since.
    assert len(statements) == 5
