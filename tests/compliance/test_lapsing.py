"""Companies are warned 90, 30 and 7 days before a paper ends, once each."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.models import HeldPaper
from matchmaker.compliance.services.lapsing import warn_of_lapsing
from matchmaker.db.base import db
from matchmaker.jobs.models import OutboxMessage
from tests.build import NOON, make_exporter, make_product, make_user
from tests.compliance.papers import make_paper

LAST = date(2027, 8, 31)


@pytest.fixture
def company(app):
    return make_exporter(make_user(language="en"))


def before(days: int) -> datetime:
    """Return a moment so many days before the last one."""
    return datetime.combine(LAST, NOON.timetz()) - timedelta(days=days)


def sweep(days: int) -> int:
    written = warn_of_lapsing(now=before(days))
    db.session.commit()
    return written


def texts() -> list[str]:
    return list(db.session.scalars(sa.select(OutboxMessage.text).order_by(OutboxMessage.id)))


def test_each_step_is_written_once(company):
    make_paper(company, "C-VHT-FAC", valid_to=LAST)
    db.session.commit()

    written = {days: sweep(days) for days in (91, 90, 89, 31, 30, 8, 7, 1, 0, -1)}

    assert written == {91: 0, 90: 1, 89: 0, 31: 0, 30: 1, 8: 0, 7: 1, 1: 0, 0: 0, -1: 0}
    assert "days left: 90" in texts()[0]
    assert "Vapour heat treatment plant accepted by Japan" in texts()[0]


@pytest.mark.parametrize(("first", "later"), [(50, [0, 1, 1]), (20, [0, 0, 1]), (3, [0, 0, 0])])
def test_after_an_interruption_only_the_nearest_step_is_caught_up(company, first, later):
    make_paper(company, "C-VHT-FAC", valid_to=LAST)
    db.session.commit()

    assert sweep(first) == 1
    assert [sweep(days) if days < first else 0 for days in (90, 30, 7)] == later


def test_papers_of_one_step_go_in_one_mail(company):
    make_paper(company, "C-VHT-FAC", valid_to=LAST)
    make_paper(company, "C-TR-RESID", valid_to=LAST - timedelta(days=10))
    make_paper(company, "C-ORIGIN", valid_to=LAST - timedelta(days=70))
    other = make_exporter(make_user())
    make_paper(other, "C-PHYTO", valid_to=LAST)
    db.session.commit()

    assert sweep(80) == 3
    assert sum("Pesticide residue" in text and "Vapour heat" in text for text in texts()) == 1
    assert sum("Origin marking" in text for text in texts()) == 1


@pytest.mark.parametrize(
    "state", [PaperState.SUBMITTED, PaperState.REFUSED, PaperState.REVOKED, PaperState.WITHDRAWN]
)
def test_only_verified_papers_are_warned_of(company, state):
    make_paper(company, "C-VHT-FAC", valid_to=LAST, state=state)
    db.session.commit()

    assert sweep(30) == 0


def test_a_newer_paper_of_the_same_kind_and_scope_keeps_it_quiet(company):
    product, other = make_product(company), make_product(company)
    quiet = {"C-VHT-FAC": [], "C-TR-RESID": [product]}
    for scheme, products in quiet.items():
        make_paper(company, scheme, valid_to=LAST, products=products)
        make_paper(company, scheme, valid_to=None, number="NEW", products=products)
    make_paper(company, "C-PHYTO", valid_to=LAST, products=[product])
    make_paper(company, "C-PHYTO", valid_to=None, number="ALL")
    db.session.commit()

    assert sweep(30) == 0

    make_paper(company, "C-ORIGIN", valid_to=LAST)
    make_paper(company, "C-ORIGIN", valid_to=None, number="NEW", products=[other])
    db.session.commit()

    assert sweep(30) == 1


def test_warned_of_again_once_the_newer_one_is_revoked(company):
    make_paper(company, "C-VHT-FAC", valid_to=LAST)
    newer = make_paper(company, "C-VHT-FAC", valid_to=None, number="NEW")
    db.session.commit()
    assert sweep(30) == 0

    newer.state = PaperState.REVOKED
    db.session.commit()

    assert sweep(29) == 1


def test_company_without_people_gets_no_mail_and_open_pages_stay_good(company):
    paper = make_paper(company, "C-VHT-FAC", valid_to=LAST)
    version, number = paper.version, paper.id
    company.erased_at = NOON
    db.session.commit()
    assert sweep(30) == 0

    company.erased_at = None
    db.session.commit()
    assert sweep(30) == 1
    assert db.session.get_one(HeldPaper, number).version == version
