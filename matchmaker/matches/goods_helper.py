"""HS codes and sectors that a typed text may mean, by the text model in use; never chosen here.

Where no model is at hand, or it is being read, the search for words answers instead.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _

from matchmaker.engines.matching.analysis import LANGUAGES, Passage, words
from matchmaker.engines.matching.data import Concept
from matchmaker.engines.matching.encoder import Encoder, EncodingBook
from matchmaker.engines.matching.text import TextModel
from matchmaker.matches.encoders import encoder_named
from matchmaker.matches.goods_phrases import PhraseIndex, forms_of
from matchmaker.matches.text_model import model_of, version_in_use
from matchmaker.matches.words.terms import isolated, listed
from matchmaker.reference import queries as reference
from matchmaker.reference.models import Sector
from matchmaker.web.i18n import best_text

LONGEST = 300
"""Characters of name and description that are read."""
MOST_CODES, MOST_SECTORS = 5, 3
OF_ONE_HEADING = 2
"""Codes shown of one heading: its subheadings are much alike and would fill the list."""
NEAREST = 40
"""Concepts of the text model that are looked at."""
LEAST_LIKENESS = 0.2
"""Of a concept that shares a word with the text."""
LEAST_WITHOUT_WORD = 0.97
"""Of one that shares none but is near in meaning: pieces of words look alike by chance."""
LEAST_SHARE = 0.3
"""Of the weight of the first sector: what is behind is no likely answer."""
MOST_SAID = 3
"""Words told of what speaks for a code."""
LONGEST_WAIT_S = 0.15
"""For another's text to be embedded; after that the answer does without a vector."""

_encoding, _reading = threading.Lock(), threading.Lock()
_at_hand: dict[str, TextModel] = {}
"""The model in use by its key, once its names are read, which takes seconds."""
_phrases_of: dict[str, PhraseIndex] = {}
"""By the version of the model."""


@dataclass(frozen=True, slots=True)
class Near:
    """A concept that a text is close to."""

    concept: Concept
    likeness: float
    """By the text model, 0 to 1."""
    said: float
    """Whether the text says one of its names whole, and how telling that is, 0 to 1."""
    shared: tuple[str, ...]
    """Words of the text, as written, that its names have too."""

    @property
    def weight(self) -> float:
        """How much speaks for it, 0 to 2."""
        return self.likeness + self.said


@dataclass(frozen=True, slots=True)
class CodeOffer:
    """An HS code the text may mean."""

    code: str
    display: str
    """With its dot."""
    name: str
    heading: str
    """What it stands under, as a path."""
    why: str
    """What speaks for it, in the reader's language; empty where a search found it."""


@dataclass(frozen=True, slots=True)
class SectorOffer:
    """A sector the text may mean."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Offers:
    """What may be chosen; both empty where nothing is close."""

    codes: tuple[CodeOffer, ...] = ()
    sectors: tuple[SectorOffer, ...] = ()


def offers_for(title: str, description: str, *, language: str) -> Offers:
    """Return what a product or need so described may be, the likeliest first.

    A transaction that only reads is left open.
    """
    title = title[:LONGEST]
    whole = Passage(title, description[: LONGEST - len(title)])
    if not words(f"{whole.title} {whole.text}"):
        return Offers()
    sectors = reference.sectors()
    model = _model()
    if model is None:
        found = reference.search_hs(title, language=language)[:MOST_CODES]
        codes = [CodeOffer(row.code, row.display, row.name, row.path, "") for row in found]
        weights = _of_codes([(row.code, 1.0) for row in found], sectors)
        return Offers(tuple(codes), _sector_offers(weights, sectors))
    near = _near(model, whole, encoder_named(model.encoder_name_))
    weights = _of_codes([(one.concept.code, one.weight) for one in near], sectors)
    for one in near:
        if one.concept.kind == "sector":
            weights[one.concept.code] += one.likeness
    return Offers(_code_offers(near, language), _sector_offers(weights, sectors))


def near_to(model: TextModel, passage: Passage, encoder: Encoder | None) -> list[Near]:
    """Return the concepts that a text is close to, the closest first.

    Where an entry of the glossary is close, its name is read as the title: the words it has are
    those of a trade, which the names of the codes have not.
    """
    found = _close(model, passage, encoder)
    entry = _entry_meant(found)
    if entry is None:
        return found
    wider = Passage(entry.en or entry.ja, f"{passage.title} {passage.text}")
    return [one for one in _close(model, wider, None) if one.concept.kind != "glossary"]


def _entry_meant(found: Sequence[Near]) -> Concept | None:
    """Return the entry that is closest of all, or has a word of the text that no code has."""
    of_codes = {word for one in found for word in one.shared if one.concept.kind == "hs"}
    for one in found:
        if one.concept.kind == "glossary" and (one is found[0] or set(one.shared) - of_codes):
            return one.concept
    return None


def _near(model: TextModel, whole: Passage, encoder: Encoder | None) -> list[Near]:
    """Read the name alone, and the description too where the name says too little."""
    found = near_to(model, Passage(whole.title), encoder)
    return found or (near_to(model, whole, encoder) if whole.text else [])


def _close(model: TextModel, passage: Passage, encoder: Encoder | None) -> list[Near]:
    written, book = _written(passage), _book(passage, encoder)
    likenesses = dict(model.nearest(passage, book, most=NEAREST))
    said = _phrases(model).said(f"{passage.title} {passage.text}")
    found = []
    for concept in dict.fromkeys([*likenesses, *said]):
        likeness, forms = likenesses.get(concept, 0.0), _forms(concept)
        shared = tuple(word for form, word in written.items() if form in forms)
        means_it = book is not None and likeness >= LEAST_WITHOUT_WORD
        if (shared and likeness >= LEAST_LIKENESS) or means_it or concept in said:
            found.append(Near(concept, likeness, said.get(concept, 0.0), shared))
    # Of two that are as near, the subheading says more than its heading.
    return sorted(found, key=lambda one: (-round(one.weight, 2), -len(one.concept.code)))


def _phrases(model: TextModel) -> PhraseIndex:
    """Return the names of a model's concepts, kept for the model asked for last."""
    known = _phrases_of.get(model.version_)
    if known is None:
        known = PhraseIndex(model.vocabulary.concepts)
        _phrases_of.clear()
        _phrases_of[model.version_] = known
    return known


def _written(passage: Passage) -> dict[tuple[str, str], str]:
    """Return the words of a text as they are written, by language and form, in their order."""
    written: dict[tuple[str, str], str] = {}
    for text in (passage.title, passage.text):
        for word in words(text):
            beside = text[max(0, word.start - 1) : word.start] + text[word.end : word.end + 1]
            is_sign = word.language == "ja" and word.end - word.start == 1
            # 高品質 and 高炭素 have a sign in common and no goods.
            if not (is_sign and any(c.isalpha() for c in beside)):
                written.setdefault((word.language, word.form), text[word.start : word.end])
    return written


@lru_cache(maxsize=8192)
def _forms(concept: Concept) -> frozenset[tuple[str, str]]:
    """Return the words of all names of a concept, with their language."""
    return frozenset(
        form
        for language in LANGUAGES
        for name in (concept.name(language), *concept.search(language))
        for form in forms_of(name)
    )


def _book(passage: Passage, encoder: Encoder | None) -> EncodingBook | None:
    """Return the vector of a text, None where there is no encoder or it is taken for long."""
    if encoder is None or not _encoding.acquire(timeout=LONGEST_WAIT_S):
        return None
    try:
        book = EncodingBook(encoder)
        book.wholes([passage])
    finally:
        _encoding.release()
    return book


def _model() -> TextModel | None:
    """Return the model in use; None where there is none, and while another request reads it."""
    version = version_in_use()
    if version is None:
        return None
    if version.key not in _at_hand and _reading.acquire(blocking=False):
        try:
            model = model_of(version)
            if model is not None:
                near_to(model, Passage(model.vocabulary.concepts[0].en), None)
                _at_hand.clear()
                _at_hand[version.key] = model
        finally:
            _reading.release()
    return _at_hand.get(version.key)


def _spread(near: Sequence[Near]) -> list[Near]:
    """Return the first few, not all of one heading."""
    shown: list[Near] = []
    of_heading: Counter[str] = Counter()
    for one in near:
        heading = one.concept.code[:4]
        if of_heading[heading] < OF_ONE_HEADING:
            of_heading[heading] += 1
            shown.append(one)
    return shown[:MOST_CODES]


def _code_offers(near: Sequence[Near], language: str) -> tuple[CodeOffer, ...]:
    codes = [one for one in near if one.concept.kind == "hs" and len(one.concept.code) > 2]
    rows = reference.hs_rows([one.concept.code for one in codes], language=language)
    shown = _spread([one for one in codes if one.concept.code in rows])
    offers = []
    for one in shown:
        row = rows[one.concept.code]
        offers.append(CodeOffer(row.code, row.display, row.name, row.path, _why(one)))
    return tuple(offers)


def _why(near: Near) -> str:
    if not near.shared:
        return str(_("Close in meaning"))
    said = listed(isolated(word) for word in near.shared[:MOST_SAID])
    return str(_("Words in common: %(words)s", words=said))


def _of_codes(codes: Iterable[tuple[str, float]], sectors: Sequence[Sector]) -> dict[str, float]:
    """Return the weight that HS codes give to the sub-sectors they belong to."""
    prefixes = sorted(
        ((prefix, sector.code) for sector in sectors for prefix in sector.hs_prefixes),
        key=lambda pair: -len(pair[0]),
    )
    weights: dict[str, float] = defaultdict(float)
    for code, weight in codes:
        sector = next((sector for prefix, sector in prefixes if code.startswith(prefix)), None)
        if sector is not None:
            # The likeliest code counts: a sector of many codes is not likelier for that.
            weights[sector] = max(weights[sector], weight)
    return weights


def _sector_offers(
    weights: Mapping[str, float], sectors: Sequence[Sector]
) -> tuple[SectorOffer, ...]:
    names = {sector.code: best_text(sector.names)[0] for sector in sectors}
    known = sorted((code for code in weights if code in names), key=lambda code: -weights[code])
    least = LEAST_SHARE * max(weights.values(), default=0.0)
    likely = [code for code in known if weights[code] >= least][:MOST_SECTORS]
    return tuple(SectorOffer(code, names[code]) for code in likely)
