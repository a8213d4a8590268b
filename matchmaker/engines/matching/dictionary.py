"""The road through a Japanese-English dictionary, where one is installed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from matchmaker.engines.matching.analysis import Language, folded, forms, words
from matchmaker.engines.matching.bag import Bag
from matchmaker.engines.matching.roads import unit_rows

LONGEST_ENTRY = 12
"""Characters of the longest Japanese entry looked for."""

GLOSSES = 6
"""English meanings kept of an entry: the later ones are rare."""

_ENTRY = re.compile(r"(?P<headword>\S+) (?:\[(?P<reading>[^\]]+)\] )?/(?P<glosses>.*)/")
_BRACKETS = re.compile(r"\([^)]*\)|\{[^}]*\}")


def read_edict(path: Path) -> dict[str, str]:
    """Return the English stems of each Japanese entry of an EDICT file.

    Blanks stand between the stems of one meaning, semicolons between meanings.

    Parameters
    ----------
    path : Path
        A file in the EDICT format, EUC-JP, as Debian's package ``edict`` installs it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    References
    ----------
    Electronic Dictionary Research and Development Group, EDICT; licence CC BY-SA 4.0. It is read
    where it is installed, and never copied.
    """
    entries: dict[str, dict[str, None]] = {}
    with path.open(encoding="euc_jp", errors="ignore") as file:
        for line in file:
            entry = _ENTRY.match(line)
            if entry is None:
                continue
            glosses = [text for text in entry["glosses"].split("/") if not text.startswith("Ent")]
            meanings = [
                " ".join(word.form for word in words(_BRACKETS.sub(" ", gloss)))
                for gloss in glosses[:GLOSSES]
            ]
            for name in {entry["headword"], entry["reading"] or entry["headword"]}:
                entries.setdefault(folded(name), {}).update(dict.fromkeys(filter(None, meanings)))
    return {name: ";".join(meanings) for name, meanings in entries.items() if meanings}


def meanings_of(stems: str) -> tuple[tuple[str, ...], ...]:
    """Return the stems of each meaning of an entry, as `read_edict` writes them."""
    return tuple(tuple(meaning.split()) for meaning in stems.split(";"))


class DictionaryRoad(TransformerMixin, BaseEstimator):
    """Japanese texts as the English words a dictionary gives for them; English ones as they are.

    Parameters
    ----------
    entries : mapping of str to str
        As `read_edict` returns them.

    Attributes
    ----------
    columns_ : dict of str to int
        The English stems seen, each with its column; others are left out.
    idf_ : ndarray of shape (n_stems,)
    content_hash_ : str
        SHA-256 of the entries in hexadecimal: another dictionary is another model.
    """

    name = "dictionary"

    def __init__(self, entries: Mapping[str, str]) -> None:
        self.entries = entries

    def connects(self, first: Language, second: Language) -> bool:
        """Tell whether the road leads from one language to the other."""
        return {first, second} == {"en", "ja"}

    def fit(self, X: Bag, y: None = None) -> DictionaryRoad:  # noqa: ARG002, N803
        """Learn the English stems of the dictionary and of the texts, and how common they are.

        Parameters
        ----------
        X : Bag of n_texts texts
        y : ignored
        """
        seen = {term.removeprefix("en:") for term in X.terms if term.startswith("en:")}
        seen.update(stem for stems in self.entries.values() for stem in _stems_of(stems))
        self.columns_ = {stem: column for column, stem in enumerate(sorted(seen))}
        counts = self._translated(X)
        frequency = np.bincount(counts.indices, minlength=len(self.columns_))
        self.idf_ = np.log((1 + counts.shape[0]) / (1 + frequency)) + 1
        content = json.dumps(dict(self.entries), sort_keys=True).encode("ascii")
        self.content_hash_ = hashlib.sha256(content).hexdigest()
        return self

    def transform(self, X: Bag) -> Any:  # noqa: N803
        """Return a CSR array of shape (n_texts, n_stems) with rows of unit length or zero."""
        check_is_fitted(self)
        stems = self._translated(X)
        stems.data = np.sqrt(stems.data) * self.idf_[stems.indices]
        return unit_rows(stems)

    def translate(self, run: str) -> Iterator[tuple[str, int, int, tuple[str, ...]]]:
        """Yield (entry, start, end, English stems) of a run of Japanese, from the left.

        The longest entry is taken that begins with a word and ends with one; a word with none is
        looked up by its normalised form.
        """
        done = 0
        pieces = forms("ja", run)
        for form, start, end in pieces:
            if start < done:
                continue
            ends = [until for _, _, until in pieces if end <= until <= start + LONGEST_ENTRY]
            tried = [(folded(run[start:until]), until) for until in reversed(ends)]
            for entry, until in [*tried, (folded(form), end)]:
                if entry in self.entries:
                    done = until
                    yield entry, start, until, _stems_of(self.entries[entry])
                    break

    def _translated(self, bag: Bag) -> Any:
        rows, columns, values = [], [], []
        for row, term in enumerate(bag.terms):
            kind, form = term.split(":", 1)
            for stem, weight in self._stems(kind, form):
                if stem in self.columns_:
                    rows.append(row)
                    columns.append(self.columns_[stem])
                    values.append(weight)
        of_terms = sp.csr_array(
            (values, (rows, columns)), shape=(len(bag.terms), len(self.columns_)), dtype=float
        )
        return sp.csr_array(bag.counts @ of_terms)

    def _stems(self, kind: str, form: str) -> Iterator[tuple[str, float]]:
        if kind == "en":
            yield form, 1.0
        elif kind == "run":
            for _, _, _, stems in self.translate(form):
                for stem in stems:
                    # Of many meanings one is meant; the square root lets two that fit both count.
                    yield stem, len(stems) ** -0.5


def _stems_of(stems: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stems.replace(";", " ").split()))
