"""Counts behind the tasks about readiness and papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matchmaker.companies.models import Company, Product
from matchmaker.compliance.catalogue_queries import requirements_by_code, scheme_rows
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.models import HeldPaper, ProductReadiness
from matchmaker.compliance.paper_queries import WARNING_DAYS
from matchmaker.compliance.readiness_queries import stored_statuses
from matchmaker.db.base import db
from matchmaker.engines.readiness.data import Stage
from matchmaker.engines.readiness.score import Level
from matchmaker.engines.readiness.status import Status
from matchmaker.reference.models import CertificateScheme

OUTRIGHT = frozenset({Status.MISSING, Status.EXPIRED, Status.BLOCKED})
"""What keeps goods out; other gaps only ask for something more."""


@dataclass(frozen=True, slots=True)
class KeptOut:
    """Products of a company that Japan does not let in yet."""

    number: int
    nearest: Product
    """The one that lacks the least."""
    scheme: CertificateScheme | None
    """The certificate to get first for it; None where none would do."""


def kept_out(company: Company) -> KeptOut | None:
    """Return the products that may not be delivered today, by the answers stored; None: none."""
    rows = db.session.execute(
        sa.select(Product, ProductReadiness)
        .join(ProductReadiness, ProductReadiness.product_id == Product.id)
        .where(
            Product.company_id == company.id,
            Product.withdrawn_at.is_(None),
            ProductReadiness.occasion == "",
            ProductReadiness.shipment_level.in_([Level.NOT_READY, Level.BLOCKED]),
        )
        .order_by(
            ProductReadiness.shipment_level == Level.BLOCKED, ProductReadiness.gaps, Product.id
        )
    ).all()
    if not rows:
        return None
    product, answer = rows[0]
    return KeptOut(len(rows), product, _first_scheme(answer))


def _first_scheme(answer: ProductReadiness) -> CertificateScheme | None:
    codes = [
        row.requirement
        for row in stored_statuses(answer, Stage.SHIPMENT)
        if row.kind == "M" and Status(row.status) in OUTRIGHT
    ]
    rules = requirements_by_code(codes[:1])
    wanted = [code for rule in rules.values() for code in (rule.prerequisites or rule.met_by)]
    return next(iter(scheme_rows(wanted[:1]).values()), None) if wanted else None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What there is to do about the papers of a company."""

    refused: int
    lapsing: int
    """Verified ones that end within the longest warning, with no later one of their kind."""
    first_end: date | None


def paper_facts(company: Company, *, today: date) -> PaperFacts:
    """Return the counts about a company's papers, in one statement."""
    later = aliased(HeldPaper)
    replaced = (
        sa.select(later.id)
        .where(
            later.company_id == HeldPaper.company_id,
            later.scheme_code == HeldPaper.scheme_code,
            later.state == PaperState.VERIFIED,
            sa.or_(later.valid_to.is_(None), later.valid_to > HeldPaper.valid_to),
        )
        .exists()
    )
    ends = sa.and_(
        HeldPaper.state == PaperState.VERIFIED,
        HeldPaper.valid_to.between(today, today + timedelta(days=max(WARNING_DAYS))),
        ~replaced,
    )
    row = db.session.execute(
        sa.select(
            sa.func.count(HeldPaper.id).filter(HeldPaper.state == PaperState.REFUSED),
            sa.func.count(HeldPaper.id).filter(ends),
            sa.func.min(HeldPaper.valid_to).filter(ends),
        ).where(HeldPaper.company_id == company.id)
    ).one()
    return PaperFacts(*row)


@dataclass(frozen=True, slots=True)
class WaitingPapers:
    """Papers that wait for the office."""

    number: int
    since: datetime | None
    """When the one that has waited longest was sent."""


def waiting_papers() -> WaitingPapers:
    """Count the papers that wait for the office."""
    row = db.session.execute(
        sa.select(sa.func.count(HeldPaper.id), sa.func.min(HeldPaper.updated_at))
        .join(Company, Company.id == HeldPaper.company_id)
        .where(
            HeldPaper.state == PaperState.SUBMITTED,
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
        )
    ).one()
    return WaitingPapers(*row)
