"""A company as the database has it now."""

from __future__ import annotations

from matchmaker.companies.models import Company
from matchmaker.companies.queries import company_with_profile
from matchmaker.db.base import db


def read(company: Company) -> Company:
    db.session.rollback()
    return company_with_profile(company.public_id)
