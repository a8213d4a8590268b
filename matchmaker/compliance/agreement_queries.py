"""Questions about agreements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from matchmaker.compliance.enums import BINDING_STAGES, AgreementStage
from matchmaker.compliance.models import Agreement, AgreementAcceptance
from matchmaker.db.base import db


def agreements(*, scenarios: bool) -> Sequence[Agreement]:
    """Return the agreements with what they accept; scenarios are the office's own.

    Those that bind come first, then by their first day.
    """
    found = sa.select(Agreement).options(selectinload(Agreement.accepts))
    if not scenarios:
        found = found.where(Agreement.stage != AgreementStage.SCENARIO)
    binds = sa.case((Agreement.stage.in_(BINDING_STAGES), 0), else_=1)
    return db.session.scalars(
        found.order_by(binds, Agreement.starts_on.is_(None), Agreement.starts_on, Agreement.id)
    ).all()


def agreement(public_id: str) -> Agreement:
    """Return one agreement with what it accepts.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Agreement)
        .options(selectinload(Agreement.accepts))
        .where(Agreement.public_id == public_id)
    ).one()


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another agreement that lists the same requirements at the same time."""

    agreement: Agreement
    requirements: tuple[str, ...]


def overlaps(
    requirements: Collection[str],
    starts_on: date | None,
    ends_on: date | None,
    *,
    except_id: int | None,
) -> list[Overlap]:
    """Return the agreements with a first day that list a requirement in the same span of days."""
    if starts_on is None:
        return []
    rows = db.session.execute(
        sa.select(Agreement, AgreementAcceptance.requirement_code)
        .join(AgreementAcceptance, AgreementAcceptance.agreement_id == Agreement.id)
        .where(
            AgreementAcceptance.requirement_code.in_(requirements),
            Agreement.starts_on.is_not(None),
            sa.or_(Agreement.ends_on.is_(None), Agreement.ends_on >= starts_on),
            Agreement.starts_on <= (ends_on or date.max),
            Agreement.id != (except_id or 0),
        )
        .order_by(Agreement.starts_on, Agreement.id, AgreementAcceptance.requirement_code)
    )
    found: dict[Agreement, dict[str, None]] = {}
    for other, code in rows:
        found.setdefault(other, {})[code] = None
    return [Overlap(other, tuple(codes)) for other, codes in found.items()]
