"""Warning companies of papers that are about to end."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from matchmaker.companies.models import Company
from matchmaker.compliance.emails import papers_lapse
from matchmaker.compliance.models import HeldPaper
from matchmaker.compliance.overview import replaces
from matchmaker.compliance.paper_queries import WARNING_DAYS, lapsing, people_to_tell, rivals
from matchmaker.db.base import db
from matchmaker.mail.services import post
from matchmaker.reference.day_queries import office_day

log = logging.getLogger(__name__)


def warn_of_lapsing(*, now: datetime) -> int:
    """Mail companies whose verified papers end in 90, 30 or 7 days; return the mails written.

    A company gets one mail a step, with all its papers of that step, and none twice. After an
    interruption only the nearest step is caught up. A paper is passed over while a newer one of
    the same kind covers the same products.
    """
    today = office_day(now)
    due = [paper for paper in lapsing(today=today) if _is_due(paper, today)]
    newer = rivals(due) if due else ()
    by_mail: dict[tuple[int, int], list[HeldPaper]] = defaultdict(list)
    for paper in due:
        if not any(replaces(other, paper) for other in newer):
            by_mail[paper.company_id, warning_step(paper, today)].append(paper)
    written = 0
    for (company_id, step), papers in by_mail.items():
        _mark(papers, step)
        written += _tell(company_id, papers, now=now)
    if by_mail:
        log.info("lapsing papers warned of", extra={"mails": written})
    return written


def warning_step(paper: HeldPaper, today: date) -> int:
    """Return the nearest warning that a paper with a last day has reached, in days."""
    assert paper.valid_to is not None
    left = (paper.valid_to - today).days
    return next(step for step in WARNING_DAYS if left <= step)


def _is_due(paper: HeldPaper, today: date) -> bool:
    return paper.warned_days is None or warning_step(paper, today) < paper.warned_days


def _mark(papers: Sequence[HeldPaper], step: int) -> None:
    """Keep what was sent; the version is left alone, so that nobody's open page grows old."""
    table = HeldPaper.__table__
    db.session.execute(
        sa.update(table)  # type: ignore[arg-type]
        .where(table.c.id.in_([paper.id for paper in papers]))
        .values(warned_days=step)
    )
    for paper in papers:
        db.session.expire(paper, ["warned_days"])


def _tell(company_id: int, papers: Sequence[HeldPaper], *, now: datetime) -> int:
    people = people_to_tell(company_id)
    company = db.session.get_one(Company, company_id)
    for person in people:
        post(
            "papers.lapse",
            lambda: papers_lapse(company, papers, today=office_day(now)),
            recipient=person.email,
            language=person.language,
            now=now,
        )
    return len(people)
