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
