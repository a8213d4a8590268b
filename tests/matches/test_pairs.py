"""Pairs that an officer adds."""

from __future__ import annotations

import pytest

from matchmaker.db.base import db
from matchmaker.errors import NotAllowedNowError
from matchmaker.events.enums import ParticipantRole
from matchmaker.matches.enums import SuggestionSource, SuggestionState
from matchmaker.matches.models import Decision
from matchmaker.matches.queries.choices import buyers_at, exporters_at
from matchmaker.matches.services.pairs import (
    AlreadySuggestedError,
    NamedPair,
    PairRefusedError,
    add_pair,
)
from tests.build import NOON, make_event, make_exporter, make_officer, make_participant
from tests.matches.fairs import (
    company_of,
    suggestions_of,
    take_part_with_need,
    take_part_with_product,
)

TOWELS = {"name": "Bath towels", "description": "", "hs_code": "630260", "sector_code": "TEXT"}


@pytest.fixture
def missed(run):
    """An event with a pair that the model does not suggest: towels, and a need of scissors."""
    event = make_event()
    product, need = take_part_with_product(event, **TOWELS), take_part_with_need(event)
    run(event.code)
    assert suggestions_of(event.id) == []
    return event, NamedPair(product.public_id, need.public_id)


def added(event, named, officer=None):
    who = officer or make_officer()
    return add_pair(event, named, officer=who, note="They asked for each other", now=NOON)


def test_a_pair_the_model_missed_waits_in_the_queue_with_its_score(missed):
    event, named = missed
    officer = make_officer()

    suggestion = added(event, named, officer)

    assert suggestion.state is SuggestionState.PENDING
    assert suggestion.source is SuggestionSource.OFFICER
    assert suggestion.run_id is None
    assert 0 <= suggestion.score < 0.3
    (decision,) = db.session.query(Decision).all()
    assert (decision.officer_id, decision.note) == (officer.id, "They asked for each other")


@pytest.mark.parametrize("state", [SuggestionState.REJECTED, SuggestionState.SUPERSEDED])
def test_what_was_rejected_or_put_aside_is_taken_up_again(missed, state):
    event, named = missed
    suggestion = added(event, named)
    suggestion.state = state
    db.session.flush()

    again = added(event, named)

    assert again.id == suggestion.id
    assert again.state is SuggestionState.PENDING
    newest = db.session.query(Decision).order_by(Decision.id.desc()).first()
    assert (newest.before, newest.after) == (state, SuggestionState.PENDING)


@pytest.mark.parametrize(
    "state", [SuggestionState.PENDING, SuggestionState.APPROVED, SuggestionState.HELD]
)
def test_what_is_among_the_suggestions_is_not_added_twice(missed, state):
    event, named = missed
    added(event, named).state = state
    db.session.flush()

    with pytest.raises(AlreadySuggestedError):
        added(event, named)


def test_goods_of_those_who_do_not_take_part_are_refused(missed):
    event, named = missed
    elsewhere = take_part_with_product(make_event())

    with pytest.raises(PairRefusedError, match="take part"):
        added(event, NamedPair(elsewhere.public_id, named.need))


def test_a_company_is_not_suggested_to_itself(run):
    event = make_event()
    both = make_exporter(is_buyer=True)
    product = take_part_with_product(event, company=both)
    need = take_part_with_need(make_event(), company=both)
    make_participant(event, both, ParticipantRole.VISITING_BUYER)
    run(event.code)

    with pytest.raises(PairRefusedError, match="itself"):
        added(event, NamedPair(product.public_id, need.public_id))


def test_before_any_run_nothing_can_be_scored(app):
    event = make_event()
    product, need = take_part_with_product(event), take_part_with_need(event)

    with pytest.raises(NotAllowedNowError, match="once"):
        added(event, NamedPair(product.public_id, need.public_id))


def test_the_page_asks_for_companies_then_goods_then_why(missed, sign_in):
    event, named = missed
    url = f"/events/{event.public_id}/suggestions/new"
    exporter, buyer = ids(event)
    client = sign_in(make_officer())

    first = client.get(url)
    second = client.get(f"{url}?exporter={exporter}&buyer={buyer}")
    data = {"exporter": exporter, "buyer": buyer, "product": named.product, "need": named.need}
    silent = client.submit(url, data)
    done = client.submit(url, data | {"note": "Asked for each other"}, follow_redirects=True)

    assert "Bath towels" not in first.text
    assert "Bath towels" in second.text
    assert silent.status_code == 422
    assert "Write why the two fit" in silent.text
    assert "The pair is added. It is open here, and waits for a decision." in done.text
    assert "Added by an officer" in done.text
    assert "Asked for each other" in done.text


def ids(event):
    return exporters_at(event.id)[0].public_id, buyers_at(event.id)[0].public_id


def test_a_pair_refused_keeps_what_was_typed(missed, sign_in):
    event, named = missed
    added(event, named)
    url = f"/events/{event.public_id}/suggestions/new"
    exporter, buyer = ids(event)
    client = sign_in(make_officer())

    data = {"exporter": exporter, "buyer": buyer, "product": named.product, "need": named.need}
    page = client.submit(url, data | {"note": "My words"})

    assert page.status_code == 409
    assert "among the suggestions already" in page.text
    assert "My words" in page.text


def test_only_those_who_take_part_can_be_chosen(missed, sign_in):
    event, _named = missed
    other = company_of(take_part_with_product(make_event()))
    url, name = f"/events/{event.public_id}/suggestions/new", other.public_id
    db.session.commit()

    assert name not in sign_in(make_officer()).get(url).text
