"""What a company's products lack for Japan, worked out at once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matchmaker.companies.models import Company, Product
from matchmaker.compliance.catalogue_queries import ground
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.models import HeldPaper
from matchmaker.compliance.readiness_queries import COUNTING, Counting, case_of, holdings_of
from matchmaker.engines.readiness.assess import (
    Readiness,
    RequirementStatus,
    StageReadiness,
    assess,
)
from matchmaker.engines.readiness.data import Stage
from matchmaker.engines.readiness.gaps import Act
from matchmaker.engines.readiness.score import Level
from matchmaker.engines.readiness.status import Status

SOON_DAYS = 90
"""A paper that ends within them is shown as about to end."""
BEST_FIRST = (
    Status.IMPORTER_DUTY,
    Status.MET,
    Status.DUE_AT_SHIPMENT,
    Status.WAIVED_MRA,
    Status.EXPIRING,
    Status.PARTLY,
    Status.EXPIRED,
    Status.MISSING,
    Status.BLOCKED,
)
WORST_FIRST = (Level.BLOCKED, Level.NOT_READY, Level.CONDITIONAL, Level.READY)


@dataclass(frozen=True, slots=True)
class ProductAnswer:
    """How ready one product is for a shipment today."""

    product: Product
    readiness: Readiness

    @property
    def stage(self) -> StageReadiness | None:
        return self.readiness.shipment

    @property
    def is_known(self) -> bool:
        """Whether enough is known of the product to ask anything of it."""
        return is_known(self.product)

    @property
    def next_scheme(self) -> str | None:
        """The certificate to see to first."""
        return first_scheme(self.worst) if self.worst else None

    @property
    def worst(self) -> RequirementStatus | None:
        """The mandatory gap to begin with."""
        hindrances = self.stage.hindrances if self.stage else ()
        return min(hindrances, key=lambda row: -badness(row), default=None)


def badness(row: RequirementStatus) -> int:
    """Return how far a requirement is from being met, for sorting."""
    return BEST_FIRST.index(row.status)


def is_known(product: Product) -> bool:
    """Whether HS code or sector say what the market asks of a product."""
    return product.hs_code is not None or product.sector_code is not None


def answers_for(
    company: Company, products: Sequence[Product], *, as_of: date, papers: Counting = "verified"
) -> list[ProductAnswer]:
    """Return the readiness of products of one company for a shipment on the day itself.

    Raises
    ------
    NoPackError
        If no requirements are loaded.
    """
    if not products:
        return []
    standing = ground()
    held = holdings_of([company.id], states=COUNTING[papers])
    return [
        ProductAnswer(
            product,
            assess(
                standing.catalogue,
                case_of(product, held.of(company.id, product.id), standing, as_of=as_of),
            ),
        )
        for product in products
    ]


def level_rank(answer: ProductAnswer) -> int:
    """Return what products are sorted by: the worst answer first, without one last."""
    if answer.stage is None:
        return len(WORST_FIRST)
    return WORST_FIRST.index(answer.stage.level)


def wanted_schemes(answers: Sequence[ProductAnswer]) -> list[str]:
    """Return the certificates that would close gaps, those of mandatory ones first, once each."""
    found: dict[str, None] = {}
    stages = [answer.stage for answer in answers if answer.stage is not None]
    for rows in ([s.hindrances for s in stages], [s.gaps for s in stages]):
        for row in (row for stage_rows in rows for row in stage_rows):
            for waiting in row.waits_for:
                found.setdefault(waiting.certificate)
            if not row.waits_for:
                for remedy in sorted(row.remedies, key=lambda r: r.act is not Act.RENEW):
                    found.setdefault(remedy.certificate)
    return list(found)


def days_left(paper: HeldPaper, today: date) -> int | None:
    """Return the days to a paper's last day, below nought once it is over; None: no end."""
    return None if paper.valid_to is None else (paper.valid_to - today).days


def replaces(other: HeldPaper, paper: HeldPaper) -> bool:
    """Say whether a paper of the same kind lasts longer and covers all that this one covers.

    Both come with their products.
    """
    same = other.company_id == paper.company_id and other.scheme_code == paper.scheme_code
    if not same or other.id == paper.id or paper.valid_to is None:
        return False
    if other.valid_to is not None and other.valid_to <= paper.valid_to:
        return False
    covered = {product.id for product in paper.products}
    return not other.products or (
        bool(covered) and covered <= {product.id for product in other.products}
    )


def lapse_soon(papers: Sequence[HeldPaper], today: date) -> list[HeldPaper]:
    """Return the verified papers that end soon, or have ended, the first to end first.

    Those that a newer verified one stands in for are left out.
    """
    verified = [paper for paper in papers if paper.state is PaperState.VERIFIED]
    ending = [
        paper
        for paper in verified
        if paper.valid_to is not None
        and (paper.valid_to - today).days <= SOON_DAYS
        and not any(replaces(other, paper) for other in verified)
    ]
    return sorted(ending, key=lambda paper: (paper.valid_to or today, paper.id))


def stage_of(readiness: Readiness, stage: Stage) -> StageReadiness | None:
    """Return the answer for one stage."""
    return readiness.event if stage is Stage.EVENT else readiness.shipment


def first_scheme(row: RequirementStatus) -> str | None:
    """Return the certificate to see to first for one gap."""
    if row.waits_for:
        return row.waits_for[0].certificate
    return row.remedies[0].certificate if row.remedies else None


def first_schemes(rows: Sequence[RequirementStatus]) -> set[str]:
    """Return the certificates to see to first for several gaps."""
    return {code for row in rows if (code := first_scheme(row))}
