"""The text model: several roads from text to text, fused into one likeness that means something.

A cosine is no probability: what is high for one road and one pair of languages is low for
another. The model therefore learns, for each pair of languages, how the roads' cosines of names
of the same thing differ from those of different things, on the vocabulary's own parallel names
(see `calibration`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from matchmaker.engines.matching.analysis import LANGUAGES, Passage
from matchmaker.engines.matching.bag import Bag, TextAnalyzer
from matchmaker.engines.matching.calibration import (
    FoldedSense,
    Pairs,
    faded,
    fused,
    is_hidden,
    pairs_of,
    synonyms,
)
from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.engines.matching.dictionary import DictionaryRoad, read_edict
from matchmaker.engines.matching.encoder import Book
from matchmaker.engines.matching.fusion import Fusion, Vectors
from matchmaker.engines.matching.roads import ConceptRoad, Road, WordRoad
from matchmaker.engines.matching.sense import SenseRoad

CODE_VERSION = "3"
"""To be raised whenever the code gives other likenesses for the same names."""


class TextModel(BaseEstimator):
    """Likeness of two texts in English, Japanese or Urdu, 0 to 1.

    Parameters
    ----------
    vocabulary : Vocabulary
    roads : sequence of Road
        Anything with ``name``, ``fit`` and ``transform`` (see `roads`).
    seed : int, default=0
        For the choice of unrelated names.

    Attributes
    ----------
    weights_ : ndarray of shape (3, 3, n_roads)
        Logistic weights of the roads by the languages of the two sides, not negative; for texts
        without sentence vectors.
    offsets_ : ndarray of shape (3, 3)
    sense_ : SenseRoad or None
    sense_weights_ : ndarray of shape (3, 3, n_roads + 1)
        For texts with sentence vectors; the last is the sense road's.
    sense_offsets_, sense_levels_ : ndarrays of shape (3, 3)
        The levels are the mean likeness in meaning of different things.
    encoder_name_ : str or None
    concept_road_ : ConceptRoad or None
        The first such road, which also names the shared concepts in reasons.
    names_ : int
        The number of names and texts fitted on.
    frequency_ : dict of str to int
        In how many of them each term stands.
    version_ : str
        Changes with the names, the roads, the encoder, what was learnt and the code.
    """

    def __init__(self, vocabulary: Vocabulary, roads: Sequence[Road], seed: int = 0) -> None:
        self.vocabulary = vocabulary
        self.roads = roads
        self.seed = seed

    def fit(
        self,
        X: Sequence[Passage] = (),  # noqa: N803
        y: None = None,  # noqa: ARG002
        *,
        book: Book | None = None,
    ) -> TextModel:
        """Fit the roads on names and texts, and their fusion on the names.

        Parameters
        ----------
        X : sequence of n_texts Passage
            Texts as companies write them, which say how common a word is; may be empty.
        y : ignored
        book : Book, optional
            Sentence vectors of the names; without it there is no sense road.

        Raises
        ------
        ValueError
            If the vocabulary has no concepts.
        """
        concepts = self.vocabulary.concepts
        if not concepts:
            raise ValueError("the vocabulary has no concepts")
        names = [
            Passage(concept.name(language), " ".join(concept.search(language)))
            for concept in concepts
            for language in LANGUAGES
        ]
        bag = TextAnalyzer().transform([*names, *X])
        self.names_ = len(names) + len(X)
        frequency = np.bincount(bag.counts.indices, minlength=len(bag.terms))
        self.frequency_ = dict(zip(bag.terms, frequency.tolist(), strict=True))
        for road in self.roads:
            road.fit(bag)
        found = [road for road in self.roads if isinstance(road, ConceptRoad)]
        self.concept_road_ = found[0] if found else None
        self._fit_sense(book)
        self._calibrate(book)
        self.version_ = self._fingerprint(X)
        return self

    @property
    def road_names(self) -> list[str]:
        """Return the names of all roads, the sense road last."""
        check_is_fitted(self)
        return [road.name for road in self.roads] + ([SenseRoad.name] if self.sense_ else [])

    def read(self, passages: Sequence[Passage], book: Book | None = None) -> Vectors:
        """Return the vectors of n_texts passages; any string is accepted.

        Raises
        ------
        ValueError
            If the book was written by another encoder than the model was fitted with.
        """
        check_is_fitted(self)
        plain = self._vectors(TextAnalyzer().transform(passages))
        if self.sense_ is None:
            return plain
        shape = (len(passages), self.sense_.means_.shape[1])
        wholes = np.zeros(shape, dtype=np.float32)
        if book is not None:
            if book.encoder_name != self.encoder_name_:
                raise ValueError(f"vectors of {book.encoder_name}, not of {self.encoder_name_}")
            wholes = book.wholes(passages)
        return replace(plain, sense=self.sense_.transform(wholes, plain.languages))

    def likeness(self, left: Vectors, right: Vectors) -> Any:
        """Return the likeness of each left to each right text, float32 (n_left, n_right).

        1 is the same goods plainly named, 0 nothing in common; NaN where a side has no words.
        """
        check_is_fitted(self)
        likeness = np.empty((len(left.sizes), len(right.sizes)), dtype=np.float32)
        for one, known, rows in _groups(left):
            for other, also, columns in _groups(right):
                ours = left if rows is None else left.rows(rows)
                theirs = right if columns is None else right.rows(columns)
                block = self._of_group(ours, theirs, one, other, with_sense=known and also)
                likeness[_place(rows, columns)] = block
        likeness[left.sizes == 0, :] = np.nan
        likeness[:, right.sizes == 0] = np.nan
        return likeness

    def nearest(
        self, passage: Passage, book: Book | None = None, *, most: int = 8
    ) -> list[tuple[Concept, float]]:
        """Return the concepts whose names are most alike a text, best first, with the likeness.

        The names are read once for a fitted model, with the vectors that it was fitted with.
        """
        check_is_fitted(self)
        vectors = self.read([passage], book)
        if not vectors.sizes[0]:
            return []
        # Names that a concept does not have count 0, and leave it to those of other languages.
        of_languages = [self.likeness(vectors, names)[0] for names in self._names_read()]
        likeness = np.nan_to_num(of_languages).max(axis=0)
        best = np.lexsort((np.arange(len(likeness)), -likeness))[:most]
        return [
            (self.vocabulary.concepts[place], float(likeness[place]))
            for place in best
            if likeness[place] > 0
        ]

    def _names_read(self) -> list[Vectors]:
        """Return the names of the concepts on all roads, by language."""
        if not hasattr(self, "_read_names"):
            self._read_names: list[Vectors] = []
            for place, language in enumerate(LANGUAGES):
                passages = [
                    Passage(concept.name(language), " ".join(concept.search(language)))
                    for concept in self.vocabulary.concepts
                ]
                vectors = self._vectors(TextAnalyzer().transform(passages))
                spoken = np.full(len(passages), place)
                if self.sense_ is not None:
                    sense = self.sense_.transform(self.name_vectors_[place], spoken)
                    vectors = replace(vectors, sense=sense)
                self._read_names.append(replace(vectors, languages=spoken))
        return self._read_names

    def _vectors(self, bag: Bag, without: Any = None) -> Vectors:
        roads = tuple(
            road.transform(bag, without) if isinstance(road, ConceptRoad) else road.transform(bag)
            for road in self.roads
        )
        return Vectors(roads, bag.languages(), bag.sizes())

    def fusion(self, one: int, other: int, *, with_sense: bool) -> Fusion:
        """Return how texts of two languages are compared, with sentence vectors or without."""
        weights = (self.sense_weights_ if with_sense else self.weights_)[one, other]
        offset = (self.sense_offsets_ if with_sense else self.offsets_)[one, other]
        sense = float(weights[-1]) if with_sense else 0.0
        nothing = float(expit(offset + sense * self.sense_levels_[one, other]))
        roads = weights[: len(self.roads)]
        found = Fusion(roads, sense > 0, sense or 1.0, float(offset), nothing)
        kinds = [type(road) for road in self.roads]
        if one == other and {WordRoad, ConceptRoad} <= set(kinds):
            words, concepts = kinds.index(WordRoad), kinds.index(ConceptRoad)
            return replace(found, words=words, concepts=concepts) if roads[words] > 0 else found
        return found

    def _of_group(
        self, left: Vectors, right: Vectors, one: int, other: int, *, with_sense: bool
    ) -> Any:
        """Return the likeness of texts of one language each, all with sentence vectors or none."""
        fusion = self.fusion(one, other, with_sense=with_sense)
        if fusion.sense:
            assert self.sense_ is not None
            assert left.sense is not None
            assert right.sense is not None
            strength = self.sense_.likeness(left.sense, right.sense, one, other)
        else:
            strength = np.zeros((len(left.sizes), len(right.sizes)), dtype=np.float32)
        shares = [
            (mine @ theirs.T).toarray() * np.float32(weight / fusion.scale) if weight else 0
            for weight, mine, theirs in zip(fusion.roads, left.roads, right.roads, strict=True)
        ]
        if fusion.words is not None and fusion.concepts is not None:
            shares[fusion.concepts] = fusion.fade(shares[fusion.concepts], shares[fusion.words])
        return fusion.likeness(sum(shares, start=strength))

    def _fit_sense(self, book: Book | None) -> None:
        self.sense_: SenseRoad | None = None
        self.encoder_name_: str | None = None
        self.name_vectors_: Any = None
        if book is None:
            return
        concepts = self.vocabulary.concepts
        vectors = np.stack(
            [book.wholes([Passage(one.name(x)) for one in concepts]) for x in LANGUAGES]
        )
        if np.abs(vectors).max(axis=2).any():
            self.name_vectors_ = vectors
            self.sense_ = SenseRoad().fit(vectors)
            self.encoder_name_ = book.encoder_name

    def _calibrate(self, book: Book | None) -> None:
        number = len(self.roads)
        self.weights_, self.offsets_ = np.zeros((3, 3, number)), np.zeros((3, 3))
        self.sense_weights_ = np.zeros((3, 3, number + 1))
        self.sense_offsets_, self.sense_levels_ = np.zeros((3, 3)), np.zeros((3, 3))
        folded, others = None, None
        if self.sense_ is not None and book is not None:
            concepts = self.vocabulary.concepts
            folded = FoldedSense(concepts, self.sense_, self.name_vectors_)
            said = [[Passage(synonyms(one, x)) for one in concepts] for x in LANGUAGES]
            others = np.stack([book.wholes(passages) for passages in said])
        for one in range(len(LANGUAGES)):
            for other in range(one, len(LANGUAGES)):
                self._calibrate_pair(one, other, folded, others)

    def _calibrate_pair(
        self, one: int, other: int, folded: FoldedSense | None, others: Any
    ) -> None:
        first, second = LANGUAGES[one], LANGUAGES[other]
        generator = np.random.default_rng(self.seed)
        cosines = self._cosines(
            pairs := pairs_of(self.vocabulary.concepts, first, second, generator)
        )
        names = [road.name for road in self.roads]
        leads = [road.connects(first, second) for road in self.roads]
        if first == second:
            cosines = faded(cosines, names)
        tables = (self.weights_, self.offsets_)
        self._keep(tables, one, other, fused(cosines, pairs.same, names, leads, first == second))
        if folded is None:
            return
        sense, known = folded.likeness(pairs, first, second, others)
        same = pairs.same[known]
        seen = np.column_stack([cosines[known], sense[known]])
        found = fused(seen, same, [*names, SenseRoad.name], [*leads, True], first == second)
        self._keep((self.sense_weights_, self.sense_offsets_), one, other, found)
        level = sense[known][~same].mean() if found else self.sense_levels_[0, 0]
        self.sense_levels_[one, other] = self.sense_levels_[other, one] = level

    def _keep(
        self, tables: tuple[Any, Any], one: int, other: int, found: tuple[Any, float] | None
    ) -> None:
        """Keep what was learnt of two languages; where nothing was, what is known of English."""
        weights, offsets = tables
        learnt = found or (weights[0, 0].copy(), offsets[0, 0])
        weights[one, other] = weights[other, one] = learnt[0]
        offsets[one, other] = offsets[other, one] = learnt[1]

    def _cosines(self, pairs: Pairs) -> Any:
        """Return the cosines of pairs of names on the roads, shape (n_pairs, n_roads)."""
        hidden = np.where(is_hidden(len(pairs.concepts)), pairs.concepts, -1)
        one = self._vectors(TextAnalyzer().transform(pairs.lengthened), hidden)
        two = self._vectors(TextAnalyzer().transform(pairs.right), hidden)
        if not len(pairs.concepts):
            return np.empty((0, len(self.roads)))
        return np.column_stack(
            [
                np.asarray(ours[pairs.rows].multiply(theirs[pairs.partners]).sum(axis=1))
                for ours, theirs in zip(one.roads, two.roads, strict=True)
            ]
        )

    def _fingerprint(self, texts: Sequence[Passage]) -> str:
        digest = hashlib.sha256()
        for part in (
            CODE_VERSION,
            [astuple(concept) for concept in self.vocabulary.concepts],
            [[text.title, text.text] for text in texts],
            [[road.name, getattr(road, "content_hash_", "")] for road in self.roads],
            self.encoder_name_,
            *(
                learnt.round(6).tolist()
                for learnt in (
                    self.weights_,
                    self.offsets_,
                    self.sense_weights_,
                    self.sense_offsets_,
                    self.sense_levels_,
                )
            ),
        ):
            digest.update(json.dumps(part).encode())
        return f"{CODE_VERSION}:{'+'.join(self.road_names)}:{digest.hexdigest()[:16]}"


def fit_text_model(
    vocabulary: Vocabulary,
    *,
    texts: Sequence[Passage] = (),
    dictionary_path: Path | None = None,
    book: Book | None = None,
    seed: int = 0,
) -> TextModel:
    """Fit the text model with the roads that are to be had here.

    Parameters
    ----------
    vocabulary : Vocabulary
    texts : sequence of Passage
        Texts as companies write them; may be empty.
    dictionary_path : Path, optional
        An EDICT file. Where it is not given or not there, the road is left out, which
        `TextModel.version_` and `MatchResult.diagnostics` say.
    book : Book, optional
        Sentence vectors of the names; without it the sense road is left out.
    """
    roads: list[Road] = [WordRoad(), ConceptRoad(vocabulary.concepts)]
    if dictionary_path is not None and dictionary_path.is_file():
        roads.append(DictionaryRoad(read_edict(dictionary_path)))
    return TextModel(vocabulary, roads, seed=seed).fit(texts, book=book)


def _place(rows: Any, columns: Any) -> Any:
    """Return the index of a group's block; None stands for all."""
    if rows is None or columns is None:
        return slice(None) if rows is None else rows, slice(None) if columns is None else columns
    return np.ix_(rows, columns)


def _groups(texts: Vectors) -> Iterator[tuple[int, bool, Any]]:
    """Yield (language, whether with sentence vectors, rows), rows None where it is all texts."""
    known = np.zeros(len(texts.sizes), bool) if texts.sense is None else texts.sense.known
    kinds = texts.languages * 2 + known
    for kind in np.unique(kinds):
        rows = np.flatnonzero(kinds == kind)
        yield int(kind) // 2, bool(kind % 2), None if len(rows) == len(kinds) else rows
