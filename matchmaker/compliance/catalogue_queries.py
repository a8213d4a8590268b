"""The ground of every answer: requirements, programmes, certificates and agreements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from matchmaker.compliance.enums import BINDING_STAGES, AgreementStage
from matchmaker.compliance.models import (
    Agreement,
    AgreementAcceptance,
    ComplianceState,
    Programme,
    Requirement,
)
from matchmaker.db.base import db
from matchmaker.engines.readiness import data as engine
from matchmaker.engines.readiness.catalogue import Catalogue
from matchmaker.errors import NotAllowedNowError
from matchmaker.reference.models import CertificateScheme, Sector

Lock = Literal["shared", "alone"]
KEPT_CATALOGUES = 2
"""In a process: the one in use, and the one that an edit under way would bring."""


class NoPackError(NotAllowedNowError):
    """No requirements are loaded, so that nothing may be called ready."""

    def __init__(self) -> None:
        super().__init__(
            _l(
                "What Japan asks for is not loaded on this server yet. "
                "Please tell the office that runs it."
            )
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """What answers stand on, and how to tell whether it has changed since."""

    revision: int
    stamp: str
    catalogue: Catalogue
    agreements: tuple[engine.Agreement, ...]
    """Those that bind."""


def state() -> ComplianceState | None:
    """Return what is loaded; None before the first load."""
    return db.session.get(ComplianceState, 1)


def ground(*, lock: Lock | None = None) -> Ground:
    """Return the requirements and agreements as they are now.

    A lock keeps them from changing until the transaction ends. It is ``shared`` among those that
    renew the answers for one company; ``alone`` keeps these away too.

    Raises
    ------
    NoPackError
        If nothing is loaded.
    """
    asked = sa.select(ComplianceState.revision, ComplianceState.stamp)
    if lock:
        asked = asked.with_for_update(read=lock == "shared")
    row = db.session.execute(asked).one_or_none()
    if row is None:
        raise NoPackError
    return Ground(row.revision, row.stamp, _catalogue_of(row.stamp), binding_agreements())


def catalogue() -> Catalogue:
    """Return requirements, certificates, programmes and sectors as the engine reads them.

    Raises
    ------
    NoPackError
        If nothing is loaded.
    """
    return ground().catalogue


def binding_agreements() -> tuple[engine.Agreement, ...]:
    """Return the agreements that ease requirements between their dates, in a fixed order."""
    begun = (
        Agreement.stage.in_(BINDING_STAGES),
        Agreement.starts_on.is_not(None),
        # One that has ended on an unknown day eases nothing.
        sa.or_(Agreement.stage != AgreementStage.ENDED, Agreement.ends_on.is_not(None)),
    )
    return engine_agreements(*begun)


def engine_agreements(*conditions: sa.ColumnElement[bool]) -> tuple[engine.Agreement, ...]:
    """Return agreements that have a first day, as the engine reads them."""
    rows = db.session.execute(
        sa.select(
            Agreement.id,
            Agreement.starts_on,
            Agreement.ends_on,
            AgreementAcceptance.requirement_code,
            AgreementAcceptance.certificate_code,
        )
        .join(AgreementAcceptance, AgreementAcceptance.agreement_id == Agreement.id)
        .where(Agreement.starts_on.is_not(None), *conditions)
        .order_by(Agreement.id)
    )
    accepts: dict[tuple[int, date, date | None], set[tuple[str, str]]] = defaultdict(set)
    for number, starts, ends, requirement, certificate in rows:
        if starts is not None:
            accepts[number, starts, ends].add((requirement, certificate))
    return tuple(
        engine.Agreement(starts, ends, frozenset(pairs))
        for (_, starts, ends), pairs in accepts.items()
    )


def requirements_by_code(codes: Collection[str] | None = None) -> dict[str, Requirement]:
    """Return the rows of requirements, all of them or those named, retired ones too."""
    asked = sa.select(Requirement).order_by(Requirement.code)
    if codes is not None:
        asked = asked.where(Requirement.code.in_(codes))
    return {row.code: row for row in db.session.scalars(asked)}


def scheme_rows(codes: Collection[str] | None = None) -> dict[str, CertificateScheme]:
    """Return the kinds of certificate, all of them or those named, in the pack's order."""
    asked = sa.select(CertificateScheme).order_by(CertificateScheme.position)
    if codes is not None:
        asked = asked.where(CertificateScheme.code.in_(codes))
    return {row.code: row for row in db.session.scalars(asked)}


def programme_rows(codes: Collection[str] | None = None) -> dict[str, Programme]:
    """Return the programmes, all of them or those named."""
    asked = sa.select(Programme).order_by(Programme.code)
    if codes is not None:
        asked = asked.where(Programme.code.in_(codes))
    return {row.code: row for row in db.session.scalars(asked)}


@lru_cache(maxsize=KEPT_CATALOGUES)
def _catalogue_of(_stamp: str) -> Catalogue:
    return Catalogue(
        sectors=_sectors(),
        certificates=_certificates(),
        requirements=_requirements(),
        programmes=_programmes(),
    )


def _sectors() -> list[engine.Sector]:
    rows = db.session.execute(sa.select(Sector.code, Sector.parent_code, Sector.hs_prefixes))
    return [engine.Sector(code, parent, frozenset(prefixes)) for code, parent, prefixes in rows]


def _certificates() -> list[engine.Certificate]:
    rows = db.session.execute(
        sa.select(
            CertificateScheme.code,
            CertificateScheme.validity_months,
            CertificateScheme.per_consignment,
        )
    )
    return [engine.Certificate(*row) for row in rows]


def _programmes() -> list[engine.Programme]:
    rows = db.session.execute(
        sa.select(
            Programme.code, Programme.requirement_codes, Programme.sector_codes, Programme.status
        )
    )
    return [
        engine.Programme(
            code, frozenset(requirements), frozenset(sectors), engine.ProgrammeStatus(status)
        )
        for code, requirements, sectors, status in rows
    ]


def _requirements() -> list[engine.Requirement]:
    rows = db.session.execute(
        sa.select(*Requirement.__table__.columns).where(Requirement.retired_at.is_(None))
    )
    return [
        engine.Requirement(
            code=row.code,
            kind=engine.Kind(row.kind),
            duty=engine.Duty(row.duty_holder),
            stage=engine.CheckStage(row.check_stage),
            evidence=engine.Evidence(row.evidence_scope),
            sectors=frozenset(row.sector_codes),
            hs_prefixes=frozenset(row.hs_prefixes),
            condition=row.condition_key,
            exemption=row.exempt_attribute,
            met_by=tuple(row.met_by),
            partly_met_by=tuple(row.partly_met_by),
            prerequisites=tuple(row.prerequisites),
            prohibition=row.prohibition,
            ease=engine.Ease(row.mra_ease),
            jurisdiction=row.jurisdiction,
        )
        for row in rows
    ]
