"""Finding an HS code by a word in English, Japanese or Urdu, or by the digits of a code.

The whole nomenclature is small, so it is kept in memory as an inverted index over trade names and
search words. A word of the query counts as itself, as another form of the word (shrimps), as its
beginning (scis), or, where nothing of that kind is known, as a likely misspelling (sissors).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matchmaker.engines.matching.analysis import folded, forms, stretches

LONGEST_QUERY = 100
"""Characters of a query that are read."""
HS_DIGITS = 6
"""Digits that all countries share; what stands behind them is national and not read."""
EXACT, SAME_STEM, BEGINNING, INSIDE = 1.0, 0.85, 0.8, 0.6
"""What it counts to meet a word itself, another form of it, its beginning, a piece of it."""
NAME_WEIGHT, SEARCH_WORD_WEIGHT, LISTED_WEIGHT = 1.0, 0.92, 0.9
COVERAGE, WHOLE, AT_START = 0.5, 0.5, 0.15
"""What is added for a name's share that the query is, for a name that is the query, begins so."""
BEHIND_HEADING = 0.1
"""How far behind a heading that is the query its subheadings stand, whatever they are called."""
HEAD_WEIGHT = 1.25
"""The last word names the goods in all three languages, those before it say of what kind."""
LEAST_LIKENESS = 0.74
"""Of a misspelt word: one letter wrong, missing or swapped of four, two of eight."""
SHORTEST_GUESS = 4
"""Letters of a word that may be misspelt; shorter ones resemble too many."""
BY_DEPTH = {2: 0.0, 4: 0.35, 6: 0.4}
"""A subheading says more than its chapter: it comes first when both fit about as well."""

_CODE = re.compile(r"(?:hs)?[\s:]*(\d[\d\s.\-]*)")
_PHRASES = re.compile(r"[・、,;،؛()（）/]|等")


class Named(Protocol):
    """What the index needs to know of an HS code."""

    @property
    def code(self) -> str: ...
    @property
    def names(self) -> dict[str, str] | None: ...
    @property
    def search(self) -> dict[str, str] | None: ...


@dataclass(frozen=True, slots=True)
class HSRow:
    """One code as it is shown."""

    code: str
    display: str
    """With its dot: 9018.90."""
    name: str
    path: str
    """What it stands under: 90 Instruments › 9018 Medical instruments; empty for a chapter."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One name or search word."""

    entry: int
    text: str
    """Folded."""
    stems: tuple[str, ...]
    weight: float
    place: int
    """0 for the beginning of a name: who types it means this before what else has the word."""


def display(code: str) -> str:
    """Write a code with its dot."""
    return f"{code[:4]}.{code[4:]}" if len(code) > 4 else code


def digits_of(text: str) -> str | None:
    """Return the digits of a text that is a code in any usual writing, at most six, else None."""
    match = _CODE.fullmatch(unicodedata.normalize("NFKC", text).strip().casefold())
    if match is None:
        return None
    # Arabic-Indic digits are decimal, but NFKC leaves them as they are.
    digits = "".join(str(int(c)) for c in match.group(1) if c.isdecimal())
    return digits[:HS_DIGITS]


def _words(text: str) -> list[tuple[str, str]]:
    """Return (written, stem) of each word; function words only where there are no others."""
    telling, others = [], []
    for language, surface, _ in stretches(text):
        found = forms(language, surface)
        if language == "ja":
            telling += [(form, form) for form, _, _ in found]
            continue
        written = folded(surface)
        if not found:
            others.append((written, written))
        elif language == "ur":
            telling.append((written, _urdu_stem(written)))
        else:
            telling.append((written, found[0][0]))
    return telling or others


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem for _, stem in _words(text))


def _urdu_stem(word: str) -> str:
    """Take off the endings of number and case: قینچی and قینچیاں, جھینگا and جھینگے."""
    for ending in ("یاں", "یوں", "وں", "یں", "ے", "ا", "ی", "ہ"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _phrases_of(row: Named) -> Iterator[tuple[str, float, int]]:
    for language, name in (row.names or {}).items():
        parts = _PHRASES.split(name)
        # "Mango, chilli, mixed pickles" are pickles: what stands last names the goods of a list.
        # A Japanese one lists goods: 「はさみ・裁ちばさみ」.
        listed = language != "ja" and len(parts) > 1
        for place, part in enumerate(parts):
            yield part, LISTED_WEIGHT if listed else NAME_WEIGHT, 1 if listed else min(place, 1)
    for words in (row.search or {}).values():
        for part in words.split(";"):
            yield part, SEARCH_WORD_WEIGHT, 1


class HSIndex:
    """The nomenclature, searchable. Never changed once built, so threads share it."""

    def __init__(self, rows: Iterable[Named]) -> None:
        self._rows = sorted(rows, key=lambda row: row.code)
        self._codes = [row.code for row in self._rows]
        self._names: dict[str, Mapping[str, str]] = {r.code: r.names or {} for r in self._rows}
        self._phrases: list[_Phrase] = []
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._by_stem: dict[str, set[int]] = defaultdict(set)
        for entry, row in enumerate(self._rows):
            for text, weight, place in _phrases_of(row):
                self._add(entry, text, weight, place)
        self._japanese = [p for p in self._phrases if any(s[0] == "ja" for s in stretches(p.text))]
        self._vocabulary = sorted(self._by_word)
        self._guessable = [word for word in self._vocabulary if len(word) >= SHORTEST_GUESS]

    def _add(self, entry: int, text: str, weight: float, place: int) -> None:
        words = _words(text)
        if not words:
            return
        number = len(self._phrases)
        whole = folded(text).strip()
        stems = tuple(stem for _, stem in words)
        self._phrases.append(_Phrase(entry, whole, stems, weight, place))
        for written, stem in words:
            self._by_word[written].add(number)
            self._by_stem[stem].add(number)

    def __contains__(self, code: str) -> bool:
        return code in self._names

    def row(self, code: str, language: str) -> HSRow:
        """Return one code in the reader's language.

        Raises
        ------
        KeyError
            If there is no such code.
        """
        if code not in self._names:
            raise KeyError(code)
        above = [code[:digits] for digits in (2, 4) if digits < len(code)]
        path = " › ".join(f"{part} {self._name(part, language)}" for part in above)
        return HSRow(code, display(code), self._name(code, language), path)

    def _name(self, code: str, language: str) -> str:
        for part in (code, code[:4], code[:2]):
            names = self._names.get(part, {})
            name = names.get(language) or names.get("en")
            if name:
                return name
        return ""

    def search(self, query: str, language: str, *, limit: int) -> list[HSRow]:
        """Return the codes a query may mean, the likeliest first."""
        query = query[:LONGEST_QUERY]
        digits = digits_of(query)
        codes = self._starting_with(digits) if digits is not None else []
        codes = codes or self._meant(query)
        return [self.row(code, language) for code in codes[:limit]]

    def _starting_with(self, digits: str) -> list[str]:
        start = bisect_left(self._codes, digits)
        found = []
        for code in self._codes[start:]:
            if not code.startswith(digits):
                break
            found.append(code)
        return found

    def _meant(self, query: str) -> list[str]:
        words = list(dict.fromkeys(_words(query)))
        scores: dict[int, float] = defaultdict(float)
        seen: dict[int, set[int]] = defaultdict(set)
        by_phrase: dict[int, float] = defaultdict(float)
        for position, word in enumerate(words):
            best: dict[int, float] = {}
            for number, quality in self._holding(*word).items():
                phrase = self._phrases[number]
                by_phrase[number] += quality
                best[phrase.entry] = max(best.get(phrase.entry, 0.0), quality * phrase.weight)
            for entry, quality in best.items():
                scores[entry] += quality * (HEAD_WEIGHT if word == words[-1] else 1.0)
                seen[entry].add(position)
        self._add_pieces(query, len(words), scores, seen)
        stems = tuple(stem for _, stem in words)
        self._add_coverage(stems, by_phrase, scores)
        most = max((len(positions) for positions in seen.values()), default=0)
        found = {self._codes[e]: scores[e] for e in seen if len(seen[e]) == most}
        return self._in_order(found, stems)

    def _in_order(self, scores: dict[str, float], query: tuple[str, ...]) -> list[str]:
        """Put the likeliest first, and behind a heading that is the query its subheadings."""
        best = max(scores, key=lambda code: scores[code], default="")
        if len(best) == 4 and query in {_stems(name) for name in self._names[best].values()}:
            for code in self._starting_with(best):
                scores[code] = max(scores.get(code, 0.0), scores[best] - BEHIND_HEADING)
        return sorted(scores, key=lambda code: (-scores[code] - BY_DEPTH[len(code)], code))

    def _add_coverage(
        self, query: tuple[str, ...], by_phrase: Mapping[int, float], scores: dict[int, float]
    ) -> None:
        """Let a name that is the query, or little more, come before one that has it somewhere."""
        best: dict[int, float] = {}
        for number, quality in by_phrase.items():
            phrase = self._phrases[number]
            covered = quality / max(len(phrase.stems), len(query))
            # Squared, so that the word itself comes clearly before another form of it.
            whole = WHOLE * (quality / len(query)) ** 2 * (phrase.stems == query)
            start = AT_START * (phrase.place == 0 and phrase.stems[: len(query)] == query)
            bonus = (COVERAGE * covered + whole + start) * phrase.weight
            best[phrase.entry] = max(best.get(phrase.entry, 0.0), bonus)
        for entry, bonus in best.items():
            scores[entry] += bonus

    def _holding(self, written: str, stem: str) -> dict[int, float]:
        """Return how well each phrase that has the word has it."""
        found: dict[int, float] = {}
        for word in self._beginning_with(written):
            for number in self._by_word[word]:
                found[number] = max(found.get(number, 0.0), BEGINNING)
        found.update(dict.fromkeys(self._by_stem.get(stem, ()), SAME_STEM))
        found.update(dict.fromkeys(self._by_word.get(written, ()), EXACT))
        return found or self._misspelt(written)

    def _beginning_with(self, start: str) -> Iterator[str]:
        if len(start) < 2:
            return
        for word in self._vocabulary[bisect_left(self._vocabulary, start) :]:
            if not word.startswith(start):
                return
            yield word

    def _misspelt(self, written: str) -> dict[int, float]:
        if len(written) < SHORTEST_GUESS or written.isdecimal():
            return {}
        guesses = process.extract(
            written,
            self._guessable,
            scorer=OSA.normalized_similarity,
            score_cutoff=LEAST_LIKENESS,
            limit=5,
        )
        found: dict[int, float] = {}
        for word, likeness, _ in guesses:
            for number in self._by_word[word]:
                found[number] = max(found.get(number, 0.0), BEGINNING * likeness)
        return found

    def _add_pieces(
        self, query: str, size: int, scores: dict[int, float], seen: dict[int, set[int]]
    ) -> None:
        """Look inside names: Japanese has no blanks, and may be cut otherwise than the query."""
        parts = list(stretches(query))
        if len(parts) != 1 or parts[0][0] != "ja":
            return
        piece, size = folded(parts[0][1]), max(1, size)
        for phrase in self._japanese:
            if piece in phrase.text:
                seen[phrase.entry].update(range(size))
                at_edge = phrase.text.startswith(piece) or phrase.text.endswith(piece)
                quality = (BEGINNING if at_edge else INSIDE) * phrase.weight * size
                scores[phrase.entry] = max(scores[phrase.entry], quality)
