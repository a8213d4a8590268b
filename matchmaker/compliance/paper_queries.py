"""Questions about papers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.accounts.models import User
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Company, Member, Product
from matchmaker.compliance.enums import LIVE_PAPERS, PaperState
from matchmaker.compliance.models import HeldPaper, HeldPaperStep
from matchmaker.db.base import db
from matchmaker.reference.models import CertificateScheme

WARNING_DAYS = (7, 30, 90)
"""Before a paper's last day, the nearest first."""
WHOLE = (
    joinedload(HeldPaper.company).selectinload(Company.members),
    joinedload(HeldPaper.scheme),
    joinedload(HeldPaper.file),
    selectinload(HeldPaper.products),
)
"""What loads a paper with all that its pages say."""


def paper(public_id: str) -> HeldPaper:
    """Return one paper with its scheme, scan, products, company and that one's members.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(HeldPaper).options(*WHOLE).where(HeldPaper.public_id == public_id)
    ).one()


def paper_or_none(public_id: str) -> HeldPaper | None:
    """Return one paper as `paper` does, None if there is none."""
    return db.session.scalars(
        sa.select(HeldPaper).options(*WHOLE).where(HeldPaper.public_id == public_id)
    ).one_or_none()


def exporter_with_members(public_id: str) -> Company:
    """Return one exporter with its members.

    Raises
    ------
    NoResultFound
        If there is none, or it is no exporter.
    """
    return db.session.scalars(
        sa.select(Company)
        .options(selectinload(Company.members))
        .where(Company.public_id == public_id, Company.is_exporter)
    ).one()


def papers_of(company: Company) -> Sequence[HeldPaper]:
    """Return the papers of a company with scheme, scan and products.

    Those that end first come first, open ones last; what is withdrawn is left out.
    """
    return db.session.scalars(
        sa.select(HeldPaper)
        .options(
            joinedload(HeldPaper.scheme),
            joinedload(HeldPaper.file),
            selectinload(HeldPaper.products),
        )
        .where(HeldPaper.company_id == company.id, HeldPaper.state != PaperState.WITHDRAWN)
        .order_by(HeldPaper.valid_to.is_(None), HeldPaper.valid_to, HeldPaper.id)
    ).all()


def papers_by_id(public_ids: Collection[str]) -> dict[str, HeldPaper]:
    """Return papers by public id."""
    rows = db.session.scalars(sa.select(HeldPaper).where(HeldPaper.public_id.in_(public_ids)))
    return {row.public_id: row for row in rows}


def standing_paper(
    company_id: int, scheme_code: str, number: str, issued_on: date
) -> HeldPaper | None:
    """Return the living paper of a company with this number and day, None if there is none."""
    return db.session.scalars(
        sa.select(HeldPaper).where(
            HeldPaper.company_id == company_id,
            HeldPaper.scheme_code == scheme_code,
            HeldPaper.number == number,
            HeldPaper.issued_on == issued_on,
            HeldPaper.state.in_(LIVE_PAPERS),
        )
    ).one_or_none()


def steps_of(paper: HeldPaper) -> Sequence[tuple[HeldPaperStep, User | None]]:
    """Return what happened to a paper and who did it, the last first."""
    rows = db.session.execute(
        sa.select(HeldPaperStep, User)
        .outerjoin(User, User.id == HeldPaperStep.actor_id)
        .where(HeldPaperStep.paper_id == paper.id)
        .order_by(HeldPaperStep.id.desc())
    )
    return [(step, person) for step, person in rows]


def last_step(paper: HeldPaper) -> HeldPaperStep:
    """Return how a paper came to stand where it stands."""
    return db.session.scalars(
        sa.select(HeldPaperStep)
        .where(HeldPaperStep.paper_id == paper.id)
        .order_by(HeldPaperStep.id.desc())
        .limit(1)
    ).one()


def queue(state: PaperState) -> sa.Select[HeldPaper]:
    """Return the statement of the papers in a state, those that have waited longest first."""
    return (
        sa.select(HeldPaper)
        .join(Company, Company.id == HeldPaper.company_id)
        .options(joinedload(HeldPaper.company), joinedload(HeldPaper.scheme))
        .where(
            HeldPaper.state == state,
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
        )
        .order_by(HeldPaper.updated_at, HeldPaper.id)
    )


def counts_by_state() -> dict[PaperState, int]:
    """Return how many papers stand in each state."""
    rows = db.session.execute(
        sa.select(HeldPaper.state, sa.func.count())
        .join(Company, Company.id == HeldPaper.company_id)
        .where(Company.merged_into_id.is_(None), Company.erased_at.is_(None))
        .group_by(HeldPaper.state)
    )
    found = {row.state: row[1] for row in rows}
    return {state: found.get(state, 0) for state in PaperState}


def next_waiting(besides: HeldPaper) -> str | None:
    """Return the public id of the paper that has waited longest, but for one."""
    waiting = queue(PaperState.SUBMITTED).where(HeldPaper.id != besides.id).limit(1)
    row = db.session.scalars(waiting).first()
    return row.public_id if row else None


def scheme(code: str) -> CertificateScheme | None:
    """Return a kind of certificate, None if there is none."""
    return db.session.get(CertificateScheme, code)


def products_on_offer(company: Company) -> Sequence[Product]:
    """Return what a company offers now, by name."""
    return db.session.scalars(
        sa.select(Product)
        .where(Product.company_id == company.id, Product.withdrawn_at.is_(None))
        .order_by(Product.name, Product.id)
    ).all()


def people_to_tell(company_id: int) -> Sequence[User]:
    """Return the owners and editors of a company that can be written to."""
    return db.session.scalars(
        sa.select(User)
        .join(Member, Member.user_id == User.id)
        .where(
            Member.company_id == company_id,
            Member.role.in_([MemberRole.OWNER, MemberRole.EDITOR]),
            User.confirmed_at.is_not(None),
            User.disabled_at.is_(None),
        )
        .order_by(Member.id)
    ).all()


def lapsing(*, today: date) -> Sequence[HeldPaper]:
    """Return the verified papers that end within the longest warning, of companies that live.

    They come by company and locked, with scheme and products.
    """
    until = today + timedelta(days=max(WARNING_DAYS))
    return db.session.scalars(
        sa.select(HeldPaper)
        .join(Company, Company.id == HeldPaper.company_id)
        .options(joinedload(HeldPaper.scheme), selectinload(HeldPaper.products))
        .where(
            HeldPaper.state == PaperState.VERIFIED,
            HeldPaper.valid_to.between(today, until),
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
        )
        .order_by(HeldPaper.company_id, HeldPaper.valid_to, HeldPaper.id)
        .with_for_update(of=HeldPaper, skip_locked=True)
    ).all()


def rivals(papers: Collection[HeldPaper]) -> Sequence[HeldPaper]:
    """Return the verified papers of the same companies and schemes, with their products."""
    return db.session.scalars(
        sa.select(HeldPaper)
        .options(selectinload(HeldPaper.products))
        .where(
            HeldPaper.state == PaperState.VERIFIED,
            HeldPaper.company_id.in_({paper.company_id for paper in papers}),
            HeldPaper.scheme_code.in_({paper.scheme_code for paper in papers}),
        )
    ).all()


def withdrawn_of(company: Company, public_id: str) -> HeldPaper | None:
    """Return the withdrawn paper of a company with this id, None if there is none."""
    return db.session.scalars(
        sa.select(HeldPaper)
        .options(joinedload(HeldPaper.scheme))
        .where(
            HeldPaper.public_id == public_id,
            HeldPaper.company_id == company.id,
            HeldPaper.state == PaperState.WITHDRAWN,
        )
    ).one_or_none()
