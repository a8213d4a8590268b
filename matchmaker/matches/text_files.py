"""Fitted text models as sealed files in the instance folder."""

from __future__ import annotations

import hmac
import json
import logging
import os
import pickle
import threading
import time
from contextlib import suppress
from pathlib import Path

import sklearn
from flask import current_app

from matchmaker.config import Settings
from matchmaker.engines.matching.text import CODE_VERSION, TextModel

log = logging.getLogger(__name__)

SEAL_LENGTH = 32
"""Bytes of HMAC-SHA-256 in front of a kept model."""
LEFT_AFTER_S = 3600
"""Seconds after which nobody writes a file any more."""
MOST_KNOWN = 3
"""Models kept in memory: the one in use, and such as runs are repeated with."""

_known: dict[str, TextModel] = {}
"""Models of this process by key, the one used last at the end."""
_lock = threading.Lock()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def folder() -> Path:
    """Return where the models are kept."""
    return _settings().instance_path / "text-models"


def is_kept(key: str) -> bool:
    """Whether there is a file under this key; whether it can be read, reading will tell."""
    return key in _known or _path(key).is_file()


def read_model(key: str) -> TextModel | None:
    """Return the model kept under a key.

    None where there is no file, somebody else wrote it, or it was written by other code than this
    and has not learnt all that is asked of it now.
    """
    with _lock:
        model = _known.pop(key, None) or _read(key)
        if model is not None:
            _remember(key, model)
    return model


def write_model(key: str, model: TextModel) -> None:
    """Keep a model; it appears under its name only when whole."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    form, content = _form(), pickle.dumps(model)
    unfinished = place / f"{key}.{os.getpid()}.{threading.get_ident()}.part"
    _clear(place)
    try:
        with unfinished.open("wb") as file:
            for piece in (_seal(form, content), form, content):
                file.write(piece)
        unfinished.replace(_path(key))
    finally:
        unfinished.unlink(missing_ok=True)  # a full disk is not left fuller
    with _lock:
        _remember(key, model)


def _clear(place: Path) -> None:
    """Remove what a process that was killed left half-written."""
    for left in place.glob("*.part"):
        with suppress(FileNotFoundError):
            if left.stat().st_mtime < time.time() - LEFT_AFTER_S:
                left.unlink()


def _path(key: str) -> Path:
    return folder() / f"{key}.model"


def _remember(key: str, model: TextModel) -> None:
    _known[key] = model
    while len(_known) > MOST_KNOWN:
        _known.pop(next(iter(_known)))


def _form() -> bytes:
    """Return a line that names what a file must have been written by to be read."""
    form = {"code": CODE_VERSION, "sklearn": sklearn.__version__}
    return json.dumps(form).encode() + b"\n"


def _seal(*pieces: bytes | memoryview) -> bytes:
    made = hmac.new(_settings().secret_key.encode(), b"text-model", "sha256")
    for piece in pieces:
        made.update(piece)
    return made.digest()


def _read(key: str) -> TextModel | None:
    path = _path(key)
    if not path.is_file():
        return None
    kept = memoryview(path.read_bytes())  # of which no copies are made: it is large
    seal, content = kept[:SEAL_LENGTH], kept[SEAL_LENGTH:]
    if not hmac.compare_digest(seal, _seal(content)):
        log.warning("kept text model has a foreign seal", extra={"file": path.name})
        return None
    form = _form()
    if content[: len(form)] != form:
        log.warning("kept text model was written by other code", extra={"file": path.name})
        return None
    # Sealed with the installation's key.
    model: TextModel = pickle.loads(content[len(form) :])  # noqa: S301
    return model
