"""Loading the data packs into the database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from matchmaker.db.base import Model, db
from matchmaker.reference.models import CertificateScheme, HSCode, Sector
from matchmaker.reference.packs import pack_rows, split

LANGUAGES = ("en", "ja", "ur")


def _names(row: dict[str, str]) -> dict[str, str]:
    return {code: row[f"name_{code}"] for code in LANGUAGES if row[f"name_{code}"]}


def pack_sectors() -> list[dict[str, Any]]:
    """Return the rows of sectors that the pack makes."""
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


def _search_words() -> dict[str, dict[str, str]]:
    """Join the words of both packs by code and language, each word once."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    for pack in ("hs-names", "search-words"):
        for row in pack_rows(pack):
            for language in LANGUAGES:
                words = split(row.get(f"search_{language}", ""))
                found.setdefault(row["code"], {}).setdefault(language, {}).update(
                    dict.fromkeys(words)
                )
    return {
        code: {language: ";".join(words) for language, words in by_language.items() if words}
        for code, by_language in found.items()
    }


def pack_hs_codes() -> list[dict[str, Any]]:
    """Return the rows of HS codes that the packs make, named or not."""
    named = {row["code"]: row for row in pack_rows("hs-names")}
    words = _search_words()
    return [
        {
            "code": row["code"],
            "names": _names(named[row["code"]]) if row["code"] in named else None,
            "search": words.get(row["code"]) or None,
        }
        for row in pack_rows("valid-codes")
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
        "sectors": _put(Sector, pack_sectors()),
        "hs_codes": _put(HSCode, pack_hs_codes()),
        "certificate_schemes": _put(CertificateScheme, _schemes()),
    }
