"""Questions about decisions as figures, and about the evaluations kept of an event."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matchmaker.companies.models import Company, Need, Product
from matchmaker.db.base import db
from matchmaker.engines.matching.snapshot import Snapshot
from matchmaker.events.models import Event, Participant
from matchmaker.jobs.enums import ENDED
from matchmaker.jobs.models import Job
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import Decision, Evaluation, MatchRun, RunSnapshot, Suggestion

ABOUT_THE_GOODS = frozenset(
    {
        RejectionReason.WRONG_GOODS,
        RejectionReason.VOLUME,
        RejectionReason.PRICE,
        RejectionReason.CERTIFICATES,
        RejectionReason.NOT_READY,
    }
)
"""Reasons of a rejection that say the goods or terms do not fit; others say nothing of them."""
DECIDED = (SuggestionState.APPROVED, SuggestionState.REJECTED)
EVALUATIONS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class DecidedPair:
    """A suggestion that stands approved or rejected; companies and goods by public ids."""

    exporter: str
    buyer: str
    product: str
    need: str
    score: float
    approved: bool
    reason: RejectionReason | None
    run_id: int | None
    waited: timedelta | None
    """From the suggestion to its first approval or rejection."""

    @property
    def is_judged(self) -> bool:
        """Whether it says if the goods and terms fit."""
        return self.approved or self.reason in ABOUT_THE_GOODS


def decided_pairs(event_id: int) -> list[DecidedPair]:
    """Return the suggestions of an event that are decided, in the order they were made."""
    exhibitor, buyer = aliased(Participant), aliased(Participant)
    exporting, buying = aliased(Company), aliased(Company)
    last, first = aliased(Decision), _decisions(sa.func.min(Decision.at))
    rows = db.session.execute(
        sa.select(
            exporting.public_id.label("exporter"),
            buying.public_id.label("buyer"),
            Product.public_id.label("product"),
            Need.public_id.label("need"),
            Suggestion.score,
            Suggestion.state,
            last.reason,
            Suggestion.run_id,
            Suggestion.created_at,
            first.label("first"),
        )
        .join(exhibitor, exhibitor.id == Suggestion.exhibitor_id)
        .join(exporting, exporting.id == exhibitor.company_id)
        .join(buyer, buyer.id == Suggestion.buyer_id)
        .join(buying, buying.id == buyer.company_id)
        .join(Product, Product.id == Suggestion.product_id)
        .join(Need, Need.id == Suggestion.need_id)
        .outerjoin(last, last.id == _decisions(sa.func.max(Decision.id)))
        .where(Suggestion.event_id == event_id, Suggestion.state.in_(DECIDED))
        .order_by(Suggestion.id)
    )
    return [
        DecidedPair(
            exporter=row.exporter,
            buyer=row.buyer,
            product=row.product,
            need=row.need,
            score=row.score,
            approved=row.state is SuggestionState.APPROVED,
            reason=row.reason,
            run_id=row.run_id,
            waited=row.first - row.created_at if row.first is not None else None,
        )
        for row in rows
    ]


def _decisions(figure: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    """Return a figure of the approvals and rejections of one suggestion."""
    return (
        sa.select(figure)
        .where(Decision.suggestion_id == Suggestion.id, Decision.after.in_(DECIDED))
        .correlate(Suggestion)
        .scalar_subquery()
    )


def snapshots_of(run_ids: Collection[int]) -> dict[int, Snapshot]:
    """Return the kept inputs of runs, by the run."""
    rows = db.session.execute(
        sa.select(MatchRun.id, RunSnapshot.content, RunSnapshot.digest)
        .join(RunSnapshot, RunSnapshot.digest == MatchRun.snapshot_digest)
        .where(MatchRun.id.in_(run_ids))
    )
    return {number: Snapshot(content, digest) for number, content, digest in rows}


def last_finished_run(event_id: int) -> MatchRun | None:
    """Return the newest run of an event that ended with a result."""
    return db.session.scalars(
        sa.select(MatchRun)
        .where(MatchRun.event_id == event_id, MatchRun.finished_at.is_not(None))
        .order_by(MatchRun.id.desc())
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class Material:
    """What there is at an event to evaluate."""

    decided: int
    run_at: datetime | None


def material_of(event_id: int) -> Material:
    """Return how many suggestions are decided, and when the last finished run began."""
    decided = sa.select(sa.func.count(Suggestion.id)).where(
        Suggestion.event_id == event_id, Suggestion.state.in_(DECIDED)
    )
    run = sa.select(sa.func.max(MatchRun.created_at)).where(
        MatchRun.event_id == event_id, MatchRun.finished_at.is_not(None)
    )
    row = db.session.execute(sa.select(decided.scalar_subquery(), run.scalar_subquery())).one()
    return Material(*row)


@dataclass(frozen=True, slots=True)
class KeptEvaluation:
    """An evaluation with the job that makes it, if one does, and its event."""

    evaluation: Evaluation
    event: Event
    job: Job | None


def _kept() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Evaluation, Event, Job)
        .join(Event, Event.id == Evaluation.event_id)
        .outerjoin(Job, Job.id == Evaluation.job_id)
    )


def evaluation_to_show(public_id: str) -> KeptEvaluation:
    """Return one evaluation.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    row = db.session.execute(_kept().where(Evaluation.public_id == public_id)).one()
    return KeptEvaluation(*row)


def finished_evaluation(public_id: str) -> KeptEvaluation:
    """Return one evaluation that has ended with figures.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    wanted = _kept().where(Evaluation.public_id == public_id, Evaluation.finished_at.is_not(None))
    return KeptEvaluation(*db.session.execute(wanted).one())


def evaluations_of_event(event_id: int) -> Sequence[KeptEvaluation]:
    """Return the latest evaluations of an event, the newest first."""
    rows = db.session.execute(
        _kept()
        .where(Evaluation.event_id == event_id)
        .order_by(Evaluation.id.desc())
        .limit(EVALUATIONS_SHOWN)
    )
    return [KeptEvaluation(*row) for row in rows]


def running_evaluation(event_id: int) -> Evaluation | None:
    """Return the evaluation of an event whose job has not ended."""
    return db.session.scalars(
        sa.select(Evaluation)
        .join(Job, Job.id == Evaluation.job_id)
        .where(Evaluation.event_id == event_id, Job.state.not_in(ENDED))
        .limit(1)
    ).one_or_none()


def evaluation_by_number(number: int) -> Evaluation:
    """Return the evaluation that a job makes."""
    return db.session.get_one(Evaluation, number)
