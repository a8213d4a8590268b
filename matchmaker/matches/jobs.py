"""What the worker does for this feature."""

from __future__ import annotations

from typing import Any

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import rollback
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import CancelledError, Finish, Progress
from matchmaker.matches.queries.runs import run_by_number
from matchmaker.matches.services.runs import compute, keep_outcome, settled_of
from matchmaker.matches.services.text_models import fit, put_in_use
from matchmaker.matches.services.vectors import embed_goods


def match_run(arguments: dict[str, Any], progress: Progress) -> Finish:
    """Carry out a run: read, match, and hand back what writes the suggestions."""
    run = run_by_number(arguments["run"])
    event_id, settled = run.event_id, settled_of(run)
    rollback()
    outcome = compute(event_id, settled, report=progress.report)

    def finish() -> dict[str, Any]:
        # Asked to stop after the last report: nothing is written, the transaction is undone.
        if db.session.get_one(Job, progress.job_id).cancel_requested_at is not None:
            raise CancelledError
        return keep_outcome(run_by_number(arguments["run"]), outcome, now=utcnow())

    return finish


def embed(_arguments: dict[str, Any], progress: Progress) -> Finish:
    """Compute the missing vectors of all texts; each batch is kept as it is made."""
    made = embed_goods(report=progress.report)
    return lambda: made


def fit_text_model(arguments: dict[str, Any], progress: Progress) -> Finish:
    """Fit the text model on the present names, and hand back what takes it into use."""
    fitted = fit(report=progress.report)

    def finish() -> dict[str, Any]:
        # Asked to stop after the last report: the version in use stays.
        if db.session.get_one(Job, progress.job_id).cancel_requested_at is not None:
            raise CancelledError
        version = put_in_use(
            fitted, actor_id=arguments["actor"], job_id=progress.job_id, now=utcnow()
        )
        return {"version": version.version}

    return finish
