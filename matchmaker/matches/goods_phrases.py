"""Names of goods that a text says whole: "operating scissors" says "scissors", a name of three."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log

from matchmaker.engines.matching.analysis import LANGUAGES, words
from matchmaker.engines.matching.data import Concept

Form = tuple[str, str]
"""Language and folded form of a word."""


def forms_of(text: str) -> frozenset[Form]:
    """Return the words of a text, in any order."""
    return frozenset((word.language, word.form) for word in words(text))


class PhraseIndex:
    """The names and search words of HS headings and subheadings, by their words.

    Parameters
    ----------
    concepts : iterable of Concept
        Others than headings and subheadings are passed over.
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._phrases: dict[Form, list[tuple[frozenset[Form], Concept]]] = defaultdict(list)
        self._names: Counter[Form] = Counter()
        for concept in concepts:
            if concept.kind == "hs" and len(concept.code) > 2:
                self._add(concept)
        self._total = self._names.total()

    def said(self, text: str) -> dict[Concept, float]:
        """Return the concepts of which a text says a whole name, by how telling it is, 0 to 1.

        What is told most is 1; a word counts by how few names have it.
        """
        said = forms_of(text)
        found: dict[Concept, float] = {}
        for form in said:
            for phrase, concept in self._phrases.get(form, ()):
                if phrase <= said:
                    found[concept] = max(found.get(concept, 0.0), self._weight(phrase))
        most = max(found.values(), default=0.0)
        return {concept: weight / most for concept, weight in found.items()}

    def _add(self, concept: Concept) -> None:
        names = (
            forms_of(name)
            for language in LANGUAGES
            for name in (concept.name(language), *concept.search(language))
        )
        for phrase in {name for name in names if name}:
            self._names.update(phrase)
            # Each phrase stands under one of its words, always the same.
            self._phrases[min(phrase)].append((phrase, concept))

    def _weight(self, phrase: frozenset[Form]) -> float:
        return sum(log(1 + self._total / self._names[form]) for form in phrase)
