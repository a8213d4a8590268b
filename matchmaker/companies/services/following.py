"""Telling those who follow a company's data that it has changed."""

from __future__ import annotations

from datetime import datetime

from matchmaker.jobs.services import start_job_once

FOLLOW_JOB = "follow_company"
"""Kind of the job; what it does stands above this feature."""


def company_changed(company_id: int, *, actor_id: int | None, now: datetime) -> None:
    """Have followed what a company has just changed, or what was decided about it.

    Call it in the transaction of the change. Of many changes in a row one job sees to all that
    were made before it begins.
    """
    start_job_once(FOLLOW_JOB, {"company": company_id}, actor_id=actor_id, now=now)
