"""The command that evaluates an event: what it says and how it ends."""

from __future__ import annotations

import json

import pytest

from matchmaker.db.base import db
from matchmaker.matches.models import Evaluation
from tests.build import make_event
from tests.matches.reviewed import reviewed_event


@pytest.fixture
def command(app):
    def call(*arguments):
        db.session.commit()
        return app.test_cli_runner().invoke(args=["match", "evaluate-event", *arguments])

    return call


def figures():
    return db.session.query(Evaluation).one().figures


def test_the_command_prints_the_table_and_keeps_the_figures(command):
    event = reviewed_event()

    answer = command(event.code, "--k", "2")

    assert answer.exit_code == 0, answer.output
    assert "4 decisions; lists of buyers: 2 compared, 0 decided all alike" in answer.stdout
    assert "ndcg@2" in answer.stdout
    assert figures()["k"] == 2


def test_the_command_answers_as_json_alone(command):
    event = reviewed_event()

    data = json.loads(command(event.code, "--json").stdout)

    assert data["systems"] == figures()["systems"]


def test_the_command_tells_what_is_missing(command):
    empty = make_event()

    assert "nothing is decided" in command(empty.code).stderr
    assert command("nowhere").exit_code == 2
