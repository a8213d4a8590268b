"""Starting, carrying out, cancelling and finding again of jobs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import after_commit, unit_of_work, writing
from matchmaker.db.types import json_text
from matchmaker.errors import NotAllowedNowError
from matchmaker.jobs.enums import ENDED, JobState
from matchmaker.jobs.models import Job

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 3
PROGRESS_EVERY_S = 0.4

Finish = Callable[[], dict[str, Any]]
"""Writes what the work found, inside the transaction that ends the job; returns the result."""


class CancelledError(Exception):
    """Somebody asked the running job to stop."""


class Progress:
    """How a job says where it is, and learns that it should stop.

    Each report is a short transaction of its own: call `report` only while none is open.
    """

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self._last = 0.0

    def report(self, done: int, total: int, stage: str) -> None:
        """Keep where the work is and renew the lease, a few times a second at the most.

        Raises
        ------
        CancelledError
            If the job was cancelled.
        """
        if time.monotonic() - self._last < PROGRESS_EVERY_S and done < total:
            return
        self._last = time.monotonic()
        with writing(), Session(db.engine) as session, session.begin():
            session.execute(
                sa.update(Job)
                .where(Job.id == self.job_id)
                .values(done=done, total=total, stage=stage, lease_until=utcnow() + LEASE)
            )
            asked = session.scalar(sa.select(Job.cancel_requested_at).where(Job.id == self.job_id))
        if asked is not None:
            raise CancelledError


Work = Callable[[dict[str, Any], Progress], Finish]
"""Computes outside any transaction, and returns what writes the outcome."""


def start_job(kind: str, arguments: dict[str, Any], *, actor_id: int | None, now: datetime) -> Job:
    """Add a job; the worker is woken once the caller has committed."""
    job = Job(kind=kind, arguments=arguments, created_by_id=actor_id, created_at=now)
    db.session.add(job)
    db.session.flush()
    number, tasks = job.id, current_app.extensions["tasks"]
    after_commit(lambda: tasks.run_job(number))
    return job


def start_job_once(
    kind: str, arguments: dict[str, Any], *, actor_id: int | None, now: datetime
) -> Job:
    """Add a job, or return the one of the same kind and arguments that has not begun yet.

    The one returned begins after the caller's commit, so that it sees what the caller changed.
    """
    waiting = db.session.scalar(
        sa.select(Job)
        .where(
            Job.kind == kind,
            Job.state == JobState.QUEUED,
            sa.cast(Job.arguments, sa.Text) == json_text(arguments),
        )
        .order_by(Job.id)
        .limit(1)
        .with_for_update()
    )
    return waiting or start_job(kind, arguments, actor_id=actor_id, now=now)


def cancel_job(job: Job, *, now: datetime) -> None:
    """Ask a job to stop; a queued one is ended at once.

    Raises
    ------
    NotAllowedNowError
        If it has ended already.
    """
    if job.state in ENDED:
        raise NotAllowedNowError(_l("This work has already ended."))
    job.cancel_requested_at = now
    if job.state is JobState.QUEUED:
        job.state, job.finished_at = JobState.CANCELLED, now
    db.session.flush()


def _claim(job_id: int, now: datetime) -> bool:
    """Take a queued or abandoned job; of two workers one gets it."""
    free = sa.or_(
        Job.state == JobState.QUEUED,
        sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )
    with unit_of_work():
        taken = db.session.execute(
            sa.update(Job)
            .where(Job.id == job_id, free, Job.attempts < MAX_ATTEMPTS)
            .values(
                state=JobState.RUNNING,
                attempts=Job.attempts + 1,
                started_at=now,
                lease_until=now + LEASE,
                done=0,
            )
        )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def _end(job_id: int, state: JobState, *, error: str = "") -> None:
    with unit_of_work():
        db.session.execute(
            sa.update(Job)
            .where(Job.id == job_id)
            .values(state=state, error=error, finished_at=utcnow(), lease_until=None)
        )


def carry_out(job_id: int) -> None:
    """Carry out one job: compute, then write the outcome and the job's end in one transaction."""
    if not _claim(job_id, utcnow()):
        return
    job = db.session.get_one(Job, job_id)
    kind, arguments = job.kind, job.arguments
    db.session.rollback()
    work: Work = current_app.extensions["work"][kind]
    log.info("job started", extra={"job_kind": kind, "job": job_id})
    try:
        finish = work(arguments, Progress(job_id))
        with unit_of_work():
            result = finish()
            job = db.session.get_one(Job, job_id)
            job.state, job.result, job.finished_at = JobState.DONE, result, utcnow()
            job.done, job.lease_until = job.total, None
    except CancelledError:
        _end(job_id, JobState.CANCELLED)
    except Exception as error:  # the edge of the worker: whatever went wrong is kept with the job
        _end(job_id, JobState.FAILED, error=type(error).__name__)
        raise
    log.info("job ended", extra={"job_kind": kind, "job": job_id})


def lost_jobs(now: datetime) -> list[int]:
    """Return the numbers of jobs that wait, or whose worker died."""
    waiting = sa.or_(
        sa.and_(Job.state == JobState.QUEUED, Job.created_at < now - timedelta(seconds=20)),
        sa.and_(Job.state == JobState.RUNNING, Job.lease_until < now),
    )
    return list(db.session.scalars(sa.select(Job.id).where(waiting, Job.attempts < MAX_ATTEMPTS)))


def give_up_dead_jobs(now: datetime) -> None:
    """End the jobs whose worker died at every attempt."""
    db.session.execute(
        sa.update(Job)
        .where(Job.state == JobState.RUNNING, Job.lease_until < now, Job.attempts >= MAX_ATTEMPTS)
        .values(state=JobState.FAILED, error="WorkerDied", finished_at=now)
    )
