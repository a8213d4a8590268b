"""The data pack, loaded, and an exporter with the address of its papers."""

from __future__ import annotations

import pytest

from matchmaker.compliance.services.pack import load_pack
from matchmaker.db.base import db
from tests.build import NOON, make_exporter, make_user


@pytest.fixture
def pack(app):
    """Return what was loaded: requirements, programmes, what certificates show."""
    loaded = load_pack(now=NOON)
    db.session.commit()
    return loaded


@pytest.fixture
def owner(pack):
    return make_user()


@pytest.fixture
def company(owner):
    company = make_exporter(owner)
    db.session.commit()
    return company


@pytest.fixture
def here(company):
    address = f"/companies/{company.public_id}/certificates"
    db.session.rollback()
    return address
