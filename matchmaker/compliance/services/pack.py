"""Loading the data pack into the database; what officers have edited stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from matchmaker.compliance.catalogue_queries import (
    programme_rows,
    requirements_by_code,
    scheme_rows,
)
from matchmaker.compliance.enums import Verified
from matchmaker.compliance.models import (
    ComplianceState,
    Programme,
    Requirement,
    RequirementRevision,
)
from matchmaker.compliance.pack import FILES, Pack, PackError, read_pack
from matchmaker.compliance.services.ground import ground_changed
from matchmaker.compliance.tables import Row, read_table, split
from matchmaker.db.base import Model, db
from matchmaker.reference.models import CertificateScheme

LANGUAGES = ("en", "ja", "ur")
NOT_CONTENT = frozenset(("code", "version", "stated_on", "edited_at", "retired_at"))
"""Columns of a requirement that say when and which, not what it asks."""
CONTENT = tuple(
    column.key for column in Requirement.__table__.columns if column.key not in NOT_CONTENT
)
"""Columns that a revision keeps."""


class Measure(StrEnum):
    """What kind of measure a requirement is."""

    SPS = "SPS"
    TBT = "TBT"
    OTHER = "OTHER"


SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "certificates": (
            "code",
            "issuer",
            "evidences",
            "validity_note",
            "verified",
            "source",
        ),
        "requirements": (
            "code",
            "title_ja",
            "title_ur",
            "authority",
            "legal_basis",
            "measure_type",
            "note",
            "verified",
            "source",
        ),
        "programmes": (
            "code",
            "name",
            "name_ja",
            "name_ur",
            "provider",
            "topics",
            "delivery_mode",
            "period",
            "note",
            "verified",
            "source",
        ),
    }
)
"""The columns for people that the service shows, beside those the rules read."""


def content_of(requirement: Requirement) -> dict[str, Any]:
    """Return how a requirement reads, as a revision keeps it."""
    return {name: getattr(requirement, name) for name in CONTENT}


@dataclass(slots=True)
class _Loading:
    """What loading does, as it goes."""

    at: datetime
    reason: str
    """Why the revisions that it makes were made."""
    numbers: dict[str, int]
    """The last revision of each requirement."""
    new: int = 0
    changed: int = 0
    retired: int = 0
    left_edited: int = 0
    others_changed: int = 0
    """Programmes and certificates."""
    revisions: list[RequirementRevision] = field(default_factory=list)

    def revise(self, requirement: Requirement) -> None:
        """Keep how a requirement reads now."""
        number = self.numbers.get(requirement.code, 0) + 1
        self.revisions.append(
            RequirementRevision(
                requirement_code=requirement.code,
                number=number,
                at=self.at,
                actor_id=None,
                reason=self.reason,
                content=content_of(requirement),
            )
        )


def load_pack(*, now: datetime, files: Mapping[str, Path] | None = None) -> dict[str, int]:
    """Load requirements, programmes and what certificates show; return what was done.

    The reference data is loaded before. Loading again brings what the pack changed: a requirement
    that an officer edited is left alone and counted, one that the pack has no longer is retired.
    ``files`` stand in place of those of the service.

    Raises
    ------
    PackError
        If something is wrong with the pack, or the reference data lacks a certificate of it;
        nothing is loaded then.
    """
    pack = _read(files) if files else _standard_pack()
    schemes = _schemes(pack)
    state = db.session.scalars(
        sa.select(ComplianceState).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    loading = _Loading(now, f"From the data pack {pack.version}", _last_numbers())
    _load_requirements(pack, loading)
    _load_programmes(pack, loading)
    _load_schemes(pack, schemes, loading)
    db.session.flush()
    db.session.add_all(loading.revisions)
    about = {"pack_version": pack.version, "pack_date": pack.dated, "loaded_at": now}
    if state is None:
        db.session.add(ComplianceState(id=1, revision=1, **about))
    else:
        _bring(state, about)
        if loading.revisions or loading.others_changed:
            ground_changed(actor_id=None, now=now)
    db.session.flush()
    return {
        "requirements": len(pack.catalogue.requirements),
        "programmes": len(pack.catalogue.programmes),
        "certificates": len(schemes),
        "new": loading.new,
        "changed": loading.changed,
        "retired": loading.retired,
        "left as officers edited them": loading.left_edited,
    }


@cache
def _standard_pack() -> Pack:
    return _read(FILES)


def _read(files: Mapping[str, Path]) -> Pack:
    """Read the pack, and check what is for people too."""
    pack = read_pack(files)
    faults: list[str] = []
    for table, columns in SHOWN.items():
        for line in read_table(files[table], columns, faults).values():
            line.word("verified", Verified)
            if table == "requirements":
                line.word("measure_type", Measure)
    if faults:
        raise PackError(faults)
    return pack


def _schemes(pack: Pack) -> dict[str, CertificateScheme]:
    """Return the certificates of the pack, all of which the reference data should have."""
    known = scheme_rows()
    missing = [code for code in pack.catalogue.certificates if code not in known]
    if missing:
        raise PackError(
            [
                f"the database has no certificate {code}: load the reference data first"
                for code in missing
            ]
        )
    return {code: known[code] for code in pack.catalogue.certificates}


def _last_numbers() -> dict[str, int]:
    last = sa.func.max(RequirementRevision.number)
    rows = db.session.execute(
        sa.select(RequirementRevision.requirement_code, last).group_by(
            RequirementRevision.requirement_code
        )
    )
    return {row.requirement_code: row[1] for row in rows}


def _names(row: Row, column: str) -> dict[str, str]:
    """Return the names of a row by language; English may stand in a column without suffix."""
    cells = {code: row.get(f"{column}_{code}", "") for code in LANGUAGES}
    cells["en"] = cells["en"] or row.get(column, "")
    return {code: cell for code, cell in cells.items() if cell}


def _bring(row: Model, content: dict[str, Any]) -> bool:
    """Set the columns of a row that differ; say whether any did."""
    moved = {name: value for name, value in content.items() if getattr(row, name) != value}
    for name, value in moved.items():
        setattr(row, name, value)
    return bool(moved)


def _content(pack: Pack, code: str) -> dict[str, Any]:
    """Return what a requirement asks, as the pack has it."""
    rule, row = pack.catalogue.requirements[code], pack.tables["requirements"][code]
    return {
        "titles": _names(row, "title"),
        "jurisdiction": rule.jurisdiction,
        "authority": row["authority"],
        "legal_basis": row["legal_basis"],
        "kind": rule.kind.value,
        "measure_type": row["measure_type"],
        "sector_codes": list(split(row["sector_codes"])),
        "hs_prefixes": list(split(row["hs_prefixes"])),
        "condition_key": rule.condition,
        "exempt_attribute": rule.exemption,
        "duty_holder": rule.duty.value,
        "check_stage": rule.stage.value,
        "evidence_scope": rule.evidence.value,
        "prerequisites": list(rule.prerequisites),
        "met_by": list(rule.met_by),
        "partly_met_by": list(rule.partly_met_by),
        "prohibition": rule.prohibition,
        "mra_ease": rule.ease.value,
        "mra_effect": row["mra_effect"],
        "note": row["note"],
        "verified": Verified(row["verified"]),
        "source": row["source"],
    }


def _load_requirements(pack: Pack, loading: _Loading) -> None:
    known = requirements_by_code()
    for code in pack.catalogue.requirements:
        row = known.pop(code, None)
        content = _content(pack, code)
        if row is None:
            row = Requirement(code=code, **content, stated_on=pack.dated)
            db.session.add(row)
            loading.new += 1
            loading.revise(row)
        elif row.edited_at is not None:
            loading.left_edited += 1
        else:
            row.stated_on = pack.dated
            if _bring(row, content | {"retired_at": None}):
                loading.changed += 1
                loading.revise(row)
    for row in known.values():
        if row.edited_at is None and row.retired_at is None:
            row.retired_at = loading.at
            loading.retired += 1
            loading.revise(row)


def _load_programmes(pack: Pack, loading: _Loading) -> None:
    known = programme_rows()
    for code, row in pack.tables["programmes"].items():
        content = {
            "names": _names(row, "name"),
            "provider": row["provider"],
            "topics": row["topics"],
            "requirement_codes": list(split(row["requirement_codes"])),
            "sector_codes": list(split(row["sector_codes"])),
            "delivery_mode": row["delivery_mode"],
            "status": row["status"],
            "period": row["period"],
            "note": row["note"],
            "verified": Verified(row["verified"]),
            "source": row["source"],
        }
        programme = known.pop(code, None)
        if programme is None:
            db.session.add(Programme(code=code, **content))
            loading.others_changed += 1
        else:
            loading.others_changed += _bring(programme, content)
    for gone in known.values():
        db.session.delete(gone)
        loading.others_changed += 1


def _load_schemes(pack: Pack, schemes: Mapping[str, CertificateScheme], loading: _Loading) -> None:
    for code, scheme in schemes.items():
        known, row = pack.catalogue.certificates[code], pack.tables["certificates"][code]
        content = {
            "issuer": row["issuer"],
            "evidences": row["evidences"],
            "validity_months": known.validity_months,
            "validity_note": row["validity_note"],
            "per_consignment": known.per_consignment,
            "verified": row["verified"],
            "source": row["source"],
        }
        loading.others_changed += _bring(scheme, content)
