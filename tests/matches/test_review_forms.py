"""What officers send from the review queue, and what they read afterwards."""

from __future__ import annotations

import re

import pytest

from matchmaker.db.base import db
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import Decision, Suggestion
from tests.build import make_event, make_exporter, make_officer, make_product, make_suggestion
from tests.matches.fairs import suggestions_of
from tests.matches.test_queue import address, opened


@pytest.fixture
def client(app, sign_in):
    return sign_in(make_officer())


def decision_url(suggestion):
    return f"/suggestions/{suggestion.public_id}/decision"


def test_after_a_decision_the_next_one_opens_with_the_way_back(client):
    event = make_event()
    first, second = make_suggestion(event, score=0.9), make_suggestion(event, score=0.8)
    data = {"state": "approved", "version": first.version, "next": second.public_id}
    wanted, url = second.public_id, decision_url(first)
    db.session.commit()

    page = client.submit(url, data, follow_redirects=True)

    assert opened(page) == wanted
    assert "/undo" in page.text
    assert "1 of 2 decided" in page.text


def test_a_decision_keeps_the_filters(client):
    suggestion = make_suggestion(sector_code="TEXT")
    url = decision_url(suggestion)
    data = {"state": "held", "version": 1, "place": "sector=TEXT&sort=buyer&evil=//x"}
    db.session.commit()

    answer = client.submit(url, data)

    assert "sector=TEXT" in answer.location
    assert "sort=buyer" in answer.location
    assert "evil" not in answer.location


def test_a_stale_page_answers_409_and_keeps_what_was_typed(client):
    suggestion = make_suggestion()
    url, stale = decision_url(suggestion), suggestion.version
    suggestion.score = 0.7
    db.session.commit()
    newest = suggestion.version

    page = client.submit(url, {"state": "held", "version": stale, "note": "Ask about steel"})

    assert page.status_code == 409
    assert "Ask about steel" in page.text
    assert f'name="version" value="{newest}"' in page.text
    assert db.session.query(Decision).count() == 0


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ({"state": "rejected", "reject_note": "Too dear"}, "Too dear"),
        ({"state": "nonsense", "note": "Words"}, "Words"),
        ({"state": "rejected", "reason": "nonsense", "reject_note": "Mine"}, "Mine"),
        ({"state": "approved", "version": "abc", "note": "Kept"}, "Kept"),
        ({"state": "superseded", "note": "No"}, "No"),
    ],
)
def test_a_decision_that_says_too_little_is_422_and_keeps_what_was_typed(client, data, kept):
    suggestion = make_suggestion()
    url, version = decision_url(suggestion), suggestion.version
    db.session.commit()

    page = client.submit(url, {"version": version} | data)

    assert page.status_code == 422
    assert kept in page.text
    assert db.session.query(Decision).count() == 0


def test_a_rejection_is_kept_with_its_reason_and_words(client):
    suggestion = make_suggestion()
    url = decision_url(suggestion)
    data = {"state": "rejected", "version": 1, "reason": "price", "reject_note": "Twice as dear"}
    db.session.commit()

    client.submit(url, data)

    (decision,) = db.session.query(Decision).all()
    assert (decision.reason, decision.note) == (RejectionReason.PRICE, "Twice as dear")


def test_undo_opens_the_suggestion_again(client):
    suggestion = make_suggestion()
    public_id, url = suggestion.public_id, decision_url(suggestion)
    db.session.commit()
    client.submit(url, {"state": "held", "version": 1})
    (decision,) = db.session.query(Decision).all()

    page = client.submit(f"/decisions/{decision.public_id}/undo", follow_redirects=True)

    assert opened(page) == public_id
    assert "Taken back:" in page.text
    db.session.rollback()
    assert db.session.query(Suggestion).one().state is SuggestionState.PENDING


def test_several_are_approved_and_the_changed_one_is_named(client):
    event = make_event()
    rows = [make_suggestion(event) for _ in range(2)]
    changed = make_suggestion(event, product=make_product(make_exporter(name="Chenab")))
    chosen = [f"{row.public_id}:{row.version}" for row in (*rows, changed)]
    changed.score = 0.3
    number = event.id
    url = f"{address(event)}/decisions"
    db.session.commit()

    page = client.submit(url, {"state": "approved", "chosen": chosen}, follow_redirects=True)

    assert (
        "2 suggestions approved. 1 was left alone, because it was changed meanwhile." in page.text
    )
    assert "Changed meanwhile, and left as they are: \u2068Chenab\u2069" in page.text
    assert [s.state.value for s in suggestions_of(number)] == ["approved", "approved", "pending"]


def test_one_press_takes_back_all_that_was_decided_at_once(client):
    event = make_event()
    rows = [make_suggestion(event) for _ in range(3)]
    chosen = [f"{row.public_id}:{row.version}" for row in rows]
    number, url = event.id, f"{address(event)}/decisions"
    db.session.commit()
    page = client.submit(url, {"state": "held", "chosen": chosen}, follow_redirects=True)
    way_back = re.search(r'action="(/decisions/[a-z0-9]{16}/undo-all)"', page.text)[1]
    first = suggestions_of(number)[0]
    first.state = SuggestionState.APPROVED
    db.session.commit()

    back = client.submit(way_back, follow_redirects=True)

    assert "3 suggestions put on hold." in page.text
    assert (
        "2 decisions taken back. 1 was left alone, because it was changed meanwhile." in back.text
    )
    db.session.rollback()
    assert [s.state.value for s in suggestions_of(number)] == ["approved", "pending", "pending"]


def test_a_choice_that_stands_so_already_is_said(client):
    event = make_event()
    row = make_suggestion(event, state=SuggestionState.HELD)
    url, chosen = f"{address(event)}/decisions", f"{row.public_id}:{row.version}"
    db.session.commit()

    page = client.submit(url, {"state": "held", "chosen": chosen}, follow_redirects=True)

    assert "Nothing was changed: all of them stand so already." in page.text


@pytest.mark.parametrize(
    "data",
    [
        {"state": "approved"},
        {"state": "approved", "chosen": ["nonsense"]},
        {"state": "approved", "chosen": ["a:-1"]},
        {"state": "rejected", "chosen": ["aaaaaaaaaaaaaaaa:1"], "reason": "nonsense"},
    ],
)
def test_several_chosen_badly_is_422(client, data):
    event = make_event()
    make_suggestion(event)
    url = f"{address(event)}/decisions"
    db.session.commit()

    assert client.submit(url, data).status_code == 422


def test_several_rejected_without_reason_changes_none(client):
    event = make_event()
    rows = [make_suggestion(event) for _ in range(2)]
    chosen = [f"{row.public_id}:{row.version}" for row in rows]
    url = f"{address(event)}/decisions"
    db.session.commit()

    page = client.submit(url, {"state": "rejected", "chosen": chosen})

    assert page.status_code == 422
    assert "Choose why it is rejected" in page.text
    assert db.session.query(Decision).count() == 0
