"""Words of a text in English, Japanese or Urdu, with their places in it."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import jaconv
import numpy as np
import scipy.sparse as sp
import Stemmer
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sudachipy import Dictionary, SplitMode

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

# NFKC leaves Arabic and Urdu letters of the same sound apart; keyboards mix them.
_URDU_FOLD = str.maketrans(
    {
        "ك": "ک",
        "ي": "ی",
        "ى": "ی",
        "ه": "ہ",
        "ة": "ہ",
        "ھ": "ہ",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ۂ": "ہ",
    }
)
_URDU_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200c]")
_URDU_STOP_WORDS = frozenset(
    "اور یا کا کی کے کو سے میں پر ہے ہیں تہا تہے نے بہی جو یہ وہ ایک لیے لئے دیگر نہ تک ساتہ ہم ہماری ہمارے ہمیں"
    " چاہیے درکار".split()
)

# Words that every listing or enquiry has say nothing about the goods.
_TRADE_FILLERS = frozenset(
    "product products quality best good premium supplier suppliers supply manufacturer"
    " manufacturers exporter exporters export exported import importer importers buyer buyers"
    " company companies looking seek seeking want wanted need needed needs pakistan pakistani"
    " japan japanese offer offers price prices pcs piece pieces kg ton tons month monthly year"
    " minimum order orders delivery shipment market markets new made make use used using item"
    " items type types available various including like high".split()
)
_ENGLISH_STOP_WORDS = ENGLISH_STOP_WORDS | _TRADE_FILLERS
_JAPANESE_FILLERS = frozenset(
    "商品 製品 品質 高品質 輸出 輸入 企業 会社 弊社 当社 希望 求める 探す 募集 供給 仕入れ 仕入れる 調達 パキスタン 日本"
    " 可能 対応 用 為る 有る 居る 出来る 無い 成る 等 其の他 其の 此の 限る 物 者 事 及び 又 頂く 下さる 御願い 願う".split()
)
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
        for form, _, _ in forms(language, surface):
            yield f"{language}:{form}"
        if language == "ja":
            yield f"run:{unicodedata.normalize('NFKC', surface)}"


def folded(text: str) -> str:
    """Return the text in one width, case and kana, with Urdu letters for Arabic ones."""
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return _URDU_MARKS.sub("", str(jaconv.kata2hira(narrow)).translate(_URDU_FOLD))


def stretches(text: str) -> Iterator[tuple[Language, str, int]]:
    """Yield (language, surface, start) of each stretch of one script."""
    for match in _RUNS.finditer(text[:LONGEST_TEXT]):
        language = match.lastgroup
        for known in LANGUAGES:
            if language == known:
                yield known, match.group(), match.start()


@lru_cache(maxsize=200_000)
def forms(language: Language, surface: str) -> tuple[tuple[str, int, int], ...]:
    """Cut one stretch of one script into (form, start, end); cached, for words come again."""
    if language == "ja":
        return tuple(_japanese(surface))
    form = folded(surface)
    if language == "ur":
        kept = len(form) > 1 and form not in _URDU_STOP_WORDS
    else:
        kept = len(form) > 1 and not form.isdecimal() and form not in _ENGLISH_STOP_WORDS
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
        if morpheme.part_of_speech()[0] in _PARTS_OF_SPEECH and form not in _JAPANESE_FILLERS:
            # Half-width kana change their number of characters: then the whole run is marked.
            place = (morpheme.begin(), morpheme.end()) if same_places else (0, len(run))
            yield form, *place


class TextAnalyzer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Count the terms of passages.

    Parameters
    ----------
    title_weight : float, default=3.0
        What a term of the title counts; one of the text counts 1.
    """

    def __init__(self, title_weight: float = 3.0) -> None:
        self.title_weight = title_weight

    def fit(self, X: Sequence[Passage], y: None = None) -> TextAnalyzer:  # noqa: ARG002
        """Do nothing: the analysis learns nothing.

        Parameters
        ----------
        X : sequence of n_texts Passage
        y : ignored
        """
        return self

    def transform(self, X: Sequence[Passage]) -> Bag:
        """Return the bag of n_texts passages; its terms are those that occur, sorted."""
        columns: dict[str, int] = {}
        rows, places, values = [], [], []
        for row, passage in enumerate(X):
            counts: Counter[int] = Counter()
            for text, weight in ((passage.title, self.title_weight), (passage.text, 1.0)):
                for term in terms(text):
                    counts[columns.setdefault(term, len(columns))] += weight
            rows.extend([row] * len(counts))
            places.extend(counts)
            values.extend(counts.values())
        order = sorted(columns)
        new_place = np.empty(len(order), dtype=np.int64)
        new_place[[columns[term] for term in order]] = np.arange(len(order))
        counts_matrix = sp.csr_array(
            (values, (rows, new_place[places])), shape=(len(X), len(order)), dtype=float
        )
        return Bag(counts_matrix, tuple(order))


@dataclass(frozen=True, slots=True)
class Bag:
    """Texts as counts of terms.

    Attributes
    ----------
    counts : csr_array of shape (n_texts, n_terms)
        Weighted counts, not negative.
    terms : tuple of n_terms str
        As `terms` yields them.
    """

    counts: Any
    terms: tuple[str, ...]

    def languages(self) -> Any:
        """Return the index in `LANGUAGES` most of each text is written in, shape (n_texts,)."""
        kinds = np.array([term.split(":", 1)[0] for term in self.terms], dtype=object)
        shares = [self.counts @ (kinds == language).astype(float) for language in LANGUAGES]
        return np.argmax(shares, axis=0)

    def sizes(self) -> Any:
        """Return the number of different words of each text, shape (n_texts,)."""
        is_word = np.array([not term.startswith("run:") for term in self.terms], dtype=float)
        return (self.counts > 0) @ is_word
