"""Learning from parallel names what cosines of several roads mean together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from matchmaker.engines.matching.analysis import LANGUAGES, Language, Passage
from matchmaker.engines.matching.data import Concept
from matchmaker.engines.matching.sense import SenseRoad, joined

PRIOR_ODDS = 1 / 20
"""Odds that two texts taken at random speak of the same goods: an event has tens of kinds."""

SHARPNESS = 20_000
"""Inverse strength of the regularisation times the examples; a smaller one is gentler."""

NEIGHBOUR = 5
"""Places down the list stands a name of like but other goods, as of another heading's."""

UNRELATED = 8
"""Pairs of names of different things for each pair of names of the same thing."""

HIDDEN, HIDDEN_OF_FEW, FEW = 3, 1, 200
"""Of four names, so many may not be recognised as themselves, and must meet their like through the
neighbours, as companies name their goods otherwise than the vocabulary. Few names have few
neighbours: below `FEW` most are recognised."""

FOLDS = 5
"""Parts of the chapters; a map is never tried on the names that it was learnt from."""

MIXTURE = {"words": 1.0, "concepts": 0.3, "sense": 0.3}
"""What the roads count within one language, where words must tell one model from the next.

Names cannot teach that: these were chosen on labelled sets of shop listings, see docs/matching.md.
"""

FADING = 3
"""Power of what the words leave to the concepts; with `MIXTURE` more words never count less."""

OTHER_TOPIC = 0.25
"""Share of a text that speaks of something else, in the mixture of two names' vectors."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names of one language against names of another.

    Attributes
    ----------
    concepts : ndarray of int, shape (n_names,)
        Places of the concepts the names belong to.
    left, right : list of n_names Passage
    rows, partners : ndarrays of int, shape (n_pairs,)
        Places in ``left`` and ``right``.
    same : ndarray of bool, shape (n_pairs,)
    noise : ndarray of int, shape (n_names,)
        The name whose words lengthen each of ``left``.
    """

    concepts: Any
    left: list[Passage]
    right: list[Passage]
    rows: Any
    partners: Any
    same: Any
    noise: Any

    @property
    def lengthened(self) -> list[Passage]:
        """Return the names of the left as companies write them: with words of something else."""
        return [
            Passage(passage.title, f"{passage.text} {self.left[other].text}")
            for passage, other in zip(self.left, self.noise, strict=True)
        ]


def pairs_of(
    concepts: Sequence[Concept], first: Language, second: Language, generator: np.random.Generator
) -> Pairs:
    """Return pairs of names of the same thing and of different things."""
    found = list(_parallel(concepts, first, second))
    own = np.array([place for place, _, _ in found], dtype=np.int64)
    noise = generator.permutation(len(found))
    chapters = np.array([chapter_of(concepts[place]) for place in own])
    places = np.arange(len(own))
    rows = np.tile(places, UNRELATED + 1)
    others = generator.integers(0, max(len(own), 1), len(own) * UNRELATED)
    partners = np.concatenate([places, others])
    kept = (rows == partners) | (chapters[rows] != chapters[partners])
    rows, partners = rows[kept], partners[kept]
    if first == second:
        # In one language the words themselves tell like goods apart, as concepts do not.
        rows = np.concatenate([rows, places])
        partners = np.concatenate([partners, (places + NEIGHBOUR) % max(len(own), 1)])
    left, right = [one for _, one, _ in found], [one for _, _, one in found]
    return Pairs(own, left, right, rows, partners, rows == partners, noise)


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
            left = Passage(concept.name(first), search if place % 4 < 3 else "")
            right = Passage(synonyms(concept, first), "")
        else:
            left = Passage(concept.name(first), search)
            right = Passage(concept.name(second), " ".join(concept.search(second)))
        if left.title and (right.title or right.text):
            yield place, left, right


def synonyms(concept: Concept, language: Language) -> str:
    """Return every second of the search words, as another writer's words for the same."""
    return " ".join(concept.search(language)[::2])


def chapter_of(concept: Concept) -> str:
    """Return the chapter or parent sector; whatever has none is its own."""
    if concept.kind == "hs":
        return concept.code[:2]
    return concept.code.split("-", 1)[0] if concept.kind == "sector" else concept.code


def is_hidden(number: int) -> Any:
    """Return which of so many names may not be recognised as themselves, bool (number,)."""
    return np.arange(number) % 4 < (HIDDEN if number >= FEW else HIDDEN_OF_FEW)


def left_to_concepts(words: Any) -> Any:
    """Return what the cosines of the words leave to the concepts to say, 0 to 1."""
    return np.clip(1 - words, 0, 1) ** FADING


def faded(cosines: Any, names: Sequence[str]) -> Any:
    """Return the cosines within one language, shape (n_pairs, n_roads), the concepts' faded."""
    cosines = cosines.copy()
    if "words" in names and "concepts" in names:
        words = cosines[:, names.index("words")]
        cosines[:, names.index("concepts")] *= left_to_concepts(words)
    return cosines


def fused(
    cosines: Any,
    same: Any,
    names: Sequence[str],
    leads: Sequence[bool],
    one_language: bool,  # noqa: FBT001 - a plain fact
) -> tuple[Any, float] | None:
    """Return logistic weights of the roads, not negative, and the offset.

    Parameters
    ----------
    cosines : ndarray of shape (n_pairs, n_roads)
    same : ndarray of bool, shape (n_pairs,)
    names : sequence of n_roads str
    leads : sequence of n_roads bool
        Which roads lead between the languages.
    one_language : bool
        Then the proportions are those of `MIXTURE`.

    Returns
    -------
    tuple or None
        None where there are no names to learn from.

    Notes
    -----
    The same things are weighed so that their odds are `PRIOR_ODDS`; a road that would count
    against is left out, for likeness on one road never makes goods less alike.
    """
    if same.all() or not same.any():
        return None
    used = np.array(leads)
    importance = np.where(same, PRIOR_ODDS * (~same).sum() / same.sum(), 1.0)
    strength = SHARPNESS / importance.sum()
    weights = np.zeros(cosines.shape[1])
    if one_language:
        mixture = np.array([MIXTURE.get(name, 1.0) for name in names]) * used
        model = LogisticRegression(C=strength, max_iter=1000)
        model.fit((cosines @ mixture)[:, np.newaxis], same, sample_weight=importance)
        return mixture * max(float(model.coef_[0, 0]), 0.0), float(model.intercept_[0])
    while used.any():
        model = LogisticRegression(C=strength, max_iter=1000)
        model.fit(cosines[:, used], same, sample_weight=importance)
        if (model.coef_[0] >= 0).all():
            weights[used] = model.coef_[0]
            return weights, float(model.intercept_[0])
        used[np.flatnonzero(used)[model.coef_[0] < 0]] = False
    return weights, float(np.log(PRIOR_ODDS))


class FoldedSense:
    """Sense roads that have not seen the chapters they are asked about.

    Parameters
    ----------
    concepts : sequence of n_names Concept
    road : SenseRoad
        Whose parameters are taken.
    names : ndarray of float32, shape (n_languages, n_names, dimensions)
    """

    def __init__(self, concepts: Sequence[Concept], road: SenseRoad, names: Any) -> None:
        self._names = names
        order = {code: at for at, code in enumerate(sorted({chapter_of(one) for one in concepts}))}
        self._fold = np.array([order[chapter_of(one)] % FOLDS for one in concepts])
        self._roads = [
            SenseRoad(**road.get_params()).fit(names[:, self._fold != fold])
            for fold in range(FOLDS)
        ]

    def likeness(self, pairs: Pairs, first: Language, second: Language, synonyms: Any) -> Any:
        """Return the likeness in meaning of pairs of names, shape (n_pairs,), and if it is known.

        ``synonyms``, of shape (n_languages, n_names, dimensions), stand on the right within one
        language.
        """
        one, other = LANGUAGES.index(first), LANGUAGES.index(second)
        left = self._names[one][pairs.concepts]
        left = (1 - OTHER_TOPIC) * left + OTHER_TOPIC * left[pairs.noise]
        right = (synonyms if one == other else self._names)[other][pairs.concepts]
        found = np.zeros(len(pairs.rows))
        known = np.zeros(len(pairs.rows), dtype=bool)
        folds = self._fold[pairs.concepts]
        for fold, road in enumerate(self._roads):
            asked = np.flatnonzero(folds[pairs.rows] == fold)
            rows, here = np.unique(pairs.rows[asked], return_inverse=True)
            ours = road.transform(left[rows], np.full(len(rows), one), [other])
            theirs = road.transform(right, np.full(len(right), other), [one])
            partners = pairs.partners[asked]
            ends = joined(ours, other)[here], joined(theirs, one, swapped=True)[partners]
            found[asked] = np.einsum("ij,ij->i", *ends)
            known[asked] = ours.known[here] & theirs.known[partners]
        return found, known
