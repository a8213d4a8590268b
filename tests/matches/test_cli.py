"""Commands of matching: what they say and how they end."""

from __future__ import annotations

import json

import pytest

from matchmaker.db.base import db
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.matches.models import MatchRun, RunSnapshot
from tests.build import make_event
from tests.matches.fairs import make_fair


@pytest.fixture
def command(app, fitted):
    def call(*arguments):
        db.session.commit()
        return app.test_cli_runner().invoke(args=["match", *arguments])

    return call


def test_run_says_what_it_made(command):
    event = make_fair()

    answer = command("run", event.code)

    assert answer.exit_code == 0
    assert "1 suggestions (1 new, 0 renewed, 0 put aside)" in answer.stdout


def test_run_answers_as_json_alone(command):
    event = make_fair(exporters=2)

    answer = command("run", event.code, "--json", "--per-buyer", "1", "--seed", "7")

    data = json.loads(answer.stdout)
    assert (data["suggestions"], data["made"], data["seed"]) == (1, 1, 7)
    assert data["unmatched"] == 1
    assert data["result_digest"]


def test_an_unknown_event_ends_with_2(command):
    answer = command("run", "nowhere")

    assert answer.exit_code == 2
    assert "no event 'nowhere'" in answer.stderr


def test_nothing_to_match_ends_with_1(command):
    event = make_event()

    answer = command("run", event.code)

    assert answer.exit_code == 1
    assert "Nobody could be matched." in answer.stderr


def test_a_run_under_way_ends_with_1(command):
    event = make_fair()
    job = Job(kind="match_run", arguments={}, state=JobState.RUNNING, created_at=event.created_at)
    db.session.add(job)
    db.session.flush()
    db.session.add(
        MatchRun(
            event_id=event.id,
            job_id=job.id,
            created_at=event.created_at,
            weights={},
            limits={},
            seed=0,
        )
    )

    answer = command("run", event.code)

    assert answer.exit_code == 1
    assert "under way" in answer.stderr


def test_repeat_finds_the_same_result(command):
    event = make_fair()
    run = json.loads(command("run", event.code, "--json").stdout)["run"]

    answer = command("repeat", run, "--json")

    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["same"] is True


def test_repeat_ends_with_1_when_the_result_differs(command):
    event = make_fair()
    run = json.loads(command("run", event.code, "--json").stdout)["run"]
    db.session.query(MatchRun).one().result_digest = "0" * 64

    answer = command("repeat", run)

    assert answer.exit_code == 1
    assert "The result differs." in answer.stdout


def test_repeat_of_a_damaged_snapshot_is_told(command):
    event = make_fair()
    run = json.loads(command("run", event.code, "--json").stdout)["run"]
    db.session.query(RunSnapshot).one().content = b"damaged"

    answer = command("repeat", run)

    assert answer.exit_code == 1
    assert "damaged" in answer.stderr


def test_repeat_of_an_unknown_run_ends_with_2(command):
    assert command("repeat", "nothing").exit_code == 2


def test_repeat_of_a_run_that_has_not_ended_ends_with_1(command):
    event = make_event()
    run = MatchRun(event_id=event.id, created_at=event.created_at, weights={}, limits={}, seed=0)
    db.session.add(run)
    db.session.flush()
    public_id = run.public_id

    answer = command("repeat", public_id)

    assert answer.exit_code == 1
    assert "has not ended" in answer.stderr


def test_list_writes_a_line_a_suggestion(command):
    event = make_fair(exporters=2)
    command("run", event.code)

    lines = command("list", event.code).stdout.splitlines()
    rows = json.loads(command("list", event.code, "--json").stdout)

    assert len(lines) == len(rows) == 2
    assert rows[0]["score"] >= rows[1]["score"]
    assert set(rows[0]) >= {"public_id", "score", "state", "exporter", "buyer", "product"}
