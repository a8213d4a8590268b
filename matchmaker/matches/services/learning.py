"""Learning weights from decisions; taking learnt weights into use, and going back.

Learning never changes what is in use: the weights of a run are the officers', so it is one of
them who takes learnt ones into use, and only such as were better on later decisions.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import rollback, unit_of_work
from matchmaker.db.turns import take_turn
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.trial import Finding, Trial, try_out
from matchmaker.errors import ChangedMeanwhileError, ConflictError, NotAllowedNowError
from matchmaker.jobs.enums import ENDED
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import start_job
from matchmaker.matches.models import LearnedModel
from matchmaker.matches.queries.learned import (
    decisions_since,
    labels_to_learn_from,
    last_learnt_at,
    office_weights,
    weights_in_use,
)
from matchmaker.matches.services.vectors import Report, last_job, may_begin

log = logging.getLogger(__name__)

JOB_KIND = "learn"
NEW_DECISIONS = 50
"""Decisions since the last time from which on the worker learns anew by itself."""
SEED = 0


class LearningUnderWayError(ConflictError):
    """Weights are being learnt already."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial with what it was tried against, not yet written."""

    trial: Trial
    prior: Weights
    present: Weights
    against: str | None
    """Public id of the learnt model whose weights were in use."""


def learn(*, report: Report) -> Tried:
    """Learn from the decisions that stand and try what was learnt; no transaction is open."""
    rollback()
    report(0, 0, "decisions")
    labels = labels_to_learn_from()
    prior = office_weights()
    present, model = weights_in_use()
    against = model.public_id if model is not None else None
    rollback()
    trial = try_out(
        labels,
        present=present,
        prior=prior,
        seed=SEED,
        progress=lambda done, total: report(done, total, "learn"),
    )
    return Tried(trial, prior, present, against)


def keep_tried(
    tried: Tried, *, actor_id: int | None, job_id: int | None, now: datetime
) -> LearnedModel | None:
    """Write what was learnt, if anything was; it is not in use by that."""
    trial = tried.trial
    if trial.learnt is None or trial.trained_until is None:
        return None
    kept = LearnedModel(
        created_at=now,
        created_by_id=actor_id,
        job_id=job_id,
        weights=asdict(trial.learnt.weights),
        calibration=trial.learnt.calibration.to_json(),
        trained=trial.trained,
        tested=trial.tested,
        trained_until=trial.trained_until,
        figures={
            **trial.figures(),
            "against": tried.against,
            "prior_weights": asdict(tried.prior),
            "present_weights": asdict(tried.present),
            "seed": SEED,
        },
        better=trial.finding is Finding.BETTER,
    )
    db.session.add(kept)
    db.session.flush()
    log.info("weights learnt", extra={"model": kept.public_id, "finding": trial.finding.value})
    return kept


def result_of(tried: Tried, kept: LearnedModel | None) -> dict[str, Any]:
    """Return what a job or a command tells of it."""
    trial = tried.trial
    return {
        "finding": trial.finding.value,
        "decisions": trial.trained + trial.tested,
        "trained": trial.trained,
        "tested": trial.tested,
        "tested_approved": trial.tested_approved,
        "model": kept.public_id if kept is not None else None,
    }


def learn_now(*, report: Report) -> dict[str, Any]:
    """Learn here and now and keep what was learnt: for commands."""
    tried = learn(report=report)
    with unit_of_work():
        kept = keep_tried(tried, actor_id=None, job_id=None, now=utcnow())
        result = result_of(tried, kept)
        if kept is not None:
            result["figures"] = kept.figures
    return result


def start_learning(*, actor: User | None, now: datetime) -> Job:
    """Have weights learnt by the worker.

    Raises
    ------
    LearningUnderWayError
        If that is being done already (409).
    """
    take_turn(JOB_KIND)
    last = last_job(JOB_KIND)
    if last is not None and last.state not in ENDED:
        raise LearningUnderWayError(_l("Weights are being learnt already."))
    actor_id = actor.id if actor is not None else None
    job = start_job(JOB_KIND, {"actor": actor_id}, actor_id=actor_id, now=now)
    if actor is not None:
        record(f"{JOB_KIND}.start", job.public_id, actor_id=actor.id, now=now)
    return job


def learn_when_due(*, now: datetime) -> None:
    """Have weights learnt where many decisions are new; taking them into use is an officer's."""
    if not may_begin(JOB_KIND, now=now):
        return
    job, learnt_at = last_job(JOB_KIND), last_learnt_at()
    tried_at = [at for at in (job.created_at if job is not None else None, learnt_at) if at]
    if decisions_since(max(tried_at, default=None)) >= NEW_DECISIONS:
        start_learning(actor=None, now=now)


def take_into_use(model: LearnedModel, *, seen: str, actor: User, now: datetime) -> None:
    """Let new runs start from learnt weights; ``seen`` is what the page showed as in use.

    Raises
    ------
    NotAllowedNowError
        If they were not better on later decisions, or are in use already (409).
    ChangedMeanwhileError
        If something else has come into use after the page was drawn (409).
    """
    if not model.better:
        raise NotAllowedNowError(
            _l("These weights were not better on later decisions: they cannot be used.")
        )
    current = _hold(seen)
    if current is model:
        raise NotAllowedNowError(_l("These weights are in use already."))
    if current is not None:
        current.ended_at = now
        db.session.flush()  # before the other begins: one is in use at most
    model.in_use_since, model.ended_at = now, None
    _changed(current, model, actor=actor, now=now)


def use_office_weights(*, seen: str, actor: User, now: datetime) -> None:
    """Let new runs start from the office's own weights again.

    Raises
    ------
    NotAllowedNowError
        If no learnt weights are in use (409).
    ChangedMeanwhileError
        If other learnt weights have come into use after the page was drawn (409).
    """
    current = _hold(seen)
    if current is None:
        raise NotAllowedNowError(_l("The weights of the office are in use already."))
    current.ended_at = now
    _changed(current, None, actor=actor, now=now)


def _hold(seen: str) -> LearnedModel | None:
    """Return the model in use; who comes second waits, and then sees what the first did."""
    better = db.session.scalars(
        sa.select(LearnedModel)
        .where(LearnedModel.better)
        .order_by(LearnedModel.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    current = next((one for one in better if one.in_use_since and one.ended_at is None), None)
    if seen != (current.public_id if current is not None else ""):
        raise ChangedMeanwhileError(
            _l(
                "Somebody has changed meanwhile which weights are in use. Look at them, "
                "then decide."
            )
        )
    return current


def _changed(
    before: LearnedModel | None, after: LearnedModel | None, *, actor: User, now: datetime
) -> None:
    was, now_is = (one.public_id if one is not None else None for one in (before, after))
    record(
        "weights.use",
        now_is or was or "",
        actor_id=actor.id,
        now=now,
        before={"learned": was},
        after={"learned": now_is},
    )
    db.session.flush()
    log.info("weights taken into use", extra={"before": was, "after": now_is})
