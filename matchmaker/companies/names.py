"""Names of companies: tidied, and the language they are written in."""

from __future__ import annotations

import re
import unicodedata

import jaconv

INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
"""Invisible or direction-changing signs with which a name can look like another's."""
KATAKANA = re.compile(r"[\u30a1-\u30fa\u30fb-\u30fe 0-9A-Za-z&.,'()-]+")
ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f]")
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々]")


def tidy_name(text: str) -> str:
    """Return a name composed (NFC), without invisible signs and with single blanks."""
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def language_of(text: str) -> str:
    """Return the language a text is written in, by its script: ja, ur, else en."""
    if JAPANESE.search(text):
        return "ja"
    return "ur" if ARABIC.search(text) else "en"


def to_katakana(text: str) -> str:
    """Return a reading in full-width katakana, from hiragana and half-width signs too."""
    return str(jaconv.hira2kata(unicodedata.normalize("NFKC", tidy_name(text))))


def is_katakana(text: str) -> bool:
    """Whether a text is a reading in katakana."""
    return KATAKANA.fullmatch(text) is not None
