"""Sectors given to officers, their workload, and what is overdue."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import Decision, SectorAssignment
from matchmaker.matches.queries.assignments import sector_shares, workloads
from matchmaker.matches.queries.pair import decision_to_undo, suggestion_to_decide
from matchmaker.matches.services.assignments import DueDayPassedError, Share, assign_sectors
from matchmaker.matches.services.decisions import Verdict, decide, undo
from tests.build import NOON, make_event, make_officer, make_suggestion, make_user

TODAY = date(2027, 3, 12)
YESTERDAY = date(2027, 3, 11)


@pytest.fixture
def event(app):
    """An event with two suggestions of medical goods, one decided, and one of textiles."""
    event = make_event()
    make_suggestion(event)
    make_suggestion(event, state=SuggestionState.HELD)
    make_suggestion(event, sector_code="TEXT")
    return event


def test_sectors_of_suggestions_show_what_waits(event):
    found = {share.code: (share.pending, share.total) for share in sector_shares(event.id)}

    assert found == {"MEDI": (1, 2), "TEXT": (1, 1)}


def test_an_assignment_is_set_changed_and_taken_away(event):
    first, second = make_officer(), make_officer()
    assign_sectors(event, {"MEDI": Share(first.id, TODAY)}, actor=first, now=NOON)
    assign_sectors(event, {"MEDI": Share(second.id, None)}, actor=first, now=NOON)
    share = next(one for one in sector_shares(event.id) if one.code == "MEDI")
    assert (share.officer_id, share.due_on) == (second.id, None)

    assign_sectors(event, {"MEDI": None}, actor=first, now=NOON)

    assert db.session.query(SectorAssignment).count() == 0
    assert db.session.query(AuditEntry).count() == 3


def test_workload_counts_what_waits_and_what_is_overdue(event):
    officer = make_officer()
    shares = {"MEDI": Share(officer.id, YESTERDAY), "TEXT": Share(officer.id, TODAY)}
    assign_sectors(event, shares, actor=officer, now=NOON - timedelta(days=7))
    other_event = make_event()
    make_suggestion(other_event)

    (load,) = workloads(event.id, today=TODAY)

    assert (load.officer, load.pending, load.overdue, load.decided) == (officer, 2, 1, 0)


def test_what_was_taken_back_or_only_added_is_not_counted_as_decided(app):
    event, officer = make_event(), make_officer()
    kept, back, added = (suggestion_to_decide(make_suggestion(event).public_id) for _ in range(3))
    for one in (kept, back):
        verdict = Verdict(SuggestionState.REJECTED, RejectionReason.PRICE)
        last = decide(one, verdict, officer=officer, seen_version=one.version, now=NOON)
    undo(decision_to_undo(last.public_id), officer=officer, now=NOON)
    waiting = SuggestionState.PENDING
    db.session.add(
        Decision(
            suggestion_id=added.id, before=waiting, after=waiting, officer_id=officer.id, at=NOON
        )
    )
    db.session.flush()

    (load,) = workloads(event.id, today=TODAY)

    assert load.decided == 1


def test_a_day_that_has_passed_is_refused_and_changes_nothing(event):
    officer = make_officer()
    shares = {"MEDI": Share(officer.id, YESTERDAY), "TEXT": Share(officer.id, TODAY)}

    with pytest.raises(DueDayPassedError) as refused:
        assign_sectors(event, shares, actor=officer, now=NOON)

    assert refused.value.sectors == ("MEDI",)
    assert db.session.query(SectorAssignment).count() == 0


def test_a_day_that_passed_since_it_was_set_stays_when_others_change(event):
    officer = make_officer()
    late = {"MEDI": Share(officer.id, YESTERDAY)}
    assign_sectors(event, late, actor=officer, now=NOON - timedelta(days=7))

    assign_sectors(event, late | {"TEXT": Share(officer.id, TODAY)}, actor=officer, now=NOON)

    assert db.session.query(SectorAssignment).count() == 2


def test_the_page_says_beside_the_day_that_it_has_passed(event, sign_in):
    officer = make_officer()
    number, url = officer.id, f"/events/{event.public_id}/assignments"
    client = sign_in(officer)

    page = client.submit(url, {"officer-MEDI": str(number), "due-MEDI": "2020-01-01"})

    assert page.status_code == 422
    assert page.text.count("This day has passed. Choose today or a later day.") == 2
    assert 'value="2020-01-01"' in page.text


def test_only_those_who_review_have_a_workload(event):
    make_user()
    make_officer(disabled_at=NOON)

    assert workloads(event.id, today=TODAY) == []


def test_the_page_saves_and_shows_assignments(event, sign_in):
    officer = make_officer(name="Officer Aslam")
    number = officer.id
    url = f"/events/{event.public_id}/assignments"
    client = sign_in(officer)

    data = {"officer-MEDI": str(number), "due-MEDI": "2027-03-01", "officer-TEXT": ""}
    page = client.submit(url, data, follow_redirects=True)

    assert "The assignments are saved." in page.text
    (row,) = db.session.query(SectorAssignment).all()
    assert (row.sector_code, row.officer_id, row.due_on) == ("MEDI", number, date(2027, 3, 1))


@pytest.mark.parametrize("data", [{"officer-MEDI": "9999"}, {"due-MEDI": "soon"}])
def test_nonsense_is_422_and_changes_nothing(event, sign_in, data):
    url = f"/events/{event.public_id}/assignments"
    client = sign_in(make_officer())

    assert client.submit(url, data).status_code == 422
    assert db.session.query(SectorAssignment).count() == 0


def test_a_member_is_no_choice_for_a_sector(event, sign_in):
    member = make_user()
    number, url = member.id, f"/events/{event.public_id}/assignments"
    client = sign_in(make_officer())

    assert client.submit(url, {"officer-MEDI": str(number)}).status_code == 422
