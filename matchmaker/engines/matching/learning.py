"""Weights learnt from officers' decisions, and how often pairs of a score were approved.

The formula of `score` stays as it is, only its weights are learnt. So a learnt score still adds
up from its parts, and with weights not negative a better part never lowers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal, Self

import numpy as np
from scipy.optimize import minimize
from sklearn.base import BaseEstimator
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from matchmaker.engines.matching.score import GOODS, Weights, score

PARTS = tuple(field.name for field in fields(Weights))

STRENGTH = 400.0
"""How firmly the officers' weights hold, as the inverse variance of a weight: they are believed to
be right within 1 / sqrt(400) = 0.05. Ten decisions move none by more than 0.02; docs/learning.md
has more figures."""

KEPT_OF_GOODS = 0.25
"""Share of its weight that a part of the goods keeps whatever was decided. Decisions are about
pairs whose goods agree already, so they cannot tell what the goods are worth; and without its
weight a pair known by that part alone would be suggested no more."""

SLOPE, SLOPE_SPREAD = 8.0, 4.0
"""What a whole point of score is worth in log-odds before anything is known, and how surely."""

FOLDS = 5
ENOUGH_FOR_STEPS = 300
"""Decisions from which on the shares follow steps of their own, not a logistic curve."""

GRID = tuple(round(step / 40, 3) for step in range(41))
"""Scores at which a calibration is kept; between them it runs straight."""

_STEP = 1e-6
Parts = Mapping[str, float | None]
"""Values of parts, 0 to 1; unknown ones are None, NaN or missing."""


@dataclass(frozen=True, slots=True)
class Label:
    """One pair that somebody judged; pairs are compared within their `group` only.

    A group is what was judged together, as the suggestions of one event.
    """

    parts: Parts
    good: bool
    at: datetime
    group: str = ""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Share approved at each score of `GRID`, 0 to 1, never falling."""

    shares: tuple[float, ...]
    method: Literal["share", "logistic", "steps"] = "share"
    """One share for all, a logistic curve, or steps (isotonic)."""

    def at(self, scores: Any) -> Any:
        """Return the share approved at scores of shape (n,), 0 to 1."""
        return np.interp(scores, GRID, self.shares)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Calibration:
        return cls(tuple(data["shares"]), data["method"])


@dataclass(frozen=True, slots=True)
class Learnt:
    """Weights with the shares approved at their scores."""

    weights: Weights
    calibration: Calibration


def columns_of(parts: Iterable[Parts]) -> dict[str, Any]:
    """Return parts as `score` reads them: arrays of shape (n,), 0 to 1, NaN unknown."""
    rows = [[one.get(part) for part in PARTS] for one in parts]
    table = np.array(rows, dtype=float).reshape(len(rows), len(PARTS))
    return dict(zip(PARTS, table.clip(0.0, 1.0).T, strict=True))


def scores_of(parts: Iterable[Parts], weights: Weights) -> Any:
    """Return the scores of n pairs, shape (n,), 0 to 1."""
    scores: Any = score(columns_of(parts), weights).score
    return scores


class WeightsLearner(BaseEstimator):
    """Finds the weights under which the score tells approved pairs from rejected ones best.

    It minimises the logistic loss of ``slope * score + intercept`` over the decisions, plus
    ``strength / 2`` times the squared distance from the prior weights. Bounds keep the weights
    from 0 upwards, those of the goods from `KEPT_OF_GOODS` of their prior.

    Parameters
    ----------
    prior : Weights or None
        The officers' own; None for the usual ones.
    strength : float
        In squared inverse weight, see `STRENGTH`.

    Attributes
    ----------
    weights_ : Weights
        They sum up to what the prior sums up to; the prior itself where nothing can be learnt:
        without decisions, or with decisions that are all the same.
    slope_, intercept_ : float
        From a score to log-odds, the slope not below 0.
    n_iter_ : int
    """

    def __init__(self, prior: Weights | None = None, strength: float = STRENGTH) -> None:
        self.prior = prior
        self.strength = strength

    def fit(self, X: Sequence[Parts], y: Any) -> Self:  # noqa: N803
        """Learn from the parts of n pairs and whether each was approved, n truths.

        Raises
        ------
        ValueError
            If the strength is not above 0, or the lengths differ.
        """
        if not self.strength > 0:
            raise ValueError("the strength must be a number above 0")
        if len(X) != len(y):
            raise ValueError("there must be as many answers as pairs")
        prior = self.prior or Weights()
        start = np.array([prior.of(part) for part in PARTS])
        good = np.asarray(y, dtype=float)
        self.weights_, self.slope_, self.intercept_, self.n_iter_ = prior, SLOPE, 0.0, 0
        if len(good) == 0 or good.min() == good.max():
            return self
        columns, unit = columns_of(X), 1 / np.sqrt(self.strength)
        middle = float(score(columns, prior).score.mean())
        kept = np.array([KEPT_OF_GOODS if part in GOODS else 0.0 for part in PARTS])
        found = minimize(
            _loss,
            np.zeros(len(PARTS) + 2),
            args=(columns, good, start, unit, middle),
            jac=True,
            method="L-BFGS-B",
            # In units of the spread of the prior, so that one step suits all.
            bounds=[
                *((low, None) for low in (kept - 1) * start / unit),
                (-SLOPE / SLOPE_SPREAD, None),
                (None, None),
            ],
            options={"ftol": 1e-7},
        )
        learnt = (start + unit * found.x[: len(PARTS)]).clip(0.0)
        learnt = (learnt * start.sum() / learnt.sum()).round(6)
        self.weights_ = Weights(**dict(zip(PARTS, learnt.tolist(), strict=True)))
        self.slope_ = SLOPE + SLOPE_SPREAD * float(found.x[-2])
        self.intercept_ = float(found.x[-1]) - self.slope_ * middle
        self.n_iter_ = int(found.nit)
        return self

    def decision_function(self, X: Sequence[Parts]) -> Any:  # noqa: N803
        """Return the scores of n pairs under the learnt weights, shape (n,), 0 to 1."""
        return scores_of(X, self.weights_)


def _loss(
    point: Any, columns: Mapping[str, Any], good: Any, start: Any, unit: float, middle: float
) -> tuple[float, Any]:
    """Return the loss to be made small and its gradient.

    ``point`` is how far the weights stray from ``start`` in ``unit``, the slope from `SLOPE` in
    `SLOPE_SPREAD`, and the log-odds at the score ``middle``. How the score changes with a weight
    is found by a small step, so that the formula stands in one place only.
    """
    weights = (start + unit * point[:-2]).clip(0.0)
    slope = SLOPE + SLOPE_SPREAD * point[-2]
    scores = _scored(columns, weights)
    steps = (_scored(columns, weights + step) for step in _STEP * np.eye(len(PARTS)))
    changes = np.stack([(after - scores) / _STEP for after in steps])
    odds = slope * (scores - middle) + point[-1]
    off = 1 / (1 + np.exp(-odds.clip(-500, 500))) - good
    loss = (np.logaddexp(0, odds) - good * odds).sum() + (point[:-1] @ point[:-1]) / 2
    of_weights = unit * slope * (changes @ off) + point[:-2]
    of_slope = SLOPE_SPREAD * ((scores - middle) @ off) + point[-2]
    return float(loss), np.array([*of_weights, of_slope, off.sum()])


def _scored(columns: Mapping[str, Any], weights: Any) -> Any:
    return score(columns, Weights(**dict(zip(PARTS, weights.tolist(), strict=True)))).score


def calibrate(scores: Any, good: Any) -> Calibration:
    """Return how the share approved rises with the score.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        0 to 1; of weights that were not learnt from these very decisions.
    good : ndarray of bool of shape (n,)

    Notes
    -----
    Nobody is sure after n decisions: a share stays between 1 / (n + 2) and (n + 1) / (n + 2),
    the rule of succession. Without a decision it is a half. Where approved pairs score no higher
    than rejected ones, it is the same share for all scores.
    """
    scores, good = np.asarray(scores, dtype=float), np.asarray(good, dtype=float)
    number, grid = len(good), np.array(GRID)
    overall = (good.sum() + 1) / (number + 2)
    spread = scores.std() if number else 0.0
    if number == 0 or good.min() == good.max() or spread < _STEP:
        return Calibration((float(overall),) * len(GRID))
    method: Literal["logistic", "steps"] = "steps" if number >= ENOUGH_FOR_STEPS else "logistic"
    if method == "steps":
        steps = IsotonicRegression(out_of_bounds="clip").fit(scores, good)
        shares = steps.predict(grid)
    else:
        centre = scores.mean()
        curve = LogisticRegression().fit(((scores - centre) / spread)[:, None], good)
        if curve.coef_[0, 0] <= 0:
            return Calibration((float(overall),) * len(GRID))
        shares = curve.predict_proba(((grid - centre) / spread)[:, None])[:, 1]
    bounded = shares.clip(1 / (number + 2), (number + 1) / (number + 2))
    return Calibration(tuple(bounded.round(4).tolist()), method)


def fit_weights(
    labels: Sequence[Label],
    *,
    prior: Weights | None = None,
    strength: float = STRENGTH,
    seed: int = 0,
) -> Learnt:
    """Learn weights from decisions, with the shares approved at their scores.

    The shares are cross-fitted: each decision is scored by weights learnt from the others, for a
    model looks better than it is on what it has learnt from.
    """
    parts, good = [one.parts for one in labels], np.array([one.good for one in labels], dtype=bool)
    learner = WeightsLearner(prior, strength)
    scores = np.zeros(len(labels))
    if len(labels) >= FOLDS:
        folds = KFold(FOLDS, shuffle=True, random_state=seed)
        for some, others in folds.split(scores):
            learner.fit([parts[place] for place in some], good[some])
            scores[others] = learner.decision_function([parts[place] for place in others])
    else:
        scores = learner.fit([], []).decision_function(parts)
    return Learnt(learner.fit(parts, good).weights_, calibrate(scores, good))
