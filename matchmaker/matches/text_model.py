"""The text model of the installation: fitted once, kept in a sealed file, read by all."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import pickle
import threading
from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter, itemgetter
from pathlib import Path

import sklearn
import sqlalchemy as sa
from flask import current_app

from matchmaker.config import Settings
from matchmaker.db.base import db
from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.engines.matching.run import MODEL_VERSION
from matchmaker.engines.matching.text import CODE_VERSION, TextModel, fit_text_model
from matchmaker.matches.queries.glossary import CONCEPT_PREFIX, standing_entries
from matchmaker.reference.models import GlossaryEntry, HSCode, Sector
from matchmaker.reference.services import pack_hs_codes, pack_sectors

log = logging.getLogger(__name__)

SEAL_LENGTH = 32
"""Bytes of HMAC-SHA-256 in front of a kept model."""
_lock = threading.Lock()
_of_concept = attrgetter(*(field.name for field in fields(Concept)))
_known: dict[str, TextModel] = {}
"""Models of this process by key: fitting takes seconds, and they do not change."""


def vocabulary() -> Vocabulary:
    """Return the parallel names of HS codes and sectors, in the order of their codes."""
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


def text_model(names: Vocabulary) -> TextModel:
    """Return the model of these names; fitted now, which takes seconds, if it never was.

    Call it while no transaction is open.
    """
    key = _key(names)
    with _lock:
        model = _known.get(key) or _read(key)
        if model is None:
            log.info("text model is being fitted", extra={"concepts": len(names.concepts)})
            model = fit_text_model(names, dictionary_path=_settings().dictionary_path)
            _write(key, model)
        _known[key] = model
    return model


def text_model_at_hand(names: Vocabulary) -> TextModel | None:
    """Return the model of these names if it was fitted before; a page cannot wait for it."""
    key = _key(names)
    model = _known.get(key) or _read(key)
    if model is not None:
        _known[key] = model
    return model


def text_model_of_version(version: str) -> TextModel | None:
    """Return the kept model of a version, None if there is no such file any more.

    One that older code fitted counts as gone: it has not learnt all that is asked of it now.
    """
    if not version.startswith(f"{CODE_VERSION}:"):
        return None
    known = (model for model in _known.values() if model.version_ == version)
    found = next(known, None)
    for path in sorted(_folder().glob("*.model")) if found is None else ():
        model = _read(path.stem)
        if model is not None and model.version_ == version:
            return model
    return found


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _folder() -> Path:
    return _settings().instance_path / "text-models"


def _key(names: Vocabulary) -> str:
    """Name all that a fitted model depends on."""
    dictionary = _settings().dictionary_path
    file = dictionary.stat() if dictionary.is_file() else None
    content = [
        [CODE_VERSION, MODEL_VERSION, sklearn.__version__],
        [file.st_size, file.st_mtime_ns] if file else [],
        [_of_concept(concept) for concept in names.concepts],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def _seal(content: bytes) -> bytes:
    return hmac.digest(_settings().secret_key.encode(), b"text-model" + content, "sha256")


def _read(key: str) -> TextModel | None:
    path = _folder() / f"{key}.model"
    if not path.is_file():
        return None
    kept = path.read_bytes()
    seal, content = kept[:SEAL_LENGTH], kept[SEAL_LENGTH:]
    if not hmac.compare_digest(seal, _seal(content)):
        log.warning("kept text model has a foreign seal", extra={"file": path.name})
        return None
    model: TextModel = pickle.loads(content)  # noqa: S301  (sealed with the installation's key)
    return model


def _write(key: str, model: TextModel) -> None:
    """Keep a model; it appears under its name only when whole."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    content = pickle.dumps(model)
    unfinished = folder / f"{key}.{threading.get_ident()}.part"
    unfinished.write_bytes(_seal(content) + content)
    unfinished.replace(folder / f"{key}.model")
