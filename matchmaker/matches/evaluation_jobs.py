"""What the worker does to evaluate an event."""

from __future__ import annotations

from typing import Any

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import rollback
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import CancelledError, Finish, Progress
from matchmaker.matches.queries.evaluations import evaluation_by_number
from matchmaker.matches.services.evaluations import compute, keep_figures


def evaluate(arguments: dict[str, Any], progress: Progress) -> Finish:
    """Compute the figures of an event's decisions, and hand back what keeps them."""
    number, first = arguments["evaluation"], arguments["first"]
    event_id = evaluation_by_number(number).event_id
    rollback()
    figures = compute(event_id, first, report=progress.report)

    def finish() -> dict[str, Any]:
        # Asked to stop after the last report: nothing is written, the transaction is undone.
        if db.session.get_one(Job, progress.job_id).cancel_requested_at is not None:
            raise CancelledError
        evaluation = evaluation_by_number(number)
        keep_figures(evaluation, figures, now=utcnow())
        return {"evaluation": evaluation.public_id}

    return finish
