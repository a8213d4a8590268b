"""The text model in use: the names it is fitted on, and the one version that all read."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter, itemgetter
from pathlib import Path

import sklearn
import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from matchmaker.config import Settings
from matchmaker.db.base import db
from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.engines.matching.run import MODEL_VERSION
from matchmaker.engines.matching.text import CODE_VERSION, TextModel
from matchmaker.errors import NotAllowedNowError
from matchmaker.matches.models import TextModelVersion
from matchmaker.matches.queries.glossary import CONCEPT_PREFIX, standing_entries
from matchmaker.matches.text_files import read_model
from matchmaker.reference.models import GlossaryEntry, HSCode, Sector
from matchmaker.reference.services import pack_hs_codes, pack_sectors

FIT_JOB = "fit_text_model"
"""Kind of the job that fits a version and takes it into use."""
_of_concept = attrgetter(*(field.name for field in fields(Concept)))


def vocabulary() -> Vocabulary:
    """Return the parallel names of HS codes and sectors by code, and behind them the glossary."""
    goods = db.session.execute(
        sa.select(HSCode.code, HSCode.names, HSCode.search)
        .where(HSCode.names.is_not(None))
        .order_by(HSCode.code)
    )
    sectors = db.session.execute(sa.select(Sector.code, Sector.names).order_by(Sector.code))
    of_packs = _vocabulary(
        [(code, names, search) for code, names, search in goods],
        [(code, names) for code, names in sectors],
    )
    return Vocabulary((*of_packs.concepts, *map(_of_glossary, standing_entries())))


def vocabulary_of_packs() -> Vocabulary:
    """Return the same names as the data packs have them, without a database."""
    goods = sorted(pack_hs_codes(), key=itemgetter("code"))
    sectors = sorted(pack_sectors(), key=itemgetter("code"))
    return _vocabulary(
        [(row["code"], row["names"], row["search"]) for row in goods],
        [(row["code"], row["names"]) for row in sectors],
    )


def _vocabulary(
    goods: Iterable[tuple[str, dict[str, str] | None, dict[str, str] | None]],
    sectors: Iterable[tuple[str, dict[str, str]]],
) -> Vocabulary:
    concepts = [
        Concept(
            code,
            "hs",
            **{language: names.get(language, "") for language in ("en", "ja", "ur")},
            search_en=_words(search, "en"),
            search_ja=_words(search, "ja"),
            search_ur=_words(search, "ur"),
        )
        for code, names, search in goods
        if names
    ]
    concepts += [
        Concept(code, "sector", names.get("en", ""), names.get("ja", ""), names.get("ur", ""))
        for code, names in sectors
    ]
    return Vocabulary(tuple(concepts))


def _of_glossary(entry: GlossaryEntry) -> Concept:
    search = {"en": entry.search_en, "ja": entry.search_ja, "ur": entry.search_ur}
    return Concept(
        f"{CONCEPT_PREFIX}{entry.public_id}",
        "glossary",
        entry.en,
        entry.ja,
        entry.ur,
        _words(search, "en"),
        _words(search, "ja"),
        _words(search, "ur"),
    )


def _words(search: dict[str, str] | None, language: str) -> tuple[str, ...]:
    text = (search or {}).get(language, "")
    return tuple(word.strip() for word in text.split(";") if word.strip())


def version_in_use() -> TextModelVersion | None:
    """Return the version in use: the one taken into use last; None before the first."""
    return db.session.scalars(
        sa.select(TextModelVersion)
        .where(TextModelVersion.in_use_since.is_not(None))
        .order_by(TextModelVersion.in_use_since.desc(), TextModelVersion.id.desc())
        .limit(1)
    ).one_or_none()


def model_in_use() -> TextModel | None:
    """Return the model in use; None before the first, and where its file cannot be read."""
    version = version_in_use()
    return None if version is None else model_of(version)


def require_model() -> TextModel:
    """Return the model in use.

    Raises
    ------
    NotAllowedNowError
        If there is none, or its file cannot be read (409).
    """
    model = model_in_use()
    if model is None:
        raise NotAllowedNowError(
            _l("Have matches suggested once for this event; then single pairs can be added.")
        )
    return model


def model_of(version: TextModelVersion) -> TextModel | None:
    """Return the model of a version, None where its file is gone or cannot be read any more."""
    return read_model(version.key) if is_of_this_code(version) else None


def is_of_this_code(version: TextModelVersion) -> bool:
    """Whether the code that fitted a version is that of today; what is older counts as gone.

    It has not learnt all that is asked of it now.
    """
    return version.version.startswith(f"{CODE_VERSION}:")


def text_model_of_version(version: str) -> TextModel | None:
    """Return the kept model of a version by its name, None if there is none any more."""
    found = db.session.scalars(
        sa.select(TextModelVersion).where(TextModelVersion.version == version)
    ).one_or_none()
    return None if found is None else model_of(found)


def dictionary_digest() -> str | None:
    """Return the hash of the dictionary's content, None without a dictionary."""
    settings: Settings = current_app.extensions["settings"]
    path = settings.dictionary_path
    if not path.is_file():
        return None
    state = path.stat()
    return _digest_of_file(path, state.st_size, state.st_mtime_ns)


@functools.lru_cache(maxsize=4)
def _digest_of_file(path: Path, _size: int, _changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def key_of(names: Vocabulary, encoder: str | None) -> str:
    """Name all that a model fitted now depends on."""
    content = [
        [CODE_VERSION, MODEL_VERSION, sklearn.__version__],
        [dictionary_digest(), encoder],
        [_of_concept(concept) for concept in names.concepts],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]
