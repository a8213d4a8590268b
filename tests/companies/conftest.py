"""An exporter and the browser of its owner."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.companies.models import Member
from matchmaker.db.base import db
from tests.build import make_exporter, make_user


@pytest.fixture
def exporter(app):
    company = make_exporter(make_user(email="owner@ravi.example"))
    db.session.commit()
    return company


@pytest.fixture
def owner(exporter, sign_in):
    member = db.session.scalars(sa.select(Member).where(Member.company_id == exporter.id)).one()
    return sign_in(db.session.get_one(User, member.user_id))
