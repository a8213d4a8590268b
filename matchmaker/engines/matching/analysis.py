"""Words of a text in English, Japanese or Urdu, with their places in it."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, cast

import Stemmer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sudachipy import Dictionary, SplitMode

from matchmaker.engines.matching.fillers import (
    ENGLISH_FILLERS,
    JAPANESE_FILLERS,
    URDU_FILLERS,
)

Language = Literal["en", "ja", "ur"]
LANGUAGES: tuple[Language, ...] = ("en", "ja", "ur")

LONGEST_TEXT = 4_000
"""Characters of a field that are read; what stands behind them is ignored."""

_JAPANESE = (
    "\u3005\u3006\u3040-\u309f\u30a1-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f"
)
_ARABIC = (
    "\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u06ff\u0750-\u077f\u08a0-\u08ff\u200c"
    "\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc"
)
_RUNS = re.compile(
    rf"(?P<ja>[{_JAPANESE}]+)|(?P<ur>[{_ARABIC}]+)|(?P<en>[^\W_{_JAPANESE}{_ARABIC}]+)"
)

# NFKC leaves Arabic and Urdu letters of the same sound apart, and keyboards mix them; katakana
# and hiragana are two ways to write one sound.
_FOLD = str.maketrans(
    {"ك": "ک", "ي": "ی", "ى": "ی", "ه": "ہ", "ة": "ہ", "ھ": "ہ", "ۂ": "ہ"}
    | {"أ": "ا", "إ": "ا", "آ": "ا"}
    | {chr(katakana): chr(katakana - 0x60) for katakana in range(0x30A1, 0x30F7)}
)
_URDU_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200c]")
_ENGLISH_STOP_WORDS = ENGLISH_STOP_WORDS | frozenset(ENGLISH_FILLERS.split())
_JAPANESE_STOP_WORDS = frozenset(JAPANESE_FILLERS.split())
_URDU_STOP_WORDS = frozenset(URDU_FILLERS.split())
_PARTS_OF_SPEECH = frozenset(("名詞", "動詞", "形容詞", "形状詞", "接頭辞", "接尾辞"))

_sudachi = threading.local()
_stemmer = threading.local()


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: its folded form and where it stands, in characters of the text."""

    form: str
    start: int
    end: int
    language: Language


@dataclass(frozen=True, slots=True)
class Passage:
    """What is said of one product or need: a title, which counts more, and a text."""

    title: str
    text: str = ""


def words(text: str) -> list[Word]:
    """Return the words of a text in order, without function words and trade fillers.

    Any string is accepted: what belongs to no word (NUL, lone surrogates, emoji, marks of
    direction) is passed over. Only the first `LONGEST_TEXT` characters are read.
    """
    found = []
    for language, surface, start in stretches(text):
        for form, begin, end in forms(language, surface):
            found.append(Word(form, start + begin, start + end, language))
    return found


def terms(text: str) -> Iterator[str]:
    """Yield the terms of a text: its words, and each unbroken stretch of Japanese script.

    A term is its kind and its form, as ``"en:shrimp"``. The kinds are the three languages and
    ``run``; a run keeps what the cutting into words loses.
    """
    for language, surface, _ in stretches(text):
        yield from terms_of_stretch(language, surface)


def terms_of_stretch(language: Language, surface: str) -> Iterator[str]:
    """Yield the terms of one stretch of one script."""
    for form, _, _ in forms(language, surface):
        yield f"{language}:{form}"
    if language == "ja":
        yield f"run:{unicodedata.normalize('NFKC', surface)}"


def folded(text: str) -> str:
    """Return the text in one width, case and kana, with Urdu letters for Arabic ones."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return _URDU_MARKS.sub("", narrow.translate(_FOLD))


def stretches(text: str) -> Iterator[tuple[Language, str, int]]:
    """Yield (language, surface, start) of each stretch of one script."""
    for match in _RUNS.finditer(text[:LONGEST_TEXT]):
        yield cast(Language, match.lastgroup), match.group(), match.start()


@lru_cache(maxsize=200_000)
def forms(language: Language, surface: str) -> tuple[tuple[str, int, int], ...]:
    """Cut one stretch of one script into (form, start, end); cached, for words come again."""
    if language == "ja":
        return tuple(_japanese(surface))
    form = folded(surface)
    stop_words = _URDU_STOP_WORDS if language == "ur" else _ENGLISH_STOP_WORDS
    kept = len(form) > 1 and not form.isdecimal() and form not in stop_words
    if language == "en":
        form = _english_stem(form)
    return ((form, 0, len(surface)),) if kept else ()


def _english_stem(form: str) -> str:
    if not hasattr(_stemmer, "english"):
        _stemmer.english = Stemmer.Stemmer("english")
    stem: str = _stemmer.english.stemWord(form)
    return stem


def _japanese(run: str) -> Iterator[tuple[str, int, int]]:
    if not hasattr(_sudachi, "tokenizer"):
        _sudachi.tokenizer = Dictionary(dict="core").tokenizer()
    text = unicodedata.normalize("NFKC", run)
    same_places = len(text) == len(run)
    for morpheme in _sudachi.tokenizer.tokenize(text, SplitMode.A):
        form = morpheme.normalized_form()
        if morpheme.part_of_speech()[0] in _PARTS_OF_SPEECH and form not in _JAPANESE_STOP_WORDS:
            # Half-width kana change their number of characters: then the whole run is marked.
            place = (morpheme.begin(), morpheme.end()) if same_places else (0, len(run))
            yield form, *place
