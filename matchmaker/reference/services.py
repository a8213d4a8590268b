"""Loading the data packs into the database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from matchmaker.db.base import Model, db
from matchmaker.reference.models import CertificateScheme, HSCode, Sector
from matchmaker.reference.packs import pack_rows, split


def _names(row: dict[str, str]) -> dict[str, str]:
    return {code: row[f"name_{code}"] for code in ("en", "ja", "ur") if row[f"name_{code}"]}


def _sectors() -> list[dict[str, Any]]:
    return [
        {
            "code": row["code"],
            "parent_code": row["parent_code"] or None,
            "names": _names(row),
            "hs_prefixes": split(row["hs_prefixes"]),
            "kind": row["kind"],
            "position": position,
        }
        for position, row in enumerate(pack_rows("sectors"))
    ]


def _hs_codes() -> list[dict[str, Any]]:
    named = {row["code"]: row for row in pack_rows("hs-names")}
    codes = [row["code"] for row in pack_rows("valid-codes")]
    return [
        {
            "code": code,
            "names": _names(named[code]) if code in named else None,
            "search": {"en": named[code]["search_en"], "ja": named[code]["search_ja"]}
            if code in named
            else None,
        }
        for code in codes
    ]


def _schemes() -> list[dict[str, Any]]:
    return [
        {"code": row["code"], "names": _names(row), "kind": row["type"], "position": position}
        for position, row in enumerate(pack_rows("certificates"))
    ]


def _put(model: type[Model], rows: list[dict[str, Any]]) -> int:
    """Insert the new rows and update the others; return how many there are."""
    known = set(db.session.scalars(sa.select(model.code)))  # type: ignore[attr-defined]
    new = [row for row in rows if row["code"] not in known]
    if new:
        db.session.execute(sa.insert(model), new)
    old = [row for row in rows if row["code"] in known]
    if old:
        db.session.execute(sa.update(model), old)
    return len(rows)


def load_reference() -> dict[str, int]:
    """Load sectors, HS codes and certificate schemes; return the number of rows of each."""
    return {
        "sectors": _put(Sector, _sectors()),
        "hs_codes": _put(HSCode, _hs_codes()),
        "certificate_schemes": _put(CertificateScheme, _schemes()),
    }
