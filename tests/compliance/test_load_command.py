"""`matchmaker compliance load`."""

from __future__ import annotations

import pytest

from matchmaker.compliance.catalogue_queries import state
from matchmaker.db.base import db
from matchmaker.db.transaction import unit_of_work
from matchmaker.reference.models import CertificateScheme
from matchmaker.reference.services import load_reference


def load(app):
    return app.test_cli_runner().invoke(args=["compliance", "load"])


def test_loading_says_what_was_loaded(app):
    first, second = load(app), load(app)

    assert first.exit_code == second.exit_code == 0
    assert first.stdout.startswith("91 requirements, 37 programmes, 115 certificates, 91 new, ")
    assert second.stdout.endswith("0 new, 0 changed, 0 retired, 0 left as officers edited them\n")


@pytest.fixture
def gap_in_the_reference_data(app):
    db.session.delete(db.session.get_one(CertificateScheme, "C-FOODDOSS"))
    db.session.commit()
    yield
    with unit_of_work():
        load_reference()


@pytest.mark.usefixtures("gap_in_the_reference_data")
def test_loading_without_reference_data_ends_with_1_and_says_so(app):
    answer = load(app)

    assert answer.exit_code == 1
    assert "has no certificate C-FOODDOSS: load the reference data first" in answer.stderr
    assert state() is None
