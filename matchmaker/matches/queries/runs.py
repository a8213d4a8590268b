"""Questions about match runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import Company
from matchmaker.companies.queries import agreed_to
from matchmaker.db.base import db
from matchmaker.events.enums import BUYER_ROLES, ParticipantRole
from matchmaker.events.models import Participant
from matchmaker.jobs.enums import ENDED
from matchmaker.jobs.models import Job
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.fair import taking_part
from matchmaker.matches.models import MatchRun, Suggestion

RUNS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class SinceRun:
    """Companies that the last run of an event could not read, and that have no suggestion."""

    number: int
    run_at: datetime


def joined_since_run(event_id: int) -> SinceRun | None:
    """Return how many companies that a run would read were accepted since the last one read them.

    Left out are those that have got a suggestion since. None if there was no run, or nobody is
    left.
    """
    last = (
        sa.select(MatchRun.data_at)
        .where(MatchRun.event_id == event_id, MatchRun.finished_at.is_not(None))
        .order_by(MatchRun.id.desc())
        .limit(1)
        .subquery()
    )
    readable = taking_part(event_id, BUYER_ROLES | {ParticipantRole.EXHIBITOR}).subquery()
    suggested = (
        sa.select(Suggestion.id)
        .where(
            Suggestion.state != SuggestionState.SUPERSEDED,
            sa.or_(
                Suggestion.exhibitor_id == Participant.id, Suggestion.buyer_id == Participant.id
            ),
        )
        .exists()
    )
    row = db.session.execute(
        sa.select(sa.func.count(sa.distinct(Participant.company_id)), last.c.data_at)
        .select_from(Participant)
        .join(readable, readable.c.company_id == Participant.company_id)
        .join(last, last.c.data_at < Participant.joined_at)
        .where(Participant.event_id == event_id, Participant.left_at.is_(None), ~suggested)
        .group_by(last.c.data_at)
    ).one_or_none()
    return SinceRun(*row) if row is not None else None


def not_agreed_at(event_id: int) -> Sequence[Participant]:
    """Return those who take part and did not agree to suggestions, so that no run reads them."""
    return db.session.scalars(
        sa.select(Participant)
        .join(Participant.company)
        .options(contains_eager(Participant.company))
        .where(
            Participant.event_id == event_id,
            Participant.left_at.is_(None),
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
            Company.id.not_in(agreed_to(Purpose.SUGGESTIONS)),
        )
        .order_by(Company.name, Participant.id)
    ).all()


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
