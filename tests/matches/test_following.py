"""What wakes the search for partners, and what the pages say of it."""

from __future__ import annotations

import re
from datetime import timedelta

from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import Company, Need
from matchmaker.companies.queries import company_with_profile
from matchmaker.companies.services import profile
from matchmaker.companies.services.consents import change_answers
from matchmaker.companies.services.following import FOLLOW_JOB, company_changed
from matchmaker.compliance import paper_queries
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.services.paper_decisions import verify_paper
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.events.models import Event
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import start_job_once
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Decision
from matchmaker.matches.queries.following import goods_saved_since
from matchmaker.participation import queries as applications
from matchmaker.participation import services as participation
from matchmaker.participation.enums import ApplicationState
from tests.build import (
    NOON,
    make_application,
    make_exporter,
    make_officer,
    make_product,
    make_suggestion,
    make_user,
)
from tests.compliance.papers import make_paper
from tests.matches.fairs import company_of, make_fair, suggestions_of


def followed() -> list[int]:
    db.session.rollback()
    rows = db.session.query(Job).filter_by(kind=FOLLOW_JOB).order_by(Job.id)
    return [job.arguments["company"] for job in rows]


def decide(application, state: ApplicationState) -> None:
    with unit_of_work():
        found = applications.whole_application(application.public_id)
        participation.decide_application(
            found,
            state,
            officer=make_officer(),
            seen_version=found.version,
            reason="Full",
            now=NOON,
        )


def test_the_same_work_waits_once(app):
    with unit_of_work():
        first = start_job_once("mail", {"to": 1}, actor_id=None, now=NOON).id
        assert start_job_once("mail", {"to": 1}, actor_id=None, now=NOON).id == first
        assert start_job_once("mail", {"to": 2}, actor_id=None, now=NOON).id != first
        assert start_job_once("letter", {"to": 1}, actor_id=None, now=NOON).id != first
        begun = db.session.get_one(Job, first)
        begun.state = JobState.RUNNING

        assert start_job_once("mail", {"to": 1}, actor_id=None, now=NOON).id != first


def test_a_company_accepted_at_an_event_is_followed_and_followed_when_it_leaves(app):
    application = make_application()
    company_id = application.company_id
    db.session.commit()

    decide(application, ApplicationState.ACCEPTED)
    assert followed() == [company_id]
    db.session.query(Job).update({"state": JobState.DONE})
    db.session.commit()
    decide(application, ApplicationState.REJECTED)

    assert followed() == [company_id, company_id]


def test_an_application_that_changes_no_part_in_the_event_is_not_followed(app):
    application = make_application()
    db.session.commit()

    decide(application, ApplicationState.REJECTED)

    assert followed() == []


def test_a_profile_saved_is_followed(app):
    company_id = make_exporter().id
    db.session.commit()
    given = profile.Description(languages=["ja"], description="Scissors", language="en")

    with unit_of_work():
        public_id = db.session.get_one(Company, company_id).public_id
        company = company_with_profile(public_id)
        profile.save_step(
            company, given, actor=make_officer(), seen_version=company.version, now=utcnow()
        )

    assert followed() == [company_id]


def test_a_consent_is_followed_when_it_changes(app):
    company_id = make_exporter().id
    db.session.commit()

    for given in (True, False):
        with unit_of_work():
            change_answers(
                db.session.get_one(Company, company_id),
                {Purpose.SUGGESTIONS: given},
                by=make_officer(),
                language="en",
                now=utcnow(),
            )

    assert followed() == [company_id]


def test_a_paper_is_followed_when_it_begins_to_count(app):
    paper = make_paper(make_exporter(), state=PaperState.SUBMITTED)
    paper_id, company_id = paper.public_id, paper.company_id
    db.session.commit()

    with unit_of_work():
        paper = paper_queries.paper(paper_id)
        verify_paper(paper, seen_version=paper.version, officer=make_officer(), now=utcnow())

    assert followed() == [company_id]


def test_a_company_reads_how_many_suggestions_wait_and_not_which(app, sign_in):
    owner = make_user()
    company = make_exporter(owner)
    suggestion = make_suggestion(product=make_product(company))
    buyer = company_of(db.session.get_one(Need, suggestion.need_id)).name
    url = f"/companies/{company.public_id}/matches"
    db.session.commit()

    page = sign_in(owner).get(url).text

    assert "1 suggestion waits for the trade office to look at it." in page
    assert buyer not in page


def test_a_company_reads_that_what_it_saved_is_being_looked_at(app, sign_in):
    owner = make_user()
    company = make_exporter(owner)
    url = f"/companies/{company.public_id}/matches"
    company_changed(company.id, actor_id=None, now=utcnow())
    db.session.commit()

    assert "What was just saved is being compared" in sign_in(owner).get(url).text


def test_an_officer_gets_from_a_company_to_its_suggestions_in_the_queue(app, sign_in):
    company = make_exporter(name="Sialkot Steel")
    suggestion = make_suggestion(product=make_product(company))
    event = db.session.get_one(Event, suggestion.event_id)
    url, queue = (
        f"/companies/{company.public_id}/matches",
        f"/events/{event.public_id}/suggestions",
    )
    db.session.commit()

    page = sign_in(make_officer()).get(url).text

    assert f'href="{queue}?q=Sialkot+Steel"' in page


def test_the_queue_marks_what_was_made_since_the_run(run, sign_in):
    event = make_fair(exporters=2)
    run(event.code)
    old, new = suggestions_of(event.id)
    later = utcnow() + timedelta(seconds=1)
    new.created_at = new.changed_at = later
    url = f"/events/{event.public_id}/suggestions"
    old_id, new_id = old.public_id, new.public_id
    db.session.commit()
    client = sign_in(make_officer())

    rows = dict(re.findall(r'class="row" id="(\w+)"(.*?)</a>', client.get(url).text, re.DOTALL))

    assert set(rows) == {old_id, new_id}
    assert {one for one, row in rows.items() if "New since the run" in row} == {new_id}
    of_new, of_old = (client.get(f"{url}?open={one}").text for one in (new_id, old_id))
    assert "Scored anew" in of_new
    assert "Suggested by the" not in of_new
    assert "Scored anew" not in of_old
    assert "Suggested by the" in of_old


def test_what_an_officer_took_back_was_not_scored_anew(run, sign_in):
    event = make_fair()
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    suggestion.changed_at = utcnow() + timedelta(seconds=1)
    officer = make_officer()
    db.session.add(
        Decision(
            suggestion_id=suggestion.id,
            before=SuggestionState.APPROVED,
            after=SuggestionState.PENDING,
            officer_id=officer.id,
            at=suggestion.changed_at,
        )
    )
    url = f"/events/{event.public_id}/suggestions?open={suggestion.public_id}"
    db.session.commit()

    assert "Scored anew" not in sign_in(officer).get(url).text


def test_goods_are_new_to_a_run_when_they_or_a_paper_were_saved_after_it(app):
    company = make_exporter()
    product = make_product(company, updated_at=NOON)
    later = NOON + timedelta(hours=1)
    assert goods_saved_since(company.id, NOON) == {product.public_id}
    assert goods_saved_since(company.id, later) == frozenset()

    make_paper(company, updated_at=later)

    assert goods_saved_since(company.id, later) == {product.public_id}
