"""The text model: several roads from text to text, fused into one likeness that means something.

A cosine is no probability: what is high for one road and one pair of languages is low for
another. The model therefore learns, for each pair of languages, how the roads' cosines of names
of the same thing differ from those of different things, on the vocabulary's own parallel names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from matchmaker.engines.matching.analysis import LANGUAGES, Language, Passage
from matchmaker.engines.matching.bag import Bag, TextAnalyzer
from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.engines.matching.dictionary import DictionaryRoad, read_edict
from matchmaker.engines.matching.roads import ConceptRoad, WordRoad

CODE_VERSION = "2"
"""To be raised whenever the code gives other likenesses for the same names."""

PRIOR_ODDS = 1 / 20
"""Odds that two texts taken at random speak of the same goods: an event has tens of kinds."""

SHARPNESS = 20_000
"""Inverse strength of the regularisation times the examples; a smaller one is gentler."""

NEIGHBOUR = 5
"""Places down the list stands a name of like but other goods, as of another heading's."""

UNRELATED = 8
"""Pairs of names of different things for each pair of names of the same thing."""


class Road(Protocol):
    """What the text model asks of a road."""

    name: str

    def connects(self, first: Language, second: Language) -> bool:
        """Tell whether the road leads from texts in one language to texts in the other."""

    def fit(self, X: Bag) -> Any:  # noqa: N803
        """Learn from names and texts."""

    def transform(self, X: Bag) -> Any:  # noqa: N803
        """Return a CSR array with one row of unit length, or zero, for each text."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Texts as the roads see them: one matrix a road, all of n_texts rows.

    ``languages`` are indices in `LANGUAGES`, ``sizes`` numbers of different words.
    """

    roads: tuple[Any, ...]
    languages: Any
    sizes: Any

    def rows(self, chosen: Any) -> Vectors:
        """Return the texts of a slice or an array of row numbers."""
        return Vectors(
            tuple(road[chosen] for road in self.roads), self.languages[chosen], self.sizes[chosen]
        )


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
        Logistic weights of the roads by the languages of the two sides; not negative.
    offsets_ : ndarray of shape (3, 3)
    concept_road_ : ConceptRoad or None
        The first such road, which also names the shared concepts in reasons.
    names_ : int
        The number of names and texts fitted on.
    frequency_ : dict of str to int
        In how many of them each term stands.
    version_ : str
        Changes with the names, the roads, what was learnt and the code.
    """

    def __init__(self, vocabulary: Vocabulary, roads: Sequence[Road], seed: int = 0) -> None:
        self.vocabulary = vocabulary
        self.roads = roads
        self.seed = seed

    def fit(self, X: Sequence[Passage] = (), y: None = None) -> TextModel:  # noqa: ARG002, N803
        """Fit the roads on names and texts, and their fusion on the names.

        Parameters
        ----------
        X : sequence of n_texts Passage
            Texts as companies write them, which say how common a word is; may be empty.
        y : ignored

        Raises
        ------
        ValueError
            If the vocabulary has no concepts.
        """
        if not self.vocabulary.concepts:
            raise ValueError("the vocabulary has no concepts")
        names = [
            Passage(concept.name(language), " ".join(concept.search(language)))
            for concept in self.vocabulary.concepts
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
        self._calibrate()
        self.version_ = self._fingerprint(X)
        return self

    def read(self, passages: Sequence[Passage]) -> Vectors:
        """Return the vectors of n_texts passages; any string is accepted."""
        check_is_fitted(self)
        bag = TextAnalyzer().transform(passages)
        return self._vectors(bag)

    def likeness(self, left: Vectors, right: Vectors) -> Any:
        """Return the likeness of each left to each right text, shape (n_left, n_right).

        1 is the same goods plainly named, 0 nothing in common; NaN where a side has no words.
        """
        check_is_fitted(self)

        def of_pairs(by_language: Any) -> Any:
            return by_language.take(left.languages, axis=0).take(right.languages, axis=1)

        strength = of_pairs(self.offsets_)
        for place, (one, other) in enumerate(zip(left.roads, right.roads, strict=True)):
            cosines = (one @ other.T).toarray()
            cosines *= of_pairs(self.weights_[..., place])
            strength += cosines
        # What no road sees is 0, not the little that the curve leaves there.
        nothing = expit(self.offsets_)
        likeness = expit(strength, out=strength)
        likeness -= of_pairs(nothing)
        likeness /= of_pairs(1 - nothing)
        likeness[left.sizes == 0, :] = np.nan
        likeness[:, right.sizes == 0] = np.nan
        return likeness

    def _vectors(self, bag: Bag, without: Any = None) -> Vectors:
        roads = tuple(
            road.transform(bag, without) if isinstance(road, ConceptRoad) else road.transform(bag)
            for road in self.roads
        )
        return Vectors(roads, bag.languages(), bag.sizes())

    def _calibrate(self) -> None:
        self.weights_ = np.zeros((3, 3, len(self.roads)))
        self.offsets_ = np.zeros((3, 3))
        for one, first in enumerate(LANGUAGES):
            for other in range(one, len(LANGUAGES)):
                cosines, same = self._examples(first, LANGUAGES[other])
                open_roads = [road.connects(first, LANGUAGES[other]) for road in self.roads]
                if same.all() or not same.any():
                    # No names to learn from: as between two texts in English.
                    weights, offset = self.weights_[0, 0], float(self.offsets_[0, 0])
                else:
                    weights, offset = _fuse(cosines, same, open_roads)
                self.weights_[one, other] = self.weights_[other, one] = weights
                self.offsets_[one, other] = self.offsets_[other, one] = offset

    def _examples(self, first: Language, second: Language) -> tuple[Any, Any]:
        """Return cosines of pairs of names, shape (n_pairs, n_roads), and which are the same."""
        pairs = list(_parallel(self.vocabulary.concepts, first, second))
        generator = np.random.default_rng(self.seed)
        own = np.array([place for place, _, _ in pairs], dtype=np.int64)
        # Goods lie mostly in the vocabulary and sometimes beside it: every fourth name may not be
        # recognised as itself, and must meet its like through the neighbours.
        hidden = np.where(np.arange(len(own)) % 4 == 0, own, -1)
        noise = [pairs[place][1].text for place in generator.permutation(len(pairs))]
        left = [
            Passage(passage.title, f"{passage.text} {other}")
            for (_, passage, _), other in zip(pairs, noise, strict=True)
        ]
        one = self._vectors(TextAnalyzer().transform(left), hidden)
        two = self._vectors(TextAnalyzer().transform([passage for _, _, passage in pairs]), hidden)
        rows, partners, same = self._combine(own, generator, one_language=first == second)
        cosines = [
            np.asarray(one.roads[place][rows].multiply(two.roads[place][partners]).sum(axis=1))
            for place in range(len(self.roads))
        ]
        return np.column_stack(cosines) if pairs else np.empty((0, len(self.roads))), same

    def _combine(
        self, own: Any, generator: np.random.Generator, *, one_language: bool
    ) -> tuple[Any, Any, Any]:
        """Return pairs of places in the list of names, and which are of the same thing."""
        chapters = np.array([_chapter(self.vocabulary.concepts[place]) for place in own])
        places = np.arange(len(own))
        rows = np.tile(places, UNRELATED + 1)
        others = generator.integers(0, max(len(own), 1), len(own) * UNRELATED)
        partners = np.concatenate([places, others])
        kept = (rows == partners) | (chapters[rows] != chapters[partners])
        rows, partners = rows[kept], partners[kept]
        if one_language:
            # In one language the words themselves tell like goods apart, as concepts do not.
            rows = np.concatenate([rows, places])
            partners = np.concatenate([partners, (places + NEIGHBOUR) % max(len(own), 1)])
        return rows, partners, rows == partners

    def _fingerprint(self, texts: Sequence[Passage]) -> str:
        digest = hashlib.sha256()
        for part in (
            CODE_VERSION,
            [astuple(concept) for concept in self.vocabulary.concepts],
            [[text.title, text.text] for text in texts],
            [[road.name, getattr(road, "content_hash_", "")] for road in self.roads],
            self.weights_.round(6).tolist(),
            self.offsets_.round(6).tolist(),
        ):
            digest.update(json.dumps(part).encode())
        names = "+".join(road.name for road in self.roads)
        return f"{CODE_VERSION}:{names}:{digest.hexdigest()[:16]}"


def fit_text_model(
    vocabulary: Vocabulary,
    *,
    texts: Sequence[Passage] = (),
    dictionary_path: Path | None = None,
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
    """
    roads: list[Road] = [WordRoad(), ConceptRoad(vocabulary.concepts)]
    if dictionary_path is not None and dictionary_path.is_file():
        roads.append(DictionaryRoad(read_edict(dictionary_path)))
    return TextModel(vocabulary, roads, seed=seed).fit(texts)


def _parallel(
    concepts: Sequence[Concept], first: Language, second: Language
) -> Iterator[tuple[int, Passage, Passage]]:
    """Yield (place of the concept, its name in one language, its name in the other).

    In one language it is the name and the search words, which are other words for the same.
    """
    for place, concept in enumerate(concepts):
        search = " ".join(concept.search(first))
        if first == second:
            # Two writers of one language share some of the words, or none.
            half = " ".join(concept.search(first)[::2])
            left = Passage(concept.name(first), search if place % 4 < 3 else "")
            right = Passage(half, "")
        else:
            left = Passage(concept.name(first), search)
            right = Passage(concept.name(second), " ".join(concept.search(second)))
        if left.title and (right.title or right.text):
            yield place, left, right


def _chapter(concept: Concept) -> str:
    return concept.code.split("-", 1)[0] if concept.kind == "sector" else concept.code[:2]


def _fuse(cosines: Any, same: Any, open_roads: Sequence[bool]) -> tuple[Any, float]:
    """Return logistic weights of the roads, not negative, and the offset.

    The same things are weighed so that their odds are `PRIOR_ODDS`; a road that would count
    against is left out, for likeness on one road never makes goods less alike.
    """
    used = np.array(open_roads)
    importance = np.where(same, PRIOR_ODDS * (~same).sum() / same.sum(), 1.0)
    weights = np.zeros(cosines.shape[1])
    while True:
        model = LogisticRegression(C=SHARPNESS / importance.sum(), max_iter=1000)
        model.fit(cosines[:, used], same, sample_weight=importance)
        if (model.coef_[0] >= 0).all():
            weights[used] = model.coef_[0]
            return weights, float(model.intercept_[0])
        used[np.flatnonzero(used)[model.coef_[0] < 0]] = False
