"""Evaluating an event's suggestions: started, computed by the worker, shown, saved as a file."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest

from matchmaker.accounts.enums import Role
from matchmaker.db.base import db
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import Decision, Evaluation, MatchRun, Suggestion
from matchmaker.matches.queries.evaluations import decided_pairs
from tests.build import (
    NOON,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_product,
    make_user,
)
from tests.matches.reviewed import APPROVED, REJECTED, decide, reviewed_event, taking_part

SECRET = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": NOON}


@pytest.fixture
def client(app, sign_in):
    return sign_in(make_officer())


def evaluated(client, event, work, first=5):
    """Press the button, let the worker work, and return the page of the evaluation."""
    url = f"/events/{event.public_id}/evaluation"
    db.session.commit()
    answer = client.submit(url, {"first": first})
    work()
    return client.get(answer.location)


def figures():
    return db.session.query(Evaluation).one().figures


def test_pressing_leads_to_the_progress_and_then_to_the_figures(client, work):
    event = reviewed_event()
    db.session.commit()

    answer = client.submit(f"/events/{event.public_id}/evaluation", {"first": 3})
    waiting = client.get(answer.location)
    work()
    page = client.get(answer.location)

    assert answer.status_code == 303
    assert f'data-progress-url="{answer.location}/progress"' in waiting.text
    assert "nDCG@3" in page.text
    assert client.get(f"{answer.location}/progress").json["state"] == "done"


def test_the_suggestions_are_measured_beside_simple_systems(client, work):
    evaluated(client, reviewed_event(), work)

    found = figures()["systems"]
    assert found["suggestions"]["buyer"]["ndcg"]["value"] == 1
    assert found["suggestions"]["agreement"]["value"] == 1
    assert found["random"]["agreement"]["value"] == 0.5
    assert {"bm25", "tfidf_words", "tfidf_characters", "lsa", "equal_fields"} <= set(found)


def test_the_text_model_in_use_is_among_the_systems(client, run, work):
    event = reviewed_event()
    run(event.code)

    page = evaluated(client, event, work)

    assert {"texts", "road_words", "road_concepts"} <= set(figures()["systems"])
    assert "Texts alone, by all roads" in page.text


def test_little_data_is_said_openly(client, work):
    page = evaluated(client, reviewed_event(), work)

    assert "4 decisions: too few to tell these apart." in page.text
    assert "Not told apart" in page.text


def test_enough_decisions_tell_systems_apart(client, work):
    page = evaluated(client, reviewed_event(buyers=6), work)

    assert "12 decisions: the order of the suggestions is better than these: " in page.text
    assert figures()["systems"]["random"]["verdict"] == "better"


def test_what_says_nothing_of_the_goods_is_counted_but_not_measured(client, work):
    event = reviewed_event()
    first = db.session.query(Suggestion).filter_by(state=APPROVED).first()
    decide(first, REJECTED, RejectionReason.CAPACITY)
    other = db.session.query(Suggestion).filter_by(state=APPROVED).first()
    decide(other, SuggestionState.HELD)

    page = evaluated(client, event, work)

    decisions = figures()["decisions"]
    assert (decisions["approved"], decisions["rejected"], decisions["judged"]) == (0, 3, 2)
    assert decisions["other_reasons"] == {"capacity": 1}
    assert "One of the two has enough meetings: 1" in page.text


def test_a_decision_taken_back_does_not_count(app):
    event = reviewed_event(buyers=1)
    rejected = db.session.query(Suggestion).filter_by(state=REJECTED).one()
    taken_back = db.session.query(Decision).filter_by(suggestion_id=rejected.id).one()
    decide(rejected, SuggestionState.PENDING, undoes_id=taken_back.id)

    assert [one.approved for one in decided_pairs(event.id)] == [True]


def test_the_time_to_decide_is_that_to_the_first_decision(app):
    event = reviewed_event(buyers=1)
    approved = db.session.query(Suggestion).filter_by(state=APPROVED).one()
    decide(approved, REJECTED, RejectionReason.PRICE, hours=50)

    waited = [one.waited for one in decided_pairs(event.id)]

    assert waited == [timedelta(hours=3), timedelta(hours=3)]


def test_goods_are_compared_as_the_run_read_them(client, run, work):
    event = make_event()
    product = make_product(make_exporter())
    taking_part(event, product), taking_part(event, make_need())
    run(event.code)
    decide(db.session.query(Suggestion).one(), APPROVED)
    product.withdrawn_at = NOON  # since then it is no more on offer

    evaluated(client, event, work)

    assert (figures()["decisions"]["judged"], figures()["decisions"]["missing"]) == (1, 0)


def test_goods_that_are_kept_nowhere_are_counted_as_missing(client, work):
    event = reviewed_event(buyers=1)
    for suggestion in db.session.query(Suggestion):
        suggestion.product_id = make_product(make_exporter()).id  # whose company takes no part

    page = evaluated(client, event, work)

    assert figures()["decisions"]["missing"] == 2
    assert "cannot be compared" in page.text


def test_coverage_and_exposure_are_those_of_the_last_run(client, run, work):
    event = make_event()
    taking_part(event, make_product(make_exporter()))
    taking_part(event, make_need())
    taking_part(event, make_need(title="楽器", description="", hs_codes=(), sector_code=None))
    run(event.code)

    page = evaluated(client, event, work)

    covered = figures()["run"]["coverage"]
    assert covered["exporter"] == {"companies": 1, "suggested": 1, "could": 1}
    assert covered["buyer"] == {"companies": 2, "suggested": 1, "could": 1}
    assert "50% of all" in page.text
    assert "Sharing out evenly cost 0.0% of the total score." in page.text
    assert "cannot be compared" in page.text  # nothing is decided


@pytest.mark.parametrize(
    ("with_run", "said"), [(False, "Nothing to evaluate yet"), (True, "Nothing is decided yet")]
)
def test_an_event_without_decisions_says_what_to_do(client, with_run, said):
    event = make_event()
    if with_run:
        db.session.add(
            MatchRun(
                event_id=event.id,
                created_at=NOON,
                finished_at=NOON,
                weights={},
                limits={},
                seed=0,
                summary={},
            )
        )
    url = f"/events/{event.public_id}/evaluation"
    db.session.commit()

    page = client.get(url)

    assert said in page.text
    assert ("Evaluate now" in page.text) is with_run


def test_nothing_to_evaluate_is_refused(client):
    event = make_event()
    db.session.commit()

    answer = client.submit(f"/events/{event.public_id}/evaluation", {"first": 5})

    assert answer.status_code == 409
    assert db.session.query(Evaluation).count() == 0


def test_a_second_start_is_refused_while_one_is_under_way(client):
    event = reviewed_event()
    url = f"/events/{event.public_id}/evaluation"
    db.session.commit()
    client.submit(url, {"first": 5})

    answer = client.submit(url, {"first": 5})

    assert answer.status_code == 409
    assert "under way" in answer.text
    assert db.session.query(Evaluation).count() == 1


def test_other_numbers_of_places_are_422(client):
    event = reviewed_event()
    db.session.commit()

    answer = client.submit(f"/events/{event.public_id}/evaluation", {"first": 7})

    assert answer.status_code == 422
    assert db.session.query(Job).count() == 0


def test_a_stopped_evaluation_leaves_nothing(client, work):
    event = reviewed_event()
    url = f"/events/{event.public_id}/evaluation"
    db.session.commit()
    made = client.submit(url, {"first": 5}).location

    client.submit(f"{made}/cancel")
    work()

    assert "left nothing behind" in client.get(made).text
    assert db.session.query(Job).one().state is JobState.CANCELLED
    assert figures() is None
    assert client.get(f"{made}/figures.csv").status_code == 404


def test_a_failed_evaluation_says_what_to_do(client):
    event = reviewed_event()
    url = f"/events/{event.public_id}/evaluation"
    db.session.commit()
    made = client.submit(url, {"first": 5}).location
    job = db.session.query(Job).one()
    job.state, job.finished_at = JobState.FAILED, NOON
    db.session.commit()

    assert "Start it again" in client.get(made).text


def test_figures_are_saved_as_a_table_and_as_data(client, work):
    event = reviewed_event()
    evaluated(client, event, work)
    made = f"/evaluations/{db.session.query(Evaluation).one().public_id}"

    table = client.get(f"{made}/figures.csv")
    data = client.get(f"{made}/figures.json")

    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    ndcg = [r for r in rows if (r["name"], r["figure"]) == ("suggestions", "ndcg@5")]
    assert [(row["part"], row["value"]) for row in ndcg] == [("lists of buyers", "1.0")]
    assert json.loads(data.data)["systems"] == figures()["systems"]
    assert "attachment" in table.headers["Content-Disposition"]
    assert "attachment" in data.headers["Content-Disposition"]


def test_the_history_lists_only_the_event_and_runs_the_same_statements(client, count_queries):
    event, other = make_event(), make_event()
    for owner in (event, event, event, other):
        db.session.add(Evaluation(event_id=owner.id, created_at=NOON))
    url = f"/events/{event.public_id}/evaluation"
    db.session.commit()

    with count_queries() as statements:
        page = client.get(url)

    assert page.text.count("row-link") == 3
    assert len(statements) <= 6


@pytest.mark.parametrize(
    ("role", "reads", "starts", "stops"),
    [
        (Role.OFFICER, 200, 303, 409),  # it has ended: there is nothing to stop
        (Role.ADMINISTRATOR, 200, 303, 409),
        (Role.OBSERVER, 200, 404, 404),
        (Role.INTERPRETER, 404, 404, 404),
        (Role.MEMBER, 404, 404, 404),
    ],
)
def test_officers_evaluate_and_observers_read(app, sign_in, role, reads, starts, stops):
    event = reviewed_event()
    made = Evaluation(event_id=event.id, created_at=NOON, figures={}, finished_at=NOON)
    db.session.add(made)
    db.session.flush()
    pages = [f"/events/{event.public_id}/evaluation", f"/evaluations/{made.public_id}/progress"]
    client = sign_in(make_user(role=role, **(SECRET if role is not Role.MEMBER else {})))

    assert [client.get(page).status_code for page in pages] == [reads, reads]
    assert client.submit(pages[0], {"first": 5}).status_code == starts
    assert client.submit(f"/evaluations/{made.public_id}/cancel").status_code == stops


def test_nobody_signed_in_is_sent_to_sign_in(app, client):
    event = reviewed_event()
    url = f"/events/{event.public_id}/evaluation"
    db.session.commit()

    assert app.test_client().get(url).status_code == 303
