"""Answers to what a company's data may be used for; each is added, none is changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.companies.enums import Purpose
from matchmaker.companies.member_queries import present_answers
from matchmaker.companies.models import Company, Consent
from matchmaker.companies.services.following import company_changed
from matchmaker.companies.wording import wording
from matchmaker.db.audit import record
from matchmaker.db.base import db


def add_answers(
    company: Company,
    answers: Mapping[Purpose, bool],
    *,
    by: User | None,
    language: str,
    now: datetime,
) -> None:
    """Add one answer for each purpose, with the sentence as a reader of `language` saw it.

    `by` is empty for answers given on paper.
    """
    for purpose, given in answers.items():
        db.session.add(
            Consent(
                company_id=company.id,
                purpose=purpose,
                given=given,
                wording=wording(purpose, language),
                language=language,
                by_id=by.id if by is not None else None,
                at=now,
            )
        )
    db.session.flush()


def change_answers(
    company: Company, answers: Mapping[Purpose, bool], *, by: User, language: str, now: datetime
) -> dict[Purpose, bool]:
    """Add the answers that differ from the present ones; return them."""
    # Two pages sent at the same moment must not both find the same present answer.
    db.session.execute(sa.select(Company.id).where(Company.id == company.id).with_for_update())
    before = present_answers(company)
    changed = {p: given for p, given in answers.items() if given is not before[p]}
    add_answers(company, changed, by=by, language=language, now=now)
    if changed:
        record(
            "company.change_consents",
            company.public_id,
            actor_id=by.id,
            now=now,
            before={p.value: before[p] for p in changed},
            after={p.value: given for p, given in changed.items()},
        )
        company_changed(company.id, actor_id=by.id, now=now)
    return changed
