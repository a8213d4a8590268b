"""Questions about jobs."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaker.db.base import db
from matchmaker.jobs.models import Job


def job_by_public_id(public_id: str) -> Job:
    """Return one job.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(sa.select(Job).where(Job.public_id == public_id)).one()
