"""What the page of the text model says of roads and encoders."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.matches.encoders import EncoderState

ROADS: dict[str, Any] = {
    "words": _l("Words"),
    "concepts": _l("Concepts"),
    "dictionary": _l("Dictionary"),
    "sense": _l("Sense"),
}
ROAD_TEXTS: dict[str, Any] = {
    "words": _l("The same words and parts of words on both sides, also brands and numbers."),
    "concepts": _l("The goods that a text resembles, by the names of HS codes and sectors."),
    "dictionary": _l("Japanese words as English ones, by the EDICT dictionary."),
    "sense": _l("Whole sentences near in meaning, in any of the three languages."),
}

ENCODER_STATES: dict[EncoderState, Any] = {
    EncoderState.OFF: _l("The settings say that no sentence encoder is to be used."),
    EncoderState.ABSENT: _l(
        "No sentence encoder is installed here. Texts are compared by the other roads."
    ),
    EncoderState.DAMAGED: _l(
        "The sentence encoder is damaged: a file is missing or cut short. New texts are compared "
        "by the other roads until the administrator installs it again."
    ),
    EncoderState.UNFIT: _l(
        "The office's own model cannot be used. New texts are compared by the other roads until "
        "the administrator puts it right."
    ),
}
