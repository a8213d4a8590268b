"""Questions that come up when a company's suggestions follow what it has changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from matchmaker.companies.models import Company, Need, Product
from matchmaker.companies.services.following import FOLLOW_JOB
from matchmaker.compliance.models import HeldPaper
from matchmaker.db.base import db
from matchmaker.db.types import json_text
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.score import Weights
from matchmaker.events.models import Event, Participant
from matchmaker.jobs.enums import ENDED, JobState
from matchmaker.jobs.models import Job
from matchmaker.matches.enums import SuggestionSource, SuggestionState
from matchmaker.matches.models import MatchRun, Suggestion

MODEL_COLUMNS = ("product_id", "need_id", "sector_code", "score", "low_data", "reasons")
"""What a run writes about a pair."""
LIVING = (SuggestionState.PENDING, SuggestionState.APPROVED, SuggestionState.HELD)
"""States in which a suggestion takes a place of both companies."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last finished run of an event, whose measure new suggestions are taken by."""

    event_id: int
    run_id: int
    text_version: str
    weights: Weights
    limits: Limits
    data_at: datetime
    """When it read its inputs."""


def last_runs(company_id: int, *, today: date) -> Sequence[LastRun]:
    """Return the last run of each event, not over, that a company takes or took part in."""
    return _last_runs(
        Event.ends_on >= today,
        Event.id.in_(sa.select(Participant.event_id).where(Participant.company_id == company_id)),
    )


def all_last_runs(*, today: date) -> Sequence[LastRun]:
    """Return the last run of each event that is not over."""
    return _last_runs(Event.ends_on >= today)


def _last_runs(*events: sa.ColumnElement[bool]) -> Sequence[LastRun]:
    newest = (
        sa.select(sa.func.max(MatchRun.id))
        .join(Event, Event.id == MatchRun.event_id)
        .where(MatchRun.finished_at.is_not(None), MatchRun.data_at.is_not(None), *events)
        .group_by(MatchRun.event_id)
    )
    rows = db.session.execute(
        sa.select(
            MatchRun.event_id,
            MatchRun.id,
            MatchRun.text_version,
            MatchRun.weights,
            MatchRun.limits,
            MatchRun.data_at,
        )
        .where(MatchRun.id.in_(newest))
        .order_by(MatchRun.event_id)
    )
    return [
        LastRun(row[0], row[1], row[2] or "", Weights(**row[3]), Limits(**row[4]), row[5])
        for row in rows
    ]


def is_last_run(run: LastRun) -> bool:
    """Whether no other run of the event has finished since."""
    newest = sa.select(sa.func.max(MatchRun.id)).where(
        MatchRun.event_id == run.event_id, MatchRun.finished_at.is_not(None)
    )
    return db.session.scalar(newest) == run.run_id


def later_job_follows(company_id: int, job_id: int) -> bool:
    """Whether a later job sees to the same company, with what it has saved since."""
    later = sa.select(Job.id).where(
        Job.kind == FOLLOW_JOB,
        Job.id > job_id,
        Job.state != JobState.CANCELLED,
        sa.cast(Job.arguments, sa.Text) == json_text({"company": company_id}),
    )
    return db.session.scalar(sa.select(later.exists())) is True


def is_being_followed(company_id: int) -> bool:
    """Whether partners are being looked for, for what a company has just saved."""
    job = sa.select(Job.id).where(
        Job.kind == FOLLOW_JOB,
        Job.state.not_in(ENDED),
        sa.cast(Job.arguments, sa.Text) == json_text({"company": company_id}),
    )
    return db.session.scalar(sa.select(job.exists())) is True


def waiting_of(company_id: int, *, today: date) -> Sequence[tuple[Event, int]]:
    """Return how many suggestions of a company wait for an officer, by coming event."""
    mine = sa.select(Participant.id).where(Participant.company_id == company_id)
    rows = db.session.execute(
        sa.select(Event, sa.func.count(Suggestion.id))
        .join(Suggestion, Suggestion.event_id == Event.id)
        .where(
            Suggestion.state == SuggestionState.PENDING,
            Event.ends_on >= today,
            sa.or_(Suggestion.exhibitor_id.in_(mine), Suggestion.buyer_id.in_(mine)),
        )
        .group_by(Event.id)
        .order_by(Event.starts_on, Event.id)
    )
    return [(event, number) for event, number in rows]


def followed_since(event_id: int, moment: datetime) -> list[int]:
    """Return the companies of an event whose changes a run that read then may have missed.

    Whatever a job saw to that had ended by then was saved before.
    """
    arguments = db.session.scalars(
        sa.select(Job.arguments).where(
            Job.kind == FOLLOW_JOB,
            Job.state != JobState.CANCELLED,
            sa.or_(Job.finished_at.is_(None), Job.finished_at >= moment),
        )
    )
    numbers = {int(given["company"]) for given in arguments}
    return sorted(
        db.session.scalars(
            sa.select(Participant.company_id)
            .where(Participant.event_id == event_id, Participant.company_id.in_(numbers))
            .distinct()
        )
    )


def goods_saved_since(company_id: int, moment: datetime) -> frozenset[str]:
    """Return the products and needs of a company that were saved later, by public id.

    A paper that was decided on later counts for all products: it may have let one in.
    """
    paper = sa.select(HeldPaper.id).where(
        HeldPaper.company_id == company_id, HeldPaper.updated_at >= moment
    )
    products = sa.select(Product.public_id).where(
        Product.company_id == company_id, sa.or_(Product.updated_at >= moment, paper.exists())
    )
    needs = sa.select(Need.public_id).where(
        Need.company_id == company_id, Need.updated_at >= moment
    )
    return frozenset(db.session.scalars(sa.union_all(products, needs)))


@dataclass(frozen=True, slots=True)
class Row:
    """A suggestion of an event as it stands, without its reasons."""

    id: int
    exhibitor_id: int
    buyer_id: int
    score: float
    state: SuggestionState
    source: SuggestionSource

    @property
    def pair(self) -> tuple[int, int]:
        return self.exhibitor_id, self.buyer_id

    @property
    def is_firm(self) -> bool:
        """Decided, or named by an officer: nothing but an officer takes it away."""
        return self.state is not SuggestionState.PENDING or self.source is SuggestionSource.OFFICER


def texts_of(company_id: int) -> list[Passage]:
    """Return the texts of a company's goods."""
    found = []
    for kind, title in ((Product, Product.name), (Need, Need.title)):
        rows = db.session.execute(
            sa.select(title, kind.description)
            .where(kind.company_id == company_id, kind.withdrawn_at.is_(None))
            .order_by(kind.id)
        )
        found += [Passage(name, text) for name, text in rows]
    return found


def rows_of_event(event_id: int) -> Sequence[Row]:
    """Return the suggestions of an event, whatever became of them."""
    rows = db.session.execute(
        sa.select(
            Suggestion.id,
            Suggestion.exhibitor_id,
            Suggestion.buyer_id,
            Suggestion.score,
            Suggestion.state,
            Suggestion.source,
        ).where(Suggestion.event_id == event_id)
    )
    return [Row(*row) for row in rows]


def contents_of(numbers: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return by number what the model said of suggestions."""
    columns = [Suggestion.__table__.c[name] for name in MODEL_COLUMNS]
    rows = db.session.execute(sa.select(Suggestion.id, *columns).where(Suggestion.id.in_(numbers)))
    return {row[0]: dict(zip(MODEL_COLUMNS, row[1:], strict=True)) for row in rows}


def parts_of(event_id: int, company_id: int) -> frozenset[int]:
    """Return the participants that a company is or was at an event."""
    return frozenset(
        db.session.scalars(
            sa.select(Participant.id).where(
                Participant.event_id == event_id, Participant.company_id == company_id
            )
        )
    )


def companies_of(participants: Collection[int]) -> dict[int, int]:
    """Return the companies of participants, by number."""
    rows = db.session.execute(
        sa.select(Participant.id, Participant.company_id).where(Participant.id.in_(participants))
    )
    return {row[0]: row[1] for row in rows}


def last_changes(event_id: int) -> dict[int, datetime]:
    """Return by participant when its company was last changed."""
    rows = db.session.execute(
        sa.select(Participant.id, Company.updated_at)
        .join(Company, Company.id == Participant.company_id)
        .where(Participant.event_id == event_id)
    )
    return {row[0]: row[1] for row in rows}


def on_withdrawn_goods(event_id: int, company_id: int) -> list[int]:
    """Return the pending suggestions of the model that stand on goods a company has withdrawn."""
    return list(
        db.session.scalars(
            sa.select(Suggestion.id)
            .join(Product, Product.id == Suggestion.product_id)
            .join(Need, Need.id == Suggestion.need_id)
            .where(
                Suggestion.event_id == event_id,
                Suggestion.state == SuggestionState.PENDING,
                Suggestion.source == SuggestionSource.MODEL,
                sa.or_(
                    sa.and_(Product.company_id == company_id, Product.withdrawn_at.is_not(None)),
                    sa.and_(Need.company_id == company_id, Need.withdrawn_at.is_not(None)),
                ),
            )
        )
    )
