"""The systems that are measured: the product's text model, its roads alone, and yardsticks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from matchmaker.engines.evaluation.baselines import (
    BM25,
    EdictWords,
    lsa,
    read_entries,
    tfidf_characters,
    tfidf_words,
)
from matchmaker.engines.evaluation.data import Item, LabelledSet
from matchmaker.engines.matching.analysis import LANGUAGES, Passage
from matchmaker.engines.matching.bag import TextAnalyzer
from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.fusion import Vectors
from matchmaker.engines.matching.hs import LEVELS
from matchmaker.engines.matching.text import TextModel, fit_text_model


class System(Protocol):
    """What is measured: fitted on the documents, it scores queries against them."""

    def fit(self, documents: Sequence[Item]) -> Any:
        """Learn from the documents alone, and keep them."""

    def score(self, queries: Sequence[Item]) -> Any:
        """Return scores of shape (n_queries, n_documents), NaN where nothing is known."""


class Plain:
    """A yardstick over strings as a system over items.

    Parameters
    ----------
    estimator : with ``fit`` and ``score`` over sequences of str
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, documents: Sequence[Item]) -> Plain:
        """Fit the estimator on the texts of the documents."""
        self.estimator.fit([document.text for document in documents])
        return self

    def score(self, queries: Sequence[Item]) -> Any:
        """Return the estimator's scores, shape (n_queries, n_documents)."""
        return self.estimator.score([query.text for query in queries])


class EdictBM25:
    """The yardstick across languages: EDICT words by longest match, plural stems, BM25.

    Parameters
    ----------
    dictionary_path : Path
        An EDICT file; reading it is part of the fit.
    """

    def __init__(self, dictionary_path: Path) -> None:
        self.dictionary_path = dictionary_path

    def fit(self, documents: Sequence[Item]) -> EdictBM25:
        """Read the dictionary and count the words of the documents."""
        words = EdictWords(read_entries(self.dictionary_path))
        self.ranker_ = Plain(BM25(words)).fit(documents)
        return self

    def score(self, queries: Sequence[Item]) -> Any:
        """Return the scores of BM25, shape (n_queries, n_documents)."""
        return self.ranker_.score(queries)


class Matchmaker:
    """The product's text model, fitted on its parallel names and the documents.

    As in a match run, where one side alone states an HS code, the names of its heading and
    subheading are read with that side's text.

    Parameters
    ----------
    vocabulary : Vocabulary
    dictionary_path : Path, optional
        An EDICT file; without it the road is left out.
    book : Book, optional
        Sentence vectors; without it the sense road is left out.

    Attributes
    ----------
    model_ : TextModel
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        dictionary_path: Path | None = None,
        book: Book | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.dictionary_path = dictionary_path
        self.book = book

    def read(self, passages: Sequence[Passage]) -> Vectors:
        """Return passages as the fitted model sees them."""
        return self.model_.read(passages, self.book)

    def fit(self, documents: Sequence[Item]) -> Matchmaker:
        """Fit the model and read the documents, plainly and with the names of their codes."""
        passages = [document.passage for document in documents]
        self.model_: TextModel = fit_text_model(
            self.vocabulary,
            texts=passages,
            dictionary_path=self.dictionary_path,
            book=self.book,
        )
        self._names = {one.code: one for one in self.vocabulary.concepts if one.kind == "hs"}
        self._coded = _coded(documents)
        self._plain = self.read(passages)
        self._named = self.read([named(one, self._names) for one in _only_coded(documents)])
        return self

    def score(self, queries: Sequence[Item]) -> Any:
        """Return the likeness, 0 to 1, NaN where a side has no words."""
        model = self.model_
        plain = self.read([query.passage for query in queries])
        likeness = model.likeness(plain, self._plain)
        asked = _coded(queries)
        some, others = np.flatnonzero(~asked), np.flatnonzero(self._coded)
        if len(some) and len(others):
            there = np.ix_(some, others)
            told = model.likeness(plain.rows(some), self._named)
            likeness[there] = np.fmax(likeness[there], told)
        some, others = np.flatnonzero(asked), np.flatnonzero(~self._coded)
        if len(some) and len(others):
            with_names = self.read([named(one, self._names) for one in _only_coded(queries)])
            there = np.ix_(some, others)
            told = model.likeness(with_names, self._plain.rows(others))
            likeness[there] = np.fmax(likeness[there], told)
        return likeness


class RoadAlone:
    """One road of a fitted text model, by its cosines.

    Its own fit is the reading of the documents: it learnt what it knows with the model.

    Parameters
    ----------
    matchmaker : Matchmaker
        To be fitted before.
    name : str
        Of the road.
    """

    def __init__(self, matchmaker: Matchmaker, name: str) -> None:
        self.matchmaker = matchmaker
        self.name = name

    def fit(self, documents: Sequence[Item]) -> RoadAlone:
        """Read the documents."""
        roads = self.matchmaker.model_.roads
        self.road_ = next(road for road in roads if road.name == self.name)
        self.documents_, self.languages_ = self._read(documents)
        return self

    def score(self, queries: Sequence[Item]) -> Any:
        """Return the cosines, 0 where the road does not lead from language to language."""
        asked, languages = self._read(queries)
        leads = np.array(
            [[self.road_.connects(one, other) for other in LANGUAGES] for one in LANGUAGES]
        )
        cosines = (asked @ self.documents_.T).toarray()
        cosines *= leads[languages][:, self.languages_]
        return cosines

    def _read(self, items: Sequence[Item]) -> tuple[Any, Any]:
        bag = TextAnalyzer().transform([item.passage for item in items])
        return self.road_.transform(bag), bag.languages()


class SenseAlone:
    """The sense road of a fitted text model.

    Its own fit is the reading of the documents: it learnt what it knows with the model.

    Parameters
    ----------
    matchmaker : Matchmaker
        To be fitted before, with a book.
    """

    def __init__(self, matchmaker: Matchmaker) -> None:
        self.matchmaker = matchmaker

    def fit(self, documents: Sequence[Item]) -> SenseAlone:
        """Read the documents."""
        self.documents_ = self.matchmaker.read([document.passage for document in documents])
        return self

    def score(self, queries: Sequence[Item]) -> Any:
        """Return the likeness in meaning, shape (n_queries, n_documents)."""
        road = self.matchmaker.model_.sense_
        assert road is not None
        asked = self.matchmaker.read([query.passage for query in queries])
        scores = np.zeros((len(queries), len(self.documents_.sizes)))
        for one in np.unique(asked.languages):
            for other in np.unique(self.documents_.languages):
                rows = np.flatnonzero(asked.languages == one)
                columns = np.flatnonzero(self.documents_.languages == other)
                left, right = asked.sense, self.documents_.sense
                assert left is not None
                assert right is not None
                found = road.likeness(left.rows(rows), right.rows(columns), one, other)
                scores[np.ix_(rows, columns)] = found
        return scores


def named(item: Item, concepts: dict[str, Concept]) -> Passage:
    """Return a text with the names of the headings and subheadings stated, where it has any."""
    codes = dict.fromkeys(code[:digits] for code in item.hs_codes for digits in LEVELS[1:])
    known = [concepts[code] for code in codes if code in concepts]
    names = dict.fromkeys(one.name(item.spoken()) or one.en for one in known)
    return Passage(item.passage.title, " ".join((item.passage.text, *names)))


def yardsticks(labelled: LabelledSet, dictionary_path: Path | None) -> dict[str, System]:
    """Return the yardsticks that fit a set, by name.

    The one with the dictionary is among them where Japanese stands before English and the file
    is there.
    """
    found: dict[str, System] = {
        "bm25": Plain(BM25()),
        "tfidf_words": Plain(tfidf_words()),
        "tfidf_characters": Plain(tfidf_characters()),
        "lsa": Plain(lsa()),
    }
    across = labelled.languages_meet("ja", "en")
    if across and dictionary_path is not None and dictionary_path.is_file():
        found["edict_bm25"] = EdictBM25(dictionary_path)
    return found


def roads_alone(labelled: LabelledSet, matchmaker: Matchmaker) -> dict[str, System]:
    """Return the roads of a fitted model that lead between the languages of a set, by name."""
    asked = {query.spoken() for query in labelled.queries}
    given = {document.spoken() for document in labelled.documents}
    alone: dict[str, System] = {
        f"road_{road.name}": RoadAlone(matchmaker, road.name)
        for road in matchmaker.model_.roads
        if any(road.connects(one, other) for one in asked for other in given)
    }
    if matchmaker.model_.sense_ is not None:
        alone[f"road_{matchmaker.model_.sense_.name}"] = SenseAlone(matchmaker)
    return alone


def _coded(items: Sequence[Item]) -> Any:
    return np.array([bool(item.hs_codes) for item in items], dtype=bool)


def _only_coded(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.hs_codes]
