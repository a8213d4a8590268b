"""Finding the reasons of scored pairs: shared words, codes and concepts, gaps, what would help."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp

from matchmaker.engines.matching.analysis import LANGUAGES, Passage, forms, stretches, terms
from matchmaker.engines.matching.data import Concept, Need, Product
from matchmaker.engines.matching.dictionary import DictionaryRoad
from matchmaker.engines.matching.hs import LEVELS
from matchmaker.engines.matching.parts import Sheet
from matchmaker.engines.matching.reasons import (
    Field,
    Gap,
    MatchedWord,
    PartReason,
    Raise,
    Reasons,
    SharedCode,
    SharedConcept,
    Side,
)
from matchmaker.engines.matching.score import (
    DEMAND,
    GOODS,
    SUPPLY,
    Scored,
    Weights,
    contributions,
    score,
)
from matchmaker.engines.matching.text import TextModel

MOST_WORDS, MOST_CONCEPTS, MOST_RAISES = 8, 3, 5
LEAST_GAIN = 0.005
"""A gain below half a point in a hundred is not worth a sentence."""

_STATED_BY = {
    "hs": ("hs_codes", "hs_codes"),
    "sector": ("sector", "sector"),
    "text": ("title", "title"),
    "volume": ("capacity_per_month", "volume_per_month"),
    "min_order": ("min_order", "volume_per_month"),
    "price": ("price_min", "price_max"),
    "lead_time": ("lead_time_days", "lead_time_days"),
}
"""The field of the product and that of the need without which a part is unknown."""

_IMPROVED_BY: dict[str, tuple[Side, ...]] = {
    "volume": ("exporter",),
    "min_order": ("exporter",),
    "price": ("exporter", "buyer"),
    "lead_time": ("exporter",),
    "certificates": ("exporter",),
    "readiness": ("exporter",),
}


@dataclass(frozen=True, slots=True)
class _Mention:
    field: Field
    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """Scored pairs: places of products and needs, their parts and scores, all of n_pairs."""

    rows: Any
    columns: Any
    parts: dict[str, Any]
    scored: Scored


_Link = tuple[_Mention, _Mention, str | None]


def _place(mention: _Mention) -> tuple[bool, int, int]:
    return mention.field != "title", mention.start, mention.end


class Explainer:
    """Finds the reasons of pairs of one sheet; what a text says is read once."""

    def __init__(self, sheet: Sheet, text: TextModel, weights: Weights) -> None:
        self._sheet = sheet
        self._text = text
        self._weights = weights
        roads = text.roads
        self._dictionary = next((r for r in roads if isinstance(r, DictionaryRoad)), None)
        self._concepts_by_code: dict[str, list[Concept]] = {}
        for concept in text.vocabulary.concepts:
            self._concepts_by_code.setdefault(concept.code, []).append(concept)
        self._names: dict[str, frozenset[str]] = {}
        self._mentions: dict[Passage, dict[str, _Mention]] = {}

    def reasons(self, pairs: Pairs) -> list[Reasons]:
        """Return the reasons of n_pairs pairs."""
        supply = self._directed(pairs, SUPPLY)
        demand = self._directed(pairs, DEMAND)
        concepts = self._concepts(pairs)
        raises = self._raises(pairs)
        found = []
        for place, (row, column) in enumerate(zip(pairs.rows, pairs.columns, strict=True)):
            product, need = self._sheet.products[row], self._sheet.needs[column]
            found.append(
                Reasons(
                    factor=float(pairs.scored.factor[place]),
                    supply=supply[place],
                    demand=demand[place],
                    unknown=tuple(part.part for part in supply[place] if part.value is None),
                    code=nearest_code(product.hs_codes, need.hs_codes),
                    words=self._words(product.passage, need.passage, concepts[place]),
                    concepts=concepts[place],
                    gaps=tuple(_gaps(product, need, supply[place])),
                    raises=raises[place],
                )
            )
        return found

    def _directed(self, pairs: Pairs, direction: tuple[str, ...]) -> list[tuple[PartReason, ...]]:
        given = contributions(pairs.parts, self._weights, direction, pairs.scored.factor)
        whole = sum(self._weights.of(part) for part in direction)
        shares = [self._weights.of(part) / whole for part in direction]
        values = np.column_stack([pairs.parts[part] for part in direction]).tolist()
        gifts = np.column_stack([given[part] for part in direction]).tolist()
        return [
            tuple(
                PartReason(part, share, None if value != value else value, gift)  # noqa: PLR0124
                for part, share, value, gift in zip(direction, shares, row, gift_row, strict=True)
            )
            for row, gift_row in zip(values, gifts, strict=True)
        ]

    def _raises(self, pairs: Pairs) -> list[tuple[Raise, ...]]:
        """Score again with one part at its best; only parts somebody can do something about."""
        found: list[list[Raise]] = [[] for _ in pairs.rows]
        for part, values in pairs.parts.items():
            best = {**pairs.parts, part: np.ones_like(values)}
            gains = score(best, self._weights).score - pairs.scored.score
            for place in np.flatnonzero(gains >= LEAST_GAIN):
                product = self._sheet.products[pairs.rows[place]]
                need = self._sheet.needs[pairs.columns[place]]
                unknown = bool(np.isnan(values[place]))
                sides = _who_states(part, product, need) if unknown else _IMPROVED_BY.get(part)
                if sides:
                    action: Any = "state" if unknown else "improve"
                    found[place].append(Raise(part, action, sides, float(gains[place])))
        return [
            tuple(sorted(r, key=lambda one: (-one.gain, one.part))[:MOST_RAISES]) for r in found
        ]

    def _concepts(self, pairs: Pairs) -> list[tuple[SharedConcept, ...]]:
        road = self._text.concept_road_
        if road is None:
            return [() for _ in pairs.rows]
        place = list(self._text.roads).index(road)
        products = self._sheet.product_vectors.roads[place][pairs.rows]
        shared = sp.csr_array(
            products.multiply(self._sheet.need_vectors.roads[place][pairs.columns])
        )
        found = []
        for row in range(shared.shape[0]):
            span = slice(shared.indptr[row], shared.indptr[row + 1])
            codes = [road.branch_codes_[column] for column in shared.indices[span]]
            total = shared.data[span].sum()
            ranked = sorted(zip(-shared.data[span], codes, strict=True))[:MOST_CONCEPTS]
            found.append(
                tuple(SharedConcept(code, float(-value / total)) for value, code in ranked)
            )
        return found

    def _words(
        self, offered: Passage, wanted: Passage, concepts: Sequence[SharedConcept]
    ) -> tuple[MatchedWord, ...]:
        ours, theirs = self._read(offered), self._read(wanted)
        links: list[_Link] = [
            (ours[key], theirs[key], None) for key in ours.keys() & theirs.keys()
        ]
        # Which word of a name means which is not known: only where no word meets directly.
        for concept in concepts if not links else ():
            names = self._names_of(concept.code)
            left = [ours[key] for key in ours.keys() & names]
            right = [theirs[key] for key in theirs.keys() & names]
            if left and right:
                links.append((min(left, key=_place), min(right, key=_place), concept.code))
        return tuple(_marked(links))

    def _read(self, passage: Passage) -> dict[str, _Mention]:
        """Return the first mention of each term, the title's before the text's."""
        if passage not in self._mentions:
            mentions: dict[str, _Mention] = {}
            fields: tuple[tuple[Field, str], ...] = (
                ("title", passage.title),
                ("text", passage.text),
            )
            for field, text in fields:
                for key, start, end in self._keys(text):
                    mentions.setdefault(key, _Mention(field, start, end, text[start:end]))
            self._mentions[passage] = mentions
        return self._mentions[passage]

    def _keys(self, text: str) -> Iterable[tuple[str, int, int]]:
        for language, surface, start in stretches(text):
            for form, begin, end in forms(language, surface):
                yield f"{language}:{form}", start + begin, start + end
            if language == "ja" and self._dictionary is not None:
                run = unicodedata.normalize("NFKC", surface)
                same_places = len(run) == len(surface)
                for _, begin, end, stems in self._dictionary.translate(run):
                    place = (begin, end) if same_places else (0, len(surface))
                    for stem in stems:
                        yield f"en:{stem}", start + place[0], start + place[1]

    def _names_of(self, code: str) -> frozenset[str]:
        if code not in self._names:
            self._names[code] = frozenset(
                term
                for concept in self._concepts_by_code.get(code, ())
                for language in LANGUAGES
                for name in (concept.name(language), *concept.search(language))
                for term in terms(name)
            )
        return self._names[code]


def nearest_code(offered: Sequence[str], wanted: Sequence[str]) -> SharedCode | None:
    """Return the two codes that share the most levels of the tariff, the first of equals."""
    best: SharedCode | None = None
    for one in offered:
        for other in wanted:
            level = max(
                (d for d in LEVELS if one[:d] == other[:d] and len(one[:d]) == d), default=0
            )
            if level > (best.level if best else 0):
                best = SharedCode(one, other, one[:level], level)
    return best


def _marked(links: Iterable[_Link]) -> Iterable[MatchedWord]:
    """Yield the marks of both sides, each place once, at most `MOST_WORDS` links."""
    taken: set[tuple[Side, Field, int]] = set()
    ordered = sorted(
        links, key=lambda link: (link[2] is not None, _place(link[0]), _place(link[1]))
    )
    for ours, theirs, concept in ordered[:MOST_WORDS]:
        sides: tuple[tuple[Side, _Mention, _Mention], ...] = (
            ("exporter", ours, theirs),
            ("buyer", theirs, ours),
        )
        for side, mention, partner in sides:
            if (side, mention.field, mention.start) not in taken:
                taken.add((side, mention.field, mention.start))
                yield MatchedWord(
                    side,
                    mention.field,
                    mention.start,
                    mention.end,
                    mention.word,
                    partner.word,
                    concept,
                )


def _gaps(product: Product, need: Need, parts: Iterable[PartReason]) -> Iterable[Gap]:
    short = {part.part for part in parts if part.value is not None and part.value < 1}
    quantities = {
        "volume": (product.capacity_per_month, need.volume_per_month, need.unit),
        "min_order": (product.min_order, need.volume_per_month, need.unit),
        "lead_time": (product.lead_time_days, need.lead_time_days, None),
    }
    for part in SUPPLY:
        if part not in short or part in GOODS:
            continue
        gap = Gap(part)
        if part == "certificates":
            gap = replace(gap, missing=tuple(sorted(need.certificates - product.certificates)))
        elif part in quantities:
            offered, wanted, unit = quantities[part]
            gap = replace(gap, offered=offered, wanted=wanted, unit=unit)
        yield gap


def _who_states(part: str, product: Product, need: Need) -> tuple[Side, ...]:
    """Return who has to say something for an unknown part to be known; nobody if none can."""
    if part in {"readiness", "experience"}:
        return ("exporter",)
    if part not in _STATED_BY:
        return ()
    of_product, of_need = _STATED_BY[part]
    sides: list[Side] = []
    if getattr(product, of_product) in (None, (), ""):
        sides.append("exporter")
    if getattr(need, of_need) in (None, (), ""):
        sides.append("buyer")
    # Both have said it, but in different units: both can say it again.
    return tuple(sides) or ("exporter", "buyer")
