"""What the worker does for readiness."""

from __future__ import annotations

from typing import Any

from matchmaker.compliance.services.readiness import compute_all, keep_computed
from matchmaker.compliance.services.what_if import work_out
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import CancelledError, Finish, Progress

WHAT_IF = "what if"
"""What is being done, as the job says it."""


def renew(_arguments: dict[str, Any], progress: Progress) -> Finish:
    """Compute the readiness of all products, and hand back what writes it."""
    computed = compute_all(now=utcnow(), report=progress.report)

    def finish() -> dict[str, Any]:
        # Asked to stop after the last report: nothing is written, the transaction is undone.
        if db.session.get_one(Job, progress.job_id).cancel_requested_at is not None:
            raise CancelledError
        return dict(keep_computed(computed, now=utcnow()))

    return finish


def what_if(arguments: dict[str, Any], progress: Progress) -> Finish:
    """Work out what an agreement would change; only the job's own result is written."""
    return work_out(arguments, report=lambda done, total: progress.report(done, total, WHAT_IF))
