"""A labelled set: queries, documents, and which document is how good an answer to which query."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from matchmaker.engines.matching.analysis import LONGEST_TEXT, Language, Passage, stretches


@dataclass(frozen=True, slots=True)
class Item:
    """One query or document; ``language`` is None where the set does not say it."""

    id: str
    passage: Passage
    language: Language | None = None
    hs_codes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Title and text as one string, as far as the product reads them."""
        parts = (self.passage.title[:LONGEST_TEXT], self.passage.text[:LONGEST_TEXT])
        return " ".join(part for part in parts if part)

    def spoken(self) -> Language:
        """Return the language said, else the one most characters are written in."""
        if self.language is not None:
            return self.language
        lengths: Counter[Language] = Counter()
        for language, surface, _ in stretches(self.text):
            lengths[language] += len(surface)
        return max(lengths, key=lengths.__getitem__, default="en")


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Queries, documents and gains.

    Attributes
    ----------
    queries, documents : tuple of Item
        The order of the documents decides between equal scores.
    gains : csr_array of shape (n_queries, n_documents)
        Not negative. What is stored is judged, zeros among it; what is not stored counts 0.
    """

    queries: tuple[Item, ...]
    documents: tuple[Item, ...]
    gains: Any

    def languages_meet(self, one: Language, other: Language) -> bool:
        """Tell whether queries in one of the languages stand before documents in the other."""
        asked = {query.spoken() for query in self.queries}
        given = {document.spoken() for document in self.documents}
        return (one in asked and other in given) or (other in asked and one in given)
