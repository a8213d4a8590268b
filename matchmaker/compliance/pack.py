"""The compliance data pack: its tables, checked, and the engine's catalogue made of them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matchmaker.compliance.tables import Line, Row, read_table, split
from matchmaker.engines.readiness.catalogue import Catalogue
from matchmaker.engines.readiness.data import (
    PRECISE_HS,
    Certificate,
    CheckStage,
    Duty,
    Ease,
    Evidence,
    Kind,
    Programme,
    ProgrammeStatus,
    Requirement,
    Sector,
)
from matchmaker.reference.queries import pack_file

DATA = Path(__file__).parent / "data"
ABOUT = "about"
FILES: Mapping[str, Path] = MappingProxyType(
    {
        ABOUT: DATA / "pack.toml",
        "sectors": pack_file("sectors"),
        "certificates": pack_file("certificates"),
        "requirements": DATA / "requirements.csv",
        "programmes": DATA / "programmes.csv",
        "hs_codes": pack_file("valid-codes"),
    }
)
"""Where each part of the pack stands."""
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sectors": ("code", "parent_code", "hs_prefixes"),
        "certificates": (
            "code",
            "typical_validity_months",
            "per_consignment",
            "satisfies_full",
            "satisfies_partly",
        ),
        "requirements": (
            "code",
            "title_en",
            "jurisdiction",
            "kind",
            "sector_codes",
            "hs_prefixes",
            "condition_key",
            "exempt_attribute",
            "duty_holder",
            "check_stage",
            "evidence_scope",
            "prerequisite_certificates",
            "prohibition",
            "mra_ease",
            "mra_effect",
        ),
        "programmes": ("code", "requirement_codes", "sector_codes", "status"),
        "hs_codes": ("code",),
    }
)
"""The columns that the rules read; the others are for people."""
HEADING = 4
"""Digits of an HS heading."""
MOST_FAULTS = 20
"""Faults that are named; more are counted."""


class PackError(Exception):
    """The pack cannot be used; each fault names file and line."""

    def __init__(self, faults: list[str]) -> None:
        more = [f"and {len(faults) - MOST_FAULTS} more"] if len(faults) > MOST_FAULTS else []
        super().__init__("\n".join(faults[:MOST_FAULTS] + more))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Pack:
    """The pack, read and checked.

    ``tables`` has the rows as they stand in the files, by table and code, for whoever wants
    titles, sources and notes. ``desks`` are asked where no programme closes a gap.
    """

    version: str
    dated: date
    verification: str
    sources: tuple[str, ...]
    desks: tuple[str, ...]
    catalogue: Catalogue
    tables: Mapping[str, Mapping[str, Row]]

    def title(self, requirement: str) -> str:
        """Return the English title of a requirement."""
        return self.tables["requirements"][requirement]["title_en"]

    def effect(self, requirement: str) -> str:
        """Return in English what an agreement on SPS changes for a requirement."""
        return self.tables["requirements"][requirement]["mra_effect"]

    def knows_hs(self, code: str) -> bool:
        """Say whether a code of 4 digits or more, or the part all countries share, exists."""
        shared = PRECISE_HS if len(code) >= PRECISE_HS else HEADING
        return code[:shared] in self.tables["hs_codes"]


@dataclass(frozen=True, slots=True)
class _Tables:
    """The lines of every table by code, from which the engine's rows are made."""

    lines: Mapping[str, Mapping[str, Line]]

    def sectors(self) -> list[Sector]:
        lines, owners = self.lines["sectors"], dict[str, str]()
        found = []
        for code, line in lines.items():
            parents = line.codes("parent_code", lines)
            prefixes = line.prefixes("hs_prefixes")
            for prefix in sorted(prefixes):
                if owners.setdefault(prefix, code) != code:
                    line.fault(f"the HS prefix {prefix} belongs to {owners[prefix]} already")
            found.append(Sector(code, parents[0] if parents else None, prefixes))
        return found

    def certificates(self) -> list[Certificate]:
        found = []
        for code, line in self.lines["certificates"].items():
            for column in ("satisfies_full", "satisfies_partly"):
                line.codes(column, self.lines["requirements"])
            months = line.months("typical_validity_months")
            found.append(Certificate(code, months, line.yes("per_consignment")))
        return found

    def _shown_by(self, requirement: str, column: str) -> tuple[str, ...]:
        lines = self.lines["certificates"].items()
        return tuple(code for code, line in lines if requirement in split(line.row[column]))

    def requirements(self) -> list[Requirement]:
        return [
            Requirement(
                code=code,
                kind=line.word("kind", Kind),
                duty=line.word("duty_holder", Duty),
                stage=line.word("check_stage", CheckStage),
                evidence=line.word("evidence_scope", Evidence),
                sectors=frozenset(line.codes("sector_codes", self.lines["sectors"])),
                hs_prefixes=line.prefixes("hs_prefixes"),
                condition=line.row["condition_key"] or None,
                exemption=line.row["exempt_attribute"] or None,
                met_by=self._shown_by(code, "satisfies_full"),
                partly_met_by=self._shown_by(code, "satisfies_partly"),
                prerequisites=line.codes("prerequisite_certificates", self.lines["certificates"]),
                prohibition=line.yes("prohibition"),
                ease=line.word("mra_ease", Ease),
                jurisdiction=line.row["jurisdiction"],
            )
            for code, line in self.lines["requirements"].items()
        ]

    def programmes(self) -> list[Programme]:
        return [
            Programme(
                code=code,
                requirements=frozenset(
                    line.codes("requirement_codes", self.lines["requirements"])
                ),
                sectors=frozenset(line.codes("sector_codes", self.lines["sectors"])),
                status=line.word("status", ProgrammeStatus),
            )
            for code, line in self.lines["programmes"].items()
        ]


KEYS: Mapping[str, type] = MappingProxyType(
    {"version": str, "dated": date, "verification": str, "sources": list, "desks": list}
)
"""What `pack.toml` says, and of what type."""


def _about(path: Path, faults: list[str]) -> dict[str, Any]:
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{path.name}: {error}")
        return {}
    for key, kind in KEYS.items():
        if not isinstance(about.get(key), kind):
            given = about.get(key, "nothing")
            faults.append(f"{path.name}: {key} is {given!r}, not of type {kind.__name__}")
    return about


def read_pack(files: Mapping[str, Path] = FILES) -> Pack:
    """Read the pack and check it.

    Raises
    ------
    PackError
        If something is wrong; every fault names its file and line.
    """
    faults: list[str] = []
    about = _about(files[ABOUT], faults)
    lines = {name: read_table(files[name], columns, faults) for name, columns in COLUMNS.items()}
    tables = _Tables(lines)
    catalogue = Catalogue(
        sectors=tables.sectors(),
        certificates=tables.certificates(),
        requirements=tables.requirements(),
        programmes=tables.programmes(),
    )
    if faults:
        raise PackError(faults)
    return Pack(
        version=about["version"],
        dated=about["dated"],
        verification=about["verification"],
        sources=tuple(about["sources"]),
        desks=tuple(about["desks"]),
        catalogue=catalogue,
        tables=MappingProxyType(
            {
                name: {code: line.row for code, line in table.items()}
                for name, table in lines.items()
            }
        ),
    )


@cache
def standard_pack() -> Pack:
    """Return the pack that comes with the service, read once."""
    return read_pack()
