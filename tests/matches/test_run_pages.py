"""Pages of match runs."""

from __future__ import annotations

from dataclasses import fields

import pytest

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.engines.matching.score import Weights
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.matches.models import MatchRun
from tests.build import make_event, make_officer
from tests.matches.fairs import make_fair, take_part_with_product

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
    assert "Nobody at this event deals in its goods." in page.text
    assert "matchmaker match repeat" in page.text


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
        ({"price": -1}, "from 0 to 100"),
        ({"price": 101}, "from 0 to 100"),
        ({"price": "much"}, "from 0 to 100"),
        ({"per_buyer": 0}, "from 1 to 100"),
        ({"per_exporter": ""}, "from 1 to 100"),
    ],
)
def test_weights_that_make_no_sense_are_422(client, change, said):
    answer = started(client, make_event(), CHOSEN | change)

    assert answer.status_code == 422
    assert said in answer.text
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
    assert len(statements) == 3  # the session, the event, the runs
