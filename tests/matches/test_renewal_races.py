"""Saves, jobs and runs that meet: nothing is lost, and nothing newer is overwritten."""

from __future__ import annotations

import contextvars
import threading

import pytest

from matchmaker.companies.models import Company, Need, Product
from matchmaker.companies.services.following import company_changed
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.score import Weights
from matchmaker.events.models import Event
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import Progress, carry_out, lost_jobs
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.jobs import match_run
from matchmaker.matches.services.runs import Settled, start_run
from tests.build import make_exporter
from tests.matches.fairs import make_fair, suggestions_of
from tests.matches.saving import (
    TOWELS,
    begun,
    change,
    jobs,
    newcomer,
    offer,
)


def test_of_many_changes_in_a_row_one_job_sees_to_all(run, work):
    event = make_fair()
    company_id = newcomer(event).id
    run(event.code)

    first = offer(company_id)
    change(first, TOWELS)
    offer(company_id)

    assert [job.state for job in jobs()] == [JobState.QUEUED]
    work()
    assert len(suggestions_of(event.id)) == 2


def test_a_job_overtaken_by_a_later_change_writes_nothing(run, work):
    event = make_fair()
    company_id = newcomer(event).id
    run(event.code)
    public_id = offer(company_id)
    finish = begun(jobs()[0])

    change(public_id, TOWELS)
    with unit_of_work():
        finish()
    work()

    assert len(suggestions_of(event.id)) == 1


def test_a_job_whose_worker_died_before_writing_is_carried_out_by_another(run):
    event = make_fair()
    company_id = newcomer(event).id
    run(event.code)
    offer(company_id)
    begun(jobs()[0])

    (lost,) = lost_jobs(utcnow())
    carry_out(lost)

    assert len(suggestions_of(event.id)) == 2
    assert jobs()[0].state is JobState.DONE


def test_a_partner_that_changed_meanwhile_is_looked_at_again(run, work):
    event = make_fair()
    company_id = newcomer(event).id
    run(event.code)
    offer(company_id)
    finish = begun(jobs()[0])
    need = db.session.query(Need).one()
    need.description = "Only ever seen by the second look"
    db.session.get_one(Company, need.company_id).updated_at = utcnow()
    db.session.commit()

    with unit_of_work():
        finish()

    assert [job.arguments for job in jobs()][1:] == [{"company": company_id}]


def test_what_a_run_could_not_read_any_more_is_followed_after_it(run, work):
    event = make_fair()
    company_id = newcomer(event).id
    run(event.code)
    with unit_of_work():
        event = db.session.get_one(Event, event.id)
        started = start_run(event, Settled(Weights(), Limits()), actor=None, now=utcnow())
        job_id, arguments = started.job_id, {"run": started.id}
    finish = match_run(arguments, Progress(job_id))
    offer(company_id)
    carry_out(jobs()[0].id)
    assert len(suggestions_of(event.id)) == 2

    with unit_of_work():
        finish()
    assert suggestions_of(event.id)[-1].state is SuggestionState.SUPERSEDED
    carry_out(jobs()[-1].id)

    assert suggestions_of(event.id)[-1].state is SuggestionState.PENDING


@pytest.mark.parametrize("after", [JobState.QUEUED, JobState.CANCELLED])
def test_a_run_that_ended_meanwhile_is_not_overwritten(run, after):
    event = make_fair()
    company_id = newcomer(event).id
    run(event.code)
    offer(company_id)
    finish = begun(jobs()[0])
    product = db.session.query(Product).filter_by(company_id=company_id).one()
    product.name, product.description, product.hs_code = "Towels", "Of cotton", "630260"

    run(event.code)
    versions = [one.version for one in suggestions_of(event.id)]
    begun_before, again = jobs()
    again.state = after
    db.session.commit()
    with unit_of_work():
        finish()

    assert begun_before.state is JobState.RUNNING
    assert [one.version for one in suggestions_of(event.id)] == versions


def test_a_waiting_job_begins_only_after_the_save_that_counts_on_it(app):
    company_id = make_exporter().id
    company_changed(company_id, actor_id=None, now=utcnow())
    db.session.commit()
    (job,) = jobs()
    job_id = job.id

    def carry_out_beside() -> None:
        with app.app_context():
            carry_out(job_id)

    worker = threading.Thread(target=contextvars.Context().run, args=(carry_out_beside,))
    with unit_of_work():
        company_changed(company_id, actor_id=None, now=utcnow())
        worker.start()
        worker.join(timeout=0.5)
        db.session.expire_all()
        assert db.session.get_one(Job, job_id).state is JobState.QUEUED
    worker.join(timeout=20)

    assert [one.state for one in jobs()] == [JobState.DONE]
