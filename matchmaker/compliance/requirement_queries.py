"""Questions about requirements: the list as filtered, and what belongs to one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.compliance.catalogue_queries import programme_rows, requirements_by_code
from matchmaker.compliance.enums import AgreementStage
from matchmaker.compliance.models import (
    Agreement,
    AgreementAcceptance,
    Programme,
    Requirement,
    RequirementRevision,
)
from matchmaker.compliance.text_search import has_words, plain
from matchmaker.db.base import db
from matchmaker.engines.readiness.data import ProgrammeStatus
from matchmaker.reference import queries as reference
from matchmaker.web.i18n import best_text

RETIRED = "retired"
"""In a revision beside the columns: whether the requirement was asked for no longer."""
NOT_RETIRED, ONLY_RETIRED, ALL = "", "yes", "all"
SORTS: Mapping[str, Callable[[Requirement], Any]] = MappingProxyType(
    {
        "title": lambda row: plain(best_text(row.titles)[0]),
        "code": lambda row: row.code,
        "kind": lambda row: (row.kind, row.code),
        "authority": lambda row: (plain(row.authority), row.code),
        "verified": lambda row: (row.verified.value, row.code),
        "stated": lambda row: (row.stated_on, row.code),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementFilter:
    """What the reader asked to see."""

    text: str = ""
    """Words of the title in any language, of the code, the law or the note."""
    sector: str = ""
    hs: str = ""
    """Digits, the beginning of an HS code or a whole one."""
    kind: str = ""
    measure: str = ""
    verified: str = ""
    stage: str = ""
    authority: str = ""
    retired: str = NOT_RETIRED


def requirements(
    asked: RequirementFilter, *, sort: str = "title", descending: bool = False
) -> list[Requirement]:
    """Return the requirements asked for.

    They are some hundreds at most, and lists stand in their columns: they are filtered here.
    """
    families = _families(asked)
    found = [row for row in requirements_by_code().values() if _fits(row, asked, families)]
    return sorted(found, key=SORTS[sort], reverse=descending)


def _families(asked: RequirementFilter) -> frozenset[str]:
    """Return the sector of the HS code asked for, and the one above it."""
    own = reference.sector_of_hs(asked.hs) if asked.hs else None
    return frozenset({own, own.split("-", 1)[0]}) if own else frozenset()


def _fits(row: Requirement, asked: RequirementFilter, families: frozenset[str]) -> bool:
    plainly = (
        (asked.kind, row.kind),
        (asked.measure, row.measure_type),
        (asked.verified, row.verified.value),
        (asked.authority, row.authority),
    )
    if any(wanted and wanted != stands for wanted, stands in plainly):
        return False
    if asked.retired != ALL and (row.retired_at is not None) != (asked.retired == ONLY_RETIRED):
        return False
    if asked.stage and row.check_stage not in {asked.stage, "both"}:
        return False
    if asked.sector and not _is_of_sector(row, asked.sector):
        return False
    if asked.hs and not _is_of_hs(row, asked.hs, families):
        return False
    texts = (row.code, *row.titles.values(), row.authority, row.legal_basis, row.note)
    return not asked.text or has_words(asked.text, texts)


def _is_of_sector(row: Requirement, sector: str) -> bool:
    above = sector.split("-", 1)[0]
    return any(
        code in {sector, above} or code.startswith(f"{sector}-") for code in row.sector_codes
    )


def _is_of_hs(row: Requirement, hs: str, families: frozenset[str]) -> bool:
    if row.hs_prefixes:
        return any(hs.startswith(prefix) or prefix.startswith(hs) for prefix in row.hs_prefixes)
    return bool(families.intersection(row.sector_codes))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requirements there are in all, and what they can be filtered by."""

    total: int
    authorities: tuple[str, ...]


def counts() -> Counts:
    """Return how many requirements are asked for, and by whom."""
    rows = db.session.execute(
        sa.select(Requirement.authority, sa.func.count())
        .where(Requirement.retired_at.is_(None))
        .group_by(Requirement.authority)
    ).all()
    return Counts(sum(row[1] for row in rows), tuple(sorted((r[0] for r in rows), key=plain)))


def requirement(code: str) -> Requirement:
    """Return one requirement, retired or not.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(sa.select(Requirement).where(Requirement.code == code)).one()


def programmes_for(code: str) -> list[Programme]:
    """Return the programmes that cover a requirement, those that can be joined first."""
    order = list(ProgrammeStatus)
    found = [row for row in programme_rows().values() if code in row.requirement_codes]
    return sorted(found, key=lambda row: (order.index(ProgrammeStatus(row.status)), row.code))


@dataclass(frozen=True, slots=True)
class Touch:
    """An agreement that lists a requirement, and the certificates it accepts for it."""

    agreement: Agreement
    certificates: tuple[str, ...]


def agreements_on(code: str, *, scenarios: bool) -> list[Touch]:
    """Return the agreements that list a requirement; scenarios are the office's own."""
    shown = [s for s in AgreementStage if scenarios or s is not AgreementStage.SCENARIO]
    rows = db.session.execute(
        sa.select(Agreement, AgreementAcceptance.certificate_code)
        .join(AgreementAcceptance, AgreementAcceptance.agreement_id == Agreement.id)
        .where(AgreementAcceptance.requirement_code == code)
        .where(Agreement.stage.in_(shown))
        .order_by(Agreement.starts_on, Agreement.id, AgreementAcceptance.certificate_code)
    ).all()
    by_agreement: dict[Agreement, list[str]] = {}
    for agreement, certificate in rows:
        by_agreement.setdefault(agreement, []).append(certificate)
    return [Touch(agreement, tuple(codes)) for agreement, codes in by_agreement.items()]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A column that reads otherwise since a revision; empty before: it is the first."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Version:
    """A revision with its author and what it changed, field by field."""

    revision: RequirementRevision
    actor: User | None
    changes: tuple[FieldChange, ...]
    is_first: bool


def history(code: str) -> list[Version]:
    """Return how a requirement came to read as it does, the latest version first."""
    rows = db.session.execute(
        sa.select(RequirementRevision, User)
        .outerjoin(User, User.id == RequirementRevision.actor_id)
        .where(RequirementRevision.requirement_code == code)
        .order_by(RequirementRevision.number)
    ).all()
    found: list[Version] = []
    before: dict[str, Any] | None = None
    for revision, actor in rows:
        changes = _changes(before, revision.content) if before is not None else ()
        found.append(Version(revision, actor, changes, before is None))
        before = revision.content
    return found[::-1]


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    names = dict.fromkeys([*before, *after])
    unsaid = {RETIRED: False}
    return tuple(
        FieldChange(name, before.get(name, unsaid.get(name)), after.get(name, unsaid.get(name)))
        for name in names
        if before.get(name, unsaid.get(name)) != after.get(name, unsaid.get(name))
    )


@dataclass(frozen=True, slots=True)
class InVersion:
    """A requirement and one of its revisions."""

    requirement: Requirement
    revision: RequirementRevision


def requirement_in_version(code: str, number: str) -> InVersion:
    """Return a requirement with one of its revisions.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    counted = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 0
    found = db.session.scalars(
        sa.select(RequirementRevision).where(
            RequirementRevision.requirement_code == code, RequirementRevision.number == counted
        )
    ).one()
    return InVersion(requirement(code), found)
