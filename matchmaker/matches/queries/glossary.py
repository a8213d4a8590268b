"""Questions about the glossary, which officers keep and the text model learns from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import InstrumentedAttribute

from matchmaker.db.base import db
from matchmaker.matches.models import TextModelVersion
from matchmaker.reference.models import GlossaryEntry

CONCEPT_PREFIX = "G:"
"""Stands before the public id of an entry where it is a concept of the text model."""
SORTS: Mapping[str, sa.ColumnElement[Any] | InstrumentedAttribute[Any]] = MappingProxyType(
    {
        "en": sa.func.lower(GlossaryEntry.en),
        "ja": GlossaryEntry.ja,
        "ur": GlossaryEntry.ur,
        "changed": GlossaryEntry.changed_at,
    }
)
TEXTS = ("en", "ja", "ur", "search_en", "search_ja", "search_ur", "note")
"""What an officer writes of an entry; the columns of the file too."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries there are."""

    standing: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class NotLearnt:
    """What the text model in use does not know yet."""

    changes: int
    fitted_at: datetime


def entry(public_id: str) -> GlossaryEntry:
    """Return one entry, withdrawn or not.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(GlossaryEntry).where(GlossaryEntry.public_id == public_id)
    ).one()


def entry_or_none(public_id: str) -> GlossaryEntry | None:
    """Return one entry, withdrawn or not, if there is one."""
    return db.session.scalar(sa.select(GlossaryEntry).where(GlossaryEntry.public_id == public_id))


def standing_entry(public_id: str) -> GlossaryEntry:
    """Return one entry that is not withdrawn.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(GlossaryEntry).where(
            GlossaryEntry.public_id == public_id, GlossaryEntry.withdrawn_at.is_(None)
        )
    ).one()


def withdrawn_entry(public_id: str) -> GlossaryEntry | None:
    """Return one entry if it is withdrawn, to offer to bring it back."""
    found = entry_or_none(public_id)
    return found if found is not None and found.withdrawn_at is not None else None


def entries(
    text: str = "", *, withdrawn: bool = False, sort: str = "en", descending: bool = False
) -> sa.Select[GlossaryEntry]:
    """Return the statement of the entries in which every word of a text stands somewhere."""
    columns = [getattr(GlossaryEntry, name) for name in TEXTS]
    words = [
        sa.or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in text.split()
    ]
    gone = GlossaryEntry.withdrawn_at
    column = SORTS[sort]
    return (
        sa.select(GlossaryEntry)
        .where(gone.is_not(None) if withdrawn else gone.is_(None), *words)
        .order_by(column.desc() if descending else column, GlossaryEntry.id)
    )


def standing_entries() -> Sequence[GlossaryEntry]:
    """Return all that are not withdrawn, the oldest first."""
    return db.session.scalars(
        sa.select(GlossaryEntry)
        .where(GlossaryEntry.withdrawn_at.is_(None))
        .order_by(GlossaryEntry.id)
    ).all()


def counts() -> Counts:
    """Count the entries."""
    standing = sa.func.count().filter(GlossaryEntry.withdrawn_at.is_(None))
    withdrawn = sa.func.count().filter(GlossaryEntry.withdrawn_at.is_not(None))
    return Counts(*db.session.execute(sa.select(standing, withdrawn)).one())


def not_learnt() -> NotLearnt | None:
    """Count what was changed since the text model in use was fitted; None: none is in use."""
    fitted_at = db.session.scalar(
        sa.select(TextModelVersion.fitted_at)
        .where(TextModelVersion.in_use_since.is_not(None))
        .order_by(TextModelVersion.in_use_since.desc())
        .limit(1)
    )
    if fitted_at is None:
        return None
    changes = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(GlossaryEntry)
        .where(GlossaryEntry.changed_at > fitted_at)
    )
    return NotLearnt(changes or 0, fitted_at)


def glossary_names(concepts: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the names by language of those concepts that are entries, by the concept's code."""
    ids = [code.removeprefix(CONCEPT_PREFIX) for code in concepts if is_entry(code)]
    if not ids:
        return {}
    rows = db.session.scalars(sa.select(GlossaryEntry).where(GlossaryEntry.public_id.in_(ids)))
    return {
        f"{CONCEPT_PREFIX}{row.public_id}": {
            language: name
            for language, name in (("en", row.en), ("ja", row.ja), ("ur", row.ur))
            if name
        }
        for row in rows
    }


def is_entry(concept: str) -> bool:
    """Say whether a concept of the text model is an entry of the glossary."""
    return concept.startswith(CONCEPT_PREFIX)
