"""Asking what an agreement would change for many products: a job that writes only its result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.compliance.agreement_queries import agreement as agreement_by_id
from matchmaker.compliance.catalogue_queries import ground
from matchmaker.compliance.models import Agreement
from matchmaker.compliance.what_if import as_kept, effects_of, question_of
from matchmaker.db.base import db
from matchmaker.db.transaction import rollback
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import start_job
from matchmaker.reference.day_queries import office_day

WHAT_IF_JOB = "agreement.what_if"
AT_ONCE = 500
"""Products that are answered within a request; more are a job's."""


def _arguments(
    agreement: Agreement, first_day: date, shipment: date, today: date
) -> dict[str, Any]:
    """Return the question; the same question about the same ground has the same arguments."""
    return {
        "agreement": agreement.public_id,
        "version": agreement.version,
        "on": first_day.isoformat(),
        "shipment": shipment.isoformat(),
        "today": today.isoformat(),
        "ground": ground().stamp,
    }


def start_what_if(
    agreement: Agreement, first_day: date, shipment: date, *, actor: User, now: datetime
) -> Job:
    """Have the question worked out; one under way for the same question is returned.

    Raises
    ------
    NoPackError
        If no requirements are loaded.
    """
    arguments = _arguments(agreement, first_day, shipment, office_day(now))
    running = _same(arguments, (JobState.QUEUED, JobState.RUNNING))
    return running or start_job(WHAT_IF_JOB, arguments, actor_id=actor.id, now=now)


def last_what_if(
    agreement: Agreement, first_day: date, shipment: date, *, now: datetime
) -> Job | None:
    """Return the last job for this very question, on this ground, today; None without one."""
    return _same(_arguments(agreement, first_day, shipment, office_day(now)), tuple(JobState))


def _same(arguments: dict[str, Any], states: tuple[JobState, ...]) -> Job | None:
    jobs = db.session.scalars(
        sa.select(Job)
        .where(Job.kind == WHAT_IF_JOB, Job.state.in_(states))
        .order_by(Job.id.desc())
        .limit(50)
    )
    return next((job for job in jobs if job.arguments == arguments), None)


def work_out(
    arguments: dict[str, Any], *, report: Callable[[int, int], None]
) -> Callable[[], dict[str, Any]]:
    """Work the question out; return what gives the result of the job."""
    agreement = agreement_by_id(arguments["agreement"])
    first_day, shipment = (date.fromisoformat(arguments[key]) for key in ("on", "shipment"))
    question = question_of(agreement, first_day, shipment)

    def tell(done: int, total: int) -> None:
        rollback()
        report(done, total)

    effects = effects_of(question, today=date.fromisoformat(arguments["today"]), report=tell)
    rollback()
    return lambda: {"effects": as_kept(effects)}
