"""Questions about jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from matchmaker.db.base import db
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job


def job_by_public_id(public_id: str) -> Job:
    """Return one job.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(sa.select(Job).where(Job.public_id == public_id)).one()


def progress_of(job: Job | None, stages: Mapping[str, Any]) -> dict[str, Any]:
    """Return how far a job is, as the pages' script that watches it reads it.

    State, counts, share in per cent, and the stage in words; no job counts as done.

    Parameters
    ----------
    job : Job, optional
    stages : mapping of str to str
        What a page says of each stage, by its key; others are passed over.
    """
    state, done, total, stage = (
        (job.state, job.done, job.total, job.stage) if job else (JobState.DONE, 0, 0, "")
    )
    return {
        "state": state.value,
        "done": done,
        "total": total,
        "percent": 100 * done // total if total else 0,
        "message": str(stages.get(stage, "")),
        "href": None,
    }
