"""Builders of papers, for the tests of compliance."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from matchmaker.companies.models import Company, Product
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.models import HeldPaper, HeldPaperStep
from matchmaker.db.base import db
from tests.build import NOON, make_exporter, make_product


def make_paper(company: Company, scheme_code: str = "C-PHYTO", **given: Any) -> HeldPaper:
    """A verified paper without end, for all products of its company or those given."""
    products: list[Product] = given.pop("products", [])
    defaults = {
        "company_id": company.id,
        "scheme_code": scheme_code,
        "issued_on": date(2026, 1, 1),
        "state": PaperState.VERIFIED,
        "created_at": NOON,
        "updated_at": NOON,
    }
    paper = HeldPaper(**(defaults | given), products=products)
    db.session.add(paper)
    db.session.flush()
    return paper


MANGO_PAPERS = ("C-FOODDOSS", "C-ORIGIN", "C-TR-RESID", "C-VHT-FAC", "C-GLOBALGAP")
"""With all of them mangoes are ready to be shipped."""


def make_mangoes(company: Company | None = None, *, without: str = "", **given: Any) -> Product:
    """Mangoes of a company that holds every paper they need, but for the one named."""
    company = company or make_exporter()
    for scheme in MANGO_PAPERS:
        if scheme != without:
            make_paper(company, scheme)
    return make_product(company, **({"hs_code": "080450", "sector_code": "AGRI-MANGO"} | given))


def papers() -> list[HeldPaper]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(HeldPaper).order_by(HeldPaper.id)))


def steps() -> list[tuple[PaperState | None, PaperState]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(HeldPaperStep).order_by(HeldPaperStep.id))
    return [(step.before, step.after) for step in rows]
