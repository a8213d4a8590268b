"""What the worker does when a company has changed."""

from __future__ import annotations

from typing import Any

from matchmaker.db.clock import utcnow
from matchmaker.jobs.services import Finish, Progress
from matchmaker.matches.services.renewal import keep, look_for


def follow_company(arguments: dict[str, Any], progress: Progress) -> Finish:
    """Look for a company's partners at its events, and hand back what writes the suggestions."""
    company_id = arguments["company"]
    looked = look_for(company_id)
    return lambda: keep(company_id, looked, job_id=progress.job_id, now=utcnow())
