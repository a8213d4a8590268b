"""Texts as the roads see them, and how what the roads say is joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from matchmaker.engines.matching.calibration import left_to_concepts
from matchmaker.engines.matching.sense import SenseRows


@dataclass(frozen=True, slots=True)
class Vectors:
    """Texts as the roads see them: one matrix a road, all of n_texts rows.

    ``languages`` are indices in `LANGUAGES`, ``sizes`` numbers of different words. ``sense`` is
    None where the model has no encoder; a text without a kept vector is not ``known`` there.
    """

    roads: tuple[Any, ...]
    languages: Any
    sizes: Any
    sense: SenseRows | None = None

    def rows(self, chosen: Any) -> Vectors:
        """Return the texts of a slice or an array of row numbers."""
        return Vectors(
            tuple(road[chosen] for road in self.roads),
            self.languages[chosen],
            self.sizes[chosen],
            None if self.sense is None else self.sense.rows(chosen),
        )


@dataclass(frozen=True, slots=True)
class Fusion:
    """A logistic curve over the cosines of all roads, for one pair of languages.

    The strength of a pair is the sense road's likeness, if that road has a say (``sense``), and
    the cosines of the roads times ``roads / scale``; the curve is at ``scale * strength +
    offset``. What no road sees is 0, not the little that the curve leaves there, the ``floor``.
    Within one language the words leave less to the concepts the more they meet: ``words`` and
    ``concepts`` are the places of these roads, None where nothing fades.
    """

    roads: Any
    sense: bool
    scale: float
    offset: float
    floor: float
    words: int | None = None
    concepts: int | None = None

    @property
    def fades(self) -> bool:
        """Tell whether the concepts fade."""
        return self.words is not None and self.concepts is not None

    def fade(self, concepts: Any, words: Any) -> Any:
        """Return the concepts' share of strengths, less where the words' share is large."""
        assert self.words is not None
        return concepts * left_to_concepts(words * (self.scale / self.roads[self.words]))

    def likeness(self, strength: Any) -> Any:
        """Return the likeness, 0 to 1, of strengths of any shape and of the same precision."""
        likeness = expit(strength * self.scale + self.offset)
        likeness -= self.floor
        likeness /= 1 - self.floor
        return np.maximum(likeness, 0, out=likeness)
