"""Questions about match runs."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaker.companies.models import Company
from matchmaker.db.base import db
from matchmaker.jobs.enums import ENDED
from matchmaker.jobs.models import Job
from matchmaker.matches.models import MatchRun

RUNS_SHOWN = 30


def running_run(event_id: int) -> MatchRun | None:
    """Return the run of an event whose job has not ended, with the job."""
    return db.session.scalars(
        sa.select(MatchRun)
        .join(MatchRun.job)
        .options(joinedload(MatchRun.job))
        .where(MatchRun.event_id == event_id, Job.state.not_in(ENDED))
        .limit(1)
    ).one_or_none()


def runs_of_event(event_id: int) -> Sequence[MatchRun]:
    """Return the latest runs of an event with their jobs, the newest first."""
    return db.session.scalars(
        sa.select(MatchRun)
        .options(joinedload(MatchRun.job))
        .where(MatchRun.event_id == event_id)
        .order_by(MatchRun.id.desc())
        .limit(RUNS_SHOWN)
    ).all()


def run_to_show(public_id: str) -> MatchRun:
    """Return one run with its event and its job.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(MatchRun)
        .options(joinedload(MatchRun.event), joinedload(MatchRun.job))
        .where(MatchRun.public_id == public_id)
    ).one()


def run_by_number(number: int) -> MatchRun:
    """Return the run that a job carries out."""
    return db.session.get_one(MatchRun, number)


def companies_by_public_id(public_ids: Sequence[str]) -> dict[str, Company]:
    """Return companies by their ids, as far as they are not erased."""
    rows = db.session.scalars(
        sa.select(Company).where(Company.public_id.in_(public_ids), Company.erased_at.is_(None))
    )
    return {company.public_id: company for company in rows}
