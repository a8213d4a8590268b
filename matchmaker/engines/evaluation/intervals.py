"""How sure a mean is that was taken over few lists: intervals by drawing the lists again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

DRAWS = 1_000
LEAST_UNITS = 6
"""With fewer, even the same sign in every one comes about by chance more often than 1 in 20."""

BLOCK = 100
"""Draws looked at at once where each of many decisions is weighed; bounds the memory."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the interval that holds 95 of 100 draws.

    ``low`` and ``high`` are None where there is too little to say how sure the figure is.
    """

    value: float
    low: float | None = None
    high: float | None = None


class Draws:
    """How often each unit is drawn, again and again; one object for all that is to be compared.

    Units are what was decided together, as the list of one buyer: decisions within it are not
    independent, so they are drawn together.

    Parameters
    ----------
    units : int
    seed : int, default=0

    References
    ----------
    B. Efron, Bootstrap Methods: Another Look at the Jackknife, Annals of Statistics 7(1), 1979:
    percentiles of the draws.
    """

    def __init__(self, units: int, seed: int = 0) -> None:
        self.units = units
        self.times: Any = None
        if units >= LEAST_UNITS:
            generator = np.random.default_rng(seed)
            self.times = generator.multinomial(units, np.full(units, 1 / units), size=DRAWS)

    def mean(self, values: ArrayLike) -> Figure:
        """Return the mean of one value for each unit, with its interval.

        Raises
        ------
        ValueError
            If there is no unit.
        """
        numbers = np.asarray(values, dtype=float)
        if not len(numbers):
            raise ValueError("there is no mean of nothing")
        drawn = None if self.times is None else self.times @ numbers / self.units
        return _figure(float(numbers.mean()), drawn)

    def of(self, measure: Any, unit_of: Sequence[int] | Any) -> Figure | None:
        """Return a figure of weighed decisions with its interval; None where it has no value.

        Parameters
        ----------
        measure : callable from weights of shape (n_draws, n) to an ndarray of shape (n_draws,)
            NaN where the drawn ones have no value.
        unit_of : array of int of shape (n,)
            The unit that each decision belongs to.
        """
        places = np.asarray(unit_of, dtype=int)
        value = float(measure(np.ones((1, len(places))))[0])
        if np.isnan(value):
            return None
        if self.times is None:
            return Figure(value)
        blocks = (self.times[start : start + BLOCK] for start in range(0, DRAWS, BLOCK))
        return _figure(value, np.concatenate([measure(block[:, places]) for block in blocks]))


def _figure(value: float, drawn: Any) -> Figure:
    if drawn is None:
        return Figure(value)
    low, high = np.nanpercentile(drawn, [2.5, 97.5]).tolist()
    return Figure(value, low, high)
