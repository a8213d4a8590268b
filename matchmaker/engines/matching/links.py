"""Words of two texts that meet: the rare ones that name the goods, and no labels of a form."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
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
from matchmaker.engines.matching.dictionary import DictionaryRoad, meanings_of
from matchmaker.engines.matching.fillers import ATTRIBUTE_LABELS
from matchmaker.engines.matching.reasons import Field, MatchedWord, Side
from matchmaker.engines.matching.text import TextModel

MOST_WORDS = 8
LEAST_WEIGHT, LEAST_OF_BEST = 1.0, 0.4
"""Weight from which a link says something, and the share of the best link's weight it needs."""

OTHER_WORD = 0.5
"""What a word counts that names none of the concepts both texts speak of."""


LEAST_TOGETHER = 0.4
"""Share of the concepts named by either of two words that is named by both, for a link."""

_LABELS = frozenset(terms(ATTRIBUTE_LABELS))
_NONE: frozenset[str] = frozenset()

_Piece = tuple[str, int, int, float, tuple[frozenset[str], ...]]


class _Mention(NamedTuple):
    """Where a term is first said. A tuple, for a run makes a hundred thousand of them."""

    field: Field
    start: int
    end: int
    word: str
    share: float
    """1 for the word itself, less for one of several meanings of it."""
    meanings: tuple[frozenset[str], ...] = ()
    """The terms of each meaning it stands in beside others; empty where it stands for itself."""


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
        self._pieces: dict[str, list[_Piece]] = {}
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
        links: list[_Link] = []
        for term in ours.keys() & theirs.keys():
            if term in _LABELS:
                continue
            one, other = ours[term], theirs[term]
            if not (_means(one, theirs) and _means(other, ours)):
                continue
            weight = self._rarity(term) * min(one.share, other.share)
            if not any(term in of_code for of_code in names):
                weight *= OTHER_WORD
            if weight >= LEAST_WEIGHT:
                links.append(_Link(weight, one, other))
        if not any(link.ours.word != link.theirs.word for link in links):
            links += self._named(ours, theirs, codes, names)
        return tuple(_marked(links))

    def _named(
        self,
        ours: dict[str, _Mention],
        theirs: dict[str, _Mention],
        codes: Sequence[str],
        names: Sequence[frozenset[str]],
    ) -> Iterator[_Link]:
        """Yield words of two languages that stand together in the names of shared concepts.

        Which word of a name means which is not known: two count as each other where one seldom
        stands in the names of a concept without the other (Dice's coefficient).
        """
        for code, of_code in zip(codes, names, strict=True):
            lefts = [term for term in ours if term in of_code]
            rights = [term for term in theirs if term in of_code]
            pairs = [
                (self._together(left, right), left, right)
                for left in lefts
                for right in rights
                if left[:2] != right[:2]
            ]
            together, left, right = max(pairs, default=(0.0, "", ""))
            if together >= LEAST_TOGETHER:
                weight = together * self._rarity(left)
                yield _Link(weight, ours[left], theirs[right], code)

    @cached_property
    def _concepts_of(self) -> dict[str, set[str]]:
        """The codes of the concepts that each term names."""
        found: dict[str, set[str]] = {}
        for code in self._concepts_by_code:
            for term in self._names_of(code):
                found.setdefault(term, set()).add(code)
        return found

    def _together(self, left: str, right: str) -> float:
        one, other = self._concepts_of.get(left, _NONE), self._concepts_of.get(right, _NONE)
        both = len(one & other)
        return 2 * both / (len(one) + len(other)) if both else 0.0

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
                for term, begin, end, share, meanings in self._pieces[surface]:
                    if term not in mentions:
                        place = (start + begin, start + end)
                        word = surface[begin:end]
                        mentions[term] = _Mention(field, *place, word, share, meanings)
        return dict(sorted(mentions.items(), key=lambda item: _place(item[1])))

    def _cut(self, language: Language, surface: str) -> Iterator[_Piece]:
        """Yield (term, start, end, share, meanings), last what the Japanese may mean."""
        for form, begin, end in forms(language, surface):
            yield f"{language}:{form}", begin, end, 1.0, ()
        if language != "ja" or self._dictionary is None:
            return
        run = unicodedata.normalize("NFKC", surface)
        same_places = len(run) == len(surface)
        for entry, begin, end, stems in self._dictionary.translate(run):
            place = (begin, end) if same_places else (0, len(surface))
            meanings = meanings_of(self._dictionary.entries[entry])
            for stem in stems:
                having = [meaning for meaning in meanings if stem in meaning]
                share = (1 + meanings.index(having[0])) ** -0.5 * len(meanings) ** -0.25
                # The last word of a meaning names the thing, those before it tell which.
                whole = any(meaning[-1] == stem for meaning in having)
                terms_of = [frozenset(f"en:{one}" for one in meaning) for meaning in having]
                yield f"en:{stem}", *place, share, () if whole else tuple(terms_of)

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


def _means(mention: _Mention, said: dict[str, _Mention]) -> bool:
    """Say whether the other side says the whole of a meaning that a term stands in."""
    return not mention.meanings or any(meaning <= said.keys() for meaning in mention.meanings)


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
