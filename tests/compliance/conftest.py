"""The data pack, loaded."""

from __future__ import annotations

import pytest

from matchmaker.compliance.services.pack import load_pack
from matchmaker.db.base import db
from tests.build import NOON


@pytest.fixture
def pack(app):
    """Return what was loaded: requirements, programmes, what certificates show."""
    loaded = load_pack(now=NOON)
    db.session.commit()
    return loaded
