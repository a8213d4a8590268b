"""Two officers at the same moment: one wins, the other is told, nothing is overwritten."""

from __future__ import annotations

import threading
from dataclasses import fields

from matchmaker.db.base import db
from matchmaker.engines.matching.score import Weights
from matchmaker.jobs.models import Job
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Decision, MatchRun, Suggestion
from matchmaker.reference.models import GlossaryEntry
from tests.build import make_event, make_officer, make_suggestion


def at_once(*actions):
    """Start all at the same moment and return their answers."""
    barrier, answers = threading.Barrier(len(actions)), []

    def do(action):
        barrier.wait()
        answers.append(action())

    threads = [threading.Thread(target=do, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_officers_who_decide_at_once_one_wins(app, sign_in):
    suggestion = make_suggestion()
    number, version = suggestion.id, suggestion.version
    url = f"/suggestions/{suggestion.public_id}/decision"
    clients = [sign_in(make_officer()) for _ in range(2)]
    datas = [
        {"state": state, "version": version, "note": f"As {state}", "csrf_token": client.csrf()}
        for state, client in zip(("approved", "held"), clients, strict=True)
    ]

    answers = at_once(
        *(
            lambda client=client, data=data: client.post(url, data=data)
            for client, data in zip(clients, datas, strict=True)
        )
    )

    db.session.rollback()
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    (decision,) = db.session.query(Decision).all()
    assert db.session.get_one(Suggestion, number).state is decision.after
    loser = next(answer for answer in answers if answer.status_code == 409)
    kept = "As approved" if decision.after is SuggestionState.HELD else "As held"
    assert kept in loser.text


def test_of_two_runs_started_at_once_one_is_refused(app, sign_in):
    event = make_event()
    url = f"/events/{event.public_id}/runs"
    clients = [sign_in(make_officer()) for _ in range(2)]
    points = [*(field.name for field in fields(Weights)), "per_exporter", "per_buyer"]
    data = dict.fromkeys(points, 10)
    tokens = [client.csrf() for client in clients]

    answers = at_once(
        *(
            lambda client=client, token=token: client.post(url, data=data | {"csrf_token": token})
            for client, token in zip(clients, tokens, strict=True)
        )
    )

    db.session.rollback()
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert db.session.query(MatchRun).count() == 1


def sent_at_once(sign_in, url, **data):
    """Send the same form from two officers' browsers at the same moment; return the statuses."""
    clients = [sign_in(make_officer()) for _ in range(2)]
    datas = [{**data, "csrf_token": client.csrf()} for client in clients]
    answers = at_once(
        *(
            lambda client=client, data=data: client.post(url, data=data)
            for client, data in zip(clients, datas, strict=True)
        )
    )
    db.session.rollback()
    return sorted(answer.status_code for answer in answers)


def test_of_two_officers_who_add_the_same_to_the_glossary_one_is_told(app, sign_in):
    statuses = sent_at_once(sign_in, "/glossary/new", en="prawn", ja="海老")

    assert statuses == [303, 409]
    assert db.session.query(GlossaryEntry).count() == 1


def test_two_officers_at_once_have_the_text_model_fitted_once(app, sign_in):
    statuses = sent_at_once(sign_in, "/text-model/versions")

    assert statuses == [303, 409]
    assert db.session.query(Job).count() == 1
