"""What the worker does to learn from decisions."""

from __future__ import annotations

from typing import Any

from matchmaker.db.clock import utcnow
from matchmaker.jobs.services import Finish, Progress
from matchmaker.matches.services.learning import keep_tried, learn, result_of


def learn_weights(arguments: dict[str, Any], progress: Progress) -> Finish:
    """Learn and try, and hand back what keeps it."""
    tried = learn(report=progress.report)

    def finish() -> dict[str, Any]:
        kept = keep_tried(tried, actor_id=arguments["actor"], job_id=progress.job_id, now=utcnow())
        return result_of(tried, kept)

    return finish
