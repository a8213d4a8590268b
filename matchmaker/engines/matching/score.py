"""From parts to a score: two directed scores, joined by the harmonic mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

GOODS = ("hs", "sector", "text")
"""The parts that say whether it is the same goods at all."""

SUPPLY = (
    *GOODS,
    "volume",
    "min_order",
    "price",
    "lead_time",
    "certificates",
    "readiness",
    "language",
    "experience",
    "supplier",
)
"""Parts of the question whether the exporter meets the need."""

DEMAND = (*GOODS, "min_order", "price", "language", "experience")
"""Parts of the question whether the buyer fits what the exporter looks for."""

GOODS_FLOOR = 0.2
"""Likeness of goods up to which a pair is not suggested."""

GOODS_ENOUGH = 0.6
"""Likeness of goods from which on the other parts count in full."""

_HALVINGS = 30

SECTOR_ALONE = 0.5
"""Highest likeness of goods where only the sectors are known: one sector holds many goods."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part counts; only their proportions matter.

    Raises
    ------
    ValueError
        If a weight is negative or not finite, or all weights of `GOODS` are 0.
    """

    hs: float = 0.22
    sector: float = 0.08
    text: float = 0.22
    volume: float = 0.10
    min_order: float = 0.06
    price: float = 0.10
    lead_time: float = 0.05
    certificates: float = 0.08
    readiness: float = 0.05
    language: float = 0.04
    experience: float = 0.04
    supplier: float = 0.02

    def __post_init__(self) -> None:
        for field in fields(self):
            weight = getattr(self, field.name)
            if not (np.isfinite(weight) and weight >= 0):
                raise ValueError(f"the weight of {field.name} must be a number not below 0")
        if not any(self.of(part) for part in GOODS):
            raise ValueError("the weights of hs, sector and text must not all be 0")

    def of(self, part: str) -> float:
        weight: float = getattr(self, part)
        return weight


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of n_pairs pairs; each field is an ndarray of shape (n_pairs,), 0 to 1.

    ``factor`` is what the goods let through: both directed scores are weighted means times it.
    ``supply_known`` and ``demand_known`` are the shares of the weight whose parts are known, and
    ``confidence`` the smaller of them.
    """

    score: Any
    supply: Any
    demand: Any
    factor: Any
    supply_known: Any
    demand_known: Any
    confidence: Any


def goods_likeness(parts: Mapping[str, Any], weights: Weights) -> Any:
    """Return how much alike the goods are, 0 to 1: the weighted mean of the known parts.

    0 where nothing is known of them; at most `SECTOR_ALONE` where only the sector is.
    """
    return _goods(parts, _sums(parts, weights, GOODS))


def score(parts: Mapping[str, Any], weights: Weights) -> Scored:
    """Score pairs from their parts.

    Parameters
    ----------
    parts : mapping of str to ndarray of shape (n_pairs,)
        Every part of `SUPPLY`; 0 to 1, NaN where unknown.
    weights : Weights

    Notes
    -----
    A directed score is ``factor * sum(w * v) / sum(w)`` over the known parts of its direction.
    The factor rises from 0 at `GOODS_FLOOR` to 1 at `GOODS_ENOUGH`, so that no price and no
    language lifts a pair whose goods are not alike. An unknown part leaves its weight to the
    others, and lowers the confidence. The score is the harmonic mean of the two, never above
    twice the smaller.
    """
    of_goods = _sums(parts, weights, GOODS)
    of_demand = _sums(parts, weights, DEMAND[len(GOODS) :], of_goods)
    # All that counts for the demand counts for the supply too.
    of_supply = _sums(parts, weights, [one for one in SUPPLY if one not in DEMAND], of_demand)
    factor = _factor(_goods(parts, of_goods))
    supply, demand = factor * of_supply.mean(), factor * of_demand.mean()
    supply_known, demand_known = (
        sums.known / sum(weights.of(part) for part in direction)
        for sums, direction in ((of_supply, SUPPLY), (of_demand, DEMAND))
    )
    return Scored(
        harmonic_mean(supply, demand),
        supply,
        demand,
        factor,
        supply_known,
        demand_known,
        np.minimum(supply_known, demand_known),
    )


def least_goods(known: Any, weights: Weights, least_score: float) -> Any:
    """Return how much alike goods must be at least for a score, whatever else is said of them.

    Parameters
    ----------
    known : ndarray
        Weight of the parts of `GOODS` that are known; where it is 0, no likeness will do.
    weights : Weights
    least_score : float
        0 to 1.

    Returns
    -------
    ndarray of the shape of ``known``
        A little too low rather than too high, and not below `GOODS_FLOOR`.
    """
    others = [
        sum(weights.of(part) for part in direction if part not in GOODS)
        for direction in (SUPPLY, DEMAND)
    ]
    low, high = np.full(np.shape(known), GOODS_FLOOR), np.ones(np.shape(known))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        # At best, all other parts are known and 1.
        means = [
            np.divide(known * middle + other, known + other, where=known + other > 0,
                      out=np.zeros(np.shape(known)))
            for other in others
        ]  # fmt: skip
        enough = _factor(middle) * harmonic_mean(*means) >= least_score
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return low


def contributions(
    parts: Mapping[str, Any], weights: Weights, direction: tuple[str, ...], factor: Any
) -> dict[str, Any]:
    """Return what each part gives to a directed score, their sum; unknown ones give 0."""
    whole = _sums(parts, weights, direction).known
    return {
        part: np.divide(
            factor * weights.of(part) * np.nan_to_num(parts[part]),
            whole,
            out=np.zeros_like(whole),
            where=whole > 0,
        )
        for part in direction
    }


def harmonic_mean(one: Any, other: Any) -> Any:
    """Return the harmonic mean of two arrays of values not negative, 0 where both are 0."""
    total = one + other
    return np.divide(2 * one * other, total, out=np.zeros_like(total), where=total > 0)


@dataclass(frozen=True, slots=True)
class _Sums:
    """Of the known parts: their weighted values, and their weights."""

    total: Any
    known: Any

    def mean(self) -> Any:
        return np.divide(
            self.total, self.known, out=np.zeros(np.shape(self.total)), where=self.known > 0
        )


def _sums(
    parts: Mapping[str, Any], weights: Weights, chosen: Sequence[str], start: _Sums | None = None
) -> _Sums:
    shape = np.shape(parts[GOODS[0]])
    total = np.zeros(shape) if start is None else start.total.copy()
    known = np.zeros(shape) if start is None else start.known.copy()
    for part in chosen:
        weight, unknown = weights.of(part), np.isnan(parts[part])
        share = weight * parts[part]
        share[unknown] = 0.0
        total += share
        known += np.where(unknown, 0.0, weight)
    return _Sums(total, known)


def _goods(parts: Mapping[str, Any], sums: _Sums) -> Any:
    mean = sums.mean()
    alone = np.isnan(parts["hs"]) & np.isnan(parts["text"])
    return np.where(alone, np.minimum(mean, SECTOR_ALONE), mean)


def _factor(goods: Any) -> Any:
    """Return what the likeness of the goods lets through."""
    return ((goods - GOODS_FLOOR) / (GOODS_ENOUGH - GOODS_FLOOR)).clip(0.0, 1.0)
