"""Words of two texts that meet: the rare ones that name the goods, and no labels of a form."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log
from typing import NamedTuple

from matchmaker.engines.matching.analysis import (
    LANGUAGES,
    Language,
    Passage,
    forms,
    stretches,
    terms,
)
from matchmaker.engines.matching.data import Concept
from matchmaker.engines.matching.dictionary import DictionaryRoad
from matchmaker.engines.matching.fillers import ATTRIBUTE_LABELS
from matchmaker.engines.matching.reasons import Field, MatchedWord, Side
from matchmaker.engines.matching.text import TextModel

MOST_WORDS = 8
LEAST_WEIGHT, LEAST_OF_BEST = 1.0, 0.4
"""Weight from which a link says something, and the share of the best link's weight it needs."""

OTHER_WORD = 0.5
"""What a word counts that names none of the concepts both texts speak of."""


_LABELS = frozenset(terms(ATTRIBUTE_LABELS))


class _Mention(NamedTuple):
    """Where a term is first said. A tuple, for a run makes a hundred thousand of them."""

    field: Field
    start: int
    end: int
    word: str
    share: float
    """1 for the word itself, less for one of several meanings of it."""


class _Link(NamedTuple):
    weight: float
    ours: _Mention
    theirs: _Mention
    concept: str | None = None


class WordLinks:
    """Finds the words that meet; what a text says is read once.

    Parameters
    ----------
    text : TextModel
        Fitted.
    passages : iterable of Passage
        The texts of the run, which say, beside the names of goods, how common a word is.
    """

    def __init__(self, text: TextModel, passages: Iterable[Passage]) -> None:
        self._text = text
        self._dictionary = next((r for r in text.roads if isinstance(r, DictionaryRoad)), None)
        self._concepts_by_code: dict[str, list[Concept]] = {}
        for concept in text.vocabulary.concepts:
            self._concepts_by_code.setdefault(concept.code, []).append(concept)
        self._names: dict[str, frozenset[str]] = {}
        self._pieces: dict[str, list[tuple[str, int, int, float]]] = {}
        self._mentions = {passage: self._read(passage) for passage in passages}
        self._said_by = Counter(term for said in self._mentions.values() for term in said)
        self._rarities: dict[str, float] = {}

    def words(
        self, offered: Passage, wanted: Passage, codes: Sequence[str]
    ) -> tuple[MatchedWord, ...]:
        """Return the marks of both sides, those that name the goods first.

        Parameters
        ----------
        offered, wanted : Passage
            Two of the run's texts.
        codes : sequence of str
            Of the concepts both sides speak of.

        Notes
        -----
        A link counts by how rare its word is (inverse document frequency over the names and the
        texts of the run), half where no shared concept is named by it, and less with each further
        meaning the dictionary knows. What counts little beside the best link is left out, as are
        the labels of a form.
        """
        ours, theirs = self._mentions[offered], self._mentions[wanted]
        names = [self._names_of(code) for code in codes]
        links = []
        for term in ours.keys() & theirs.keys():
            if term in _LABELS:
                continue
            one, other = ours[term], theirs[term]
            weight = self._rarity(term) * min(one.share, other.share)
            if not any(term in of_code for of_code in names):
                weight *= OTHER_WORD
            if weight >= LEAST_WEIGHT:
                links.append(_Link(weight, one, other))
        # Which word of a name means which is not known: only where no word meets directly.
        for code, of_code in zip(codes, names, strict=True) if not links else ():
            left = next((ours[term] for term in ours if term in of_code), None)
            right = next((theirs[term] for term in theirs if term in of_code), None)
            if left and right:
                links.append(_Link(1.0, left, right, code))
        return tuple(_marked(links))

    def _rarity(self, term: str) -> float:
        if term not in self._rarities:
            number = self._text.names_ + len(self._mentions)
            found = self._text.frequency_.get(term, 0) + self._said_by[term]
            self._rarities[term] = log((1 + number) / (1 + found))
        return self._rarities[term]

    def _read(self, passage: Passage) -> dict[str, _Mention]:
        """Return the first mention of each term, in the order of their places, the title first."""
        mentions: dict[str, _Mention] = {}
        fields: tuple[tuple[Field, str], ...] = (("title", passage.title), ("text", passage.text))
        for field, text in fields:
            for language, surface, start in stretches(text):
                if surface not in self._pieces:
                    self._pieces[surface] = list(self._cut(language, surface))
                for term, begin, end, share in self._pieces[surface]:
                    if term not in mentions:
                        place = (start + begin, start + end)
                        mentions[term] = _Mention(field, *place, surface[begin:end], share)
        return dict(sorted(mentions.items(), key=lambda item: _place(item[1])))

    def _cut(self, language: Language, surface: str) -> Iterator[tuple[str, int, int, float]]:
        """Yield (term, start, end, share) of a stretch, last what its Japanese may mean."""
        for form, begin, end in forms(language, surface):
            yield f"{language}:{form}", begin, end, 1.0
        if language != "ja" or self._dictionary is None:
            return
        run = unicodedata.normalize("NFKC", surface)
        same_places = len(run) == len(surface)
        for _, begin, end, stems in self._dictionary.translate(run):
            place = (begin, end) if same_places else (0, len(surface))
            for stem in stems:
                yield f"en:{stem}", *place, len(stems) ** -0.5

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


def _place(mention: _Mention) -> tuple[bool, int, int]:
    return mention.field != "title", mention.start, mention.end


def _marked(links: list[_Link]) -> Iterator[MatchedWord]:
    """Yield the marks of both sides, each place once, at most `MOST_WORDS` links."""
    taken: set[tuple[Side, Field, int]] = set()
    least = max((link.weight for link in links), default=0.0) * LEAST_OF_BEST
    kept = [link for link in links if link.weight >= least]
    kept.sort(key=lambda link: (-link.weight, _place(link.ours), _place(link.theirs)))
    for _, ours, theirs, concept in kept[:MOST_WORDS]:
        sides: tuple[tuple[Side, _Mention, _Mention], ...] = (
            ("exporter", ours, theirs),
            ("buyer", theirs, ours),
        )
        for side, mention, partner in sides:
            place = (side, mention.field, mention.start)
            if place not in taken:
                taken.add(place)
                yield MatchedWord(
                    side,
                    mention.field,
                    mention.start,
                    mention.end,
                    mention.word,
                    partner.word,
                    concept,
                )
