"""A change of what answers stand on."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from matchmaker.compliance.catalogue_queries import NoPackError
from matchmaker.compliance.models import ComplianceState
from matchmaker.db.base import db, random_id
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import start_job

RENEW_JOB = "readiness.renew"


def ground_changed(*, actor_id: int | None, now: datetime) -> None:
    """Say that a requirement, a programme or an agreement was changed; call it after the change.

    Answers given before count as stale from now on, and a job renews them.

    Raises
    ------
    NoPackError
        If nothing is loaded.
    """
    raised = db.session.execute(
        sa.update(ComplianceState)
        .values(revision=ComplianceState.revision + 1, stamp=random_id())
        .execution_options(synchronize_session="fetch")
    )
    if not raised.rowcount:  # type: ignore[attr-defined]
        raise NoPackError
    start_renewal(actor_id=actor_id, now=now)


def start_renewal(*, actor_id: int | None, now: datetime) -> None:
    """Have every answer renewed, unless a job that will do so has not begun yet."""
    waits = sa.select(Job.id).where(Job.kind == RENEW_JOB, Job.state == JobState.QUEUED)
    if db.session.scalar(waits.limit(1)) is None:
        start_job(RENEW_JOB, {}, actor_id=actor_id, now=now)
