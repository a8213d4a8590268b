"""Questions about reference rows."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from matchmaker.db.base import db
from matchmaker.reference.models import CertificateScheme, Sector


def sectors() -> Sequence[Sector]:
    """Return all sectors and sub-sectors in the pack's order."""
    return db.session.scalars(sa.select(Sector).order_by(Sector.position)).all()


def top_sectors() -> Sequence[Sector]:
    """Return the sectors that are no sub-sectors."""
    return db.session.scalars(
        sa.select(Sector).where(Sector.parent_code.is_(None)).order_by(Sector.position)
    ).all()


def certificate_schemes() -> Sequence[CertificateScheme]:
    """Return all certificate schemes in the pack's order."""
    return db.session.scalars(
        sa.select(CertificateScheme).order_by(CertificateScheme.position)
    ).all()
