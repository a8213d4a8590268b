"""Pages of learning, and where a run says which weights it uses."""

from __future__ import annotations

import re
from dataclasses import asdict, fields

import pytest

from matchmaker.accounts.enums import Role
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.trial import Finding
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.matches.models import LearnedModel, MatchRun
from matchmaker.matches.queries.learned import learned_in_use
from matchmaker.matches.words import learning as words
from tests.build import NOON, make_event, make_officer, make_user
from tests.engines.matching.tastes import PRICE_AND_PAPERS, decided
from tests.matches.decided import make_decided
from tests.matches.test_learning import make_learned

POINTS = {field.name: round(field.default * 100) for field in fields(Weights)}
CHOSEN = POINTS | {"per_exporter": 5, "per_buyer": 7}


@pytest.fixture
def client(app, sign_in):
    return sign_in(make_officer())


def in_use(**given):
    return make_learned(in_use_since=NOON, **given)


def test_the_page_says_what_is_needed_where_nothing_was_decided(client):
    page = client.get("/learning")

    assert page.status_code == 200
    assert "Nothing learnt yet" in page.text
    assert "It takes 60 decisions" in page.text
    assert "The weights of the office" in page.text


def test_the_page_says_by_how_much_and_on_how_many(client):
    model = in_use()
    db.session.commit()

    page = client.get("/learning")

    assert "Learnt from 214 decisions until" in page.text
    text = re.sub("<[^>]*>|[\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}]", "", page.text)
    assert "On 92 later decisions they ranked 88% of the pairs right" in text
    assert "in use then 81%: +7 points, in 90 of 100 draws +2 to +12." in text
    assert model.public_id in page.text


def test_learning_by_press_shows_its_progress_and_what_came_of_it(client, work):
    make_decided(decided(10, Weights()))
    db.session.commit()

    answer = client.submit("/learning")

    assert answer.status_code == 303
    assert 'data-progress-url="/learning/progress"' in client.get("/learning").text
    assert client.get("/learning/progress").json["state"] == "queued"
    assert client.submit("/learning").status_code == 409
    work()
    assert "Too few decisions: 10 of 60." in client.get("/learning").text
    assert client.get("/learning/progress").json["state"] == "done"


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"finding": "all_alike"}, "The decisions to learn from are all the same"),
        ({"finding": "no_better"}, "were no better on later decisions"),
        ({"finding": "better"}, "were better on later decisions"),
        (
            {"finding": "too_few_later", "tested": 20, "tested_approved": 17},
            "17 approved and 3 rejected; 15 of each are needed",
        ),
    ],
)
def test_what_came_of_the_last_time_is_said(client, result, said):
    job = Job(kind="learn", arguments={}, created_at=NOON, finished_at=NOON, result=result)
    job.state = JobState.DONE
    db.session.add(job)
    db.session.commit()

    assert said in client.get("/learning").text


def test_a_failed_time_is_said(client):
    db.session.add(Job(kind="learn", arguments={}, created_at=NOON, state=JobState.FAILED))
    db.session.commit()

    assert "Learning failed" in client.get("/learning").text


def test_one_press_takes_into_use_and_one_goes_back(client):
    model = make_learned()
    url = f"/learning/models/{model.public_id}/use"
    seen = model.public_id
    db.session.commit()

    answer = client.submit(url, {"seen": ""})

    assert answer.status_code == 303
    assert learned_in_use() is not None
    assert "Go back to the weights of the office" in client.get("/learning").text
    db.session.rollback()
    assert client.submit("/learning/office-weights", {"seen": seen}).status_code == 303
    db.session.expire_all()
    assert learned_in_use() is None
    assert "Take it into use again" in client.get("/learning").text


def test_a_press_on_an_old_page_is_409(client):
    first, second = in_use(), make_learned()
    url = f"/learning/models/{second.public_id}/use"
    number = first.id
    db.session.commit()

    assert client.submit(url, {"seen": ""}).status_code == 409
    assert learned_in_use().id == number


def test_a_model_shows_its_weights_its_shares_and_how_it_did(client):
    model = make_learned(finding=Finding.NO_BETTER)
    url = f"/learning/models/{model.public_id}"
    db.session.commit()

    page = client.get(url)

    assert page.text.count("<meter") >= 2 * len(POINTS)
    assert "214 decisions, 150 of them approved" in page.text
    assert "Export experience" in page.text
    assert "Take it into use" not in page.text


def test_a_model_without_enough_later_decisions_says_so(client):
    model = make_learned(finding=Finding.TOO_FEW_LATER)
    unknown = {"ranking": None, "log_loss": None}
    model.figures = model.figures | {"gain": None, "present": unknown, "new": unknown}
    url = f"/learning/models/{model.public_id}"
    db.session.commit()

    page = client.get(url)

    assert "too few later decisions to compare" in page.text
    assert page.text.count("Not known") == 2


@pytest.mark.parametrize(
    ("share", "said"), [(0.001, "below 1%"), (0.42, "42%"), (0.999, "above 99%")]
)
def test_an_expected_share_is_never_certain(app, share, said):
    with app.test_request_context():
        assert words.share_said(share) == said


@pytest.mark.parametrize("path", ["/learning", "/learning/progress", "/learning/models/{id}"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OFFICER, 200), (Role.OBSERVER, 200), (Role.INTERPRETER, 404), (Role.MEMBER, 404)],
)
def test_staff_of_the_directory_reads(app, sign_in, path, role, status):
    secret = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": NOON}
    url = path.format(id=make_learned().public_id)
    client = sign_in(make_user(role=role, **(secret if role is not Role.MEMBER else {})))

    page = client.get(url)

    assert page.status_code == status
    assert role is not Role.OBSERVER or 'method="post" action="/learning' not in page.text


@pytest.mark.parametrize(
    "path", ["/learning", "/learning/models/{id}/use", "/learning/office-weights"]
)
@pytest.mark.parametrize("role", [Role.OBSERVER, Role.INTERPRETER, Role.MEMBER])
def test_only_officers_change(app, sign_in, path, role):
    secret = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": NOON}
    url = path.format(id=make_learned().public_id)
    client = sign_in(make_user(role=role, **(secret if role is not Role.MEMBER else {})))

    assert client.submit(url, {"seen": ""}).status_code == 404
    assert db.session.query(Job).count() == 0
    assert learned_in_use() is None


def test_what_does_not_exist_is_404_and_nobody_is_sent_to_sign_in(app, client):
    assert client.get("/learning/models/aaaaaaaaaaaaaaaa").status_code == 404
    assert app.test_client().get("/learning").status_code == 303


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_runs_the_same_statements_for_any_number_of_models(rows, client, count_queries):
    for _ in range(rows):
        make_learned()
    db.session.commit()

    with count_queries() as statements:
        page = client.get("/learning")

    assert page.text.count("row-link") == rows
    assert len(statements) == 5  # the session, the last job, what is in use, decisions, models


def test_a_run_starts_from_the_learnt_weights_and_keeps_that(client):
    event, model = make_event(), in_use()
    url, chosen = f"/events/{event.public_id}/runs", model.public_id
    db.session.commit()

    page = client.get(url)
    answer = client.submit(url, CHOSEN | {"weights": chosen})

    assert f'value="{chosen}" id="weights-0" checked' in page.text
    assert "Learnt from 214 decisions until" in page.text
    run = db.session.query(MatchRun).one()
    assert run.learned == chosen
    assert run.weights == asdict(PRICE_AND_PAPERS)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("given", "is_told"),
    [
        ({}, True),
        ({"finding": Finding.NO_BETTER}, False),
        ({"in_use_since": NOON, "ended_at": NOON}, False),
        ({"in_use_since": NOON}, False),
    ],
    ids=["better", "no better", "used before", "in use"],
)
def test_better_weights_that_wait_are_told_where_runs_are_started(client, given, is_told):
    event = make_event()
    in_use(ended_at=NOON)
    make_learned(**given)
    url = f"/events/{event.public_id}/runs"
    db.session.commit()

    assert ("were better on later ones" in client.get(url).text) == is_told


def test_an_officer_may_choose_the_weights_of_the_office(client):
    event = make_event()
    in_use()
    url = f"/events/{event.public_id}/runs"
    db.session.commit()

    client.submit(url, CHOSEN | {"weights": "", "price": 77})

    run = db.session.query(MatchRun).one()
    assert run.learned is None
    assert run.weights["price"] == 0.77


def test_learnt_weights_that_went_out_of_use_meanwhile_are_422(client):
    event, model = make_event(), in_use(ended_at=NOON)
    url, chosen = f"/events/{event.public_id}/runs", model.public_id
    db.session.commit()

    answer = client.submit(url, CHOSEN | {"weights": chosen})

    assert answer.status_code == 422
    assert "not in use any more" in answer.text
    assert db.session.query(MatchRun).count() == 0


def test_the_points_offered_are_the_offices_own(client):
    event, model = make_event(), in_use()
    row = {"event_id": event.id, "created_at": utcnow(), "seed": 0}
    limits = {"per_exporter": 3, "per_buyer": 4}
    own = MatchRun(weights=asdict(Weights(price=0.77)), limits=limits, **row)
    learnt = MatchRun(
        weights=model.weights, limits=limits | {"per_buyer": 9}, learned=model.public_id, **row
    )
    db.session.add(own)
    db.session.flush()
    db.session.add(learnt)
    url = f"/events/{event.public_id}/runs"
    db.session.commit()

    page = client.get(url)

    assert 'value="77"' in page.text
    assert 'value="9"' in page.text


def test_the_page_of_a_run_says_which_weights_it_used(client):
    event, model = make_event(), make_learned()
    limits = {"per_exporter": 3, "per_buyer": 4}
    found = dict.fromkeys(
        ("suggestions", "made", "renewed", "decided_before", "superseded", "exporters", "buyers"),
        0,
    ) | {"pairs": 0, "pairs_of_like_goods": 0, "unmatched": []}
    run = MatchRun(
        event_id=event.id,
        created_at=NOON,
        data_at=NOON,
        finished_at=NOON,
        weights=model.weights,
        learned=model.public_id,
        limits=limits,
        seed=0,
        summary=found,
        result_digest="0" * 64,
    )
    db.session.add(run)
    db.session.flush()
    url, link = f"/runs/{run.public_id}", f"/learning/models/{model.public_id}"
    db.session.commit()

    page = client.get(url)

    assert link in page.text
    assert "Learnt from 214 decisions until" in page.text
    assert db.session.query(LearnedModel).count() == 1
