"""Whether learnt weights are better than the present ones, on later decisions than they know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np

from matchmaker.engines.matching.learning import (
    Calibration,
    Label,
    Learnt,
    calibrate,
    fit_weights,
    scores_of,
)
from matchmaker.engines.matching.score import Weights

LEARNT_SHARE = 0.7
"""The earliest decisions, as a share of all, are learnt from; the later ones are for the trial."""

LEAST = 60
"""Decisions below which nothing is learnt: the prior would decide nearly alone."""

LEAST_OF_A_KIND = 15
"""Approved and rejected pairs that the trial must have, of each: with fewer an interval from
drawing again is too narrow, and one officer's afternoon would settle it."""

DRAWS, LEVEL = 2_000, 0.90
BANDS = tuple(round(step / 10, 1) for step in range(11))
_ROWS = 512


class Finding(StrEnum):
    """What came of a trial."""

    BETTER = "better"
    NO_BETTER = "no_better"
    TOO_FEW = "too_few"
    """Fewer decisions than `LEAST`."""
    ALL_ALIKE = "all_alike"
    """All approved or all rejected, of all decisions or of those to learn from."""
    TOO_FEW_LATER = "too_few_later"
    """Fewer later ones than `LEAST_OF_A_KIND` of a kind; the weights are learnt, but not tried."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How weights do on decisions; None where these lack approved or rejected ones.

    ``ranking`` is the share of pairs of an approved and a rejected one, of one group, in which
    the approved one scores higher (equal scores count half), 0 to 1; ``log_loss`` the mean
    logarithmic loss of the calibrated shares, 0 or more, less is better.
    """

    ranking: float | None
    log_loss: float | None


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much the ranking is better, with the bounds of its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Band:
    """Later decisions about pairs whose score lies in a band, from ``low`` to below ``high``.

    ``said`` is the mean of the shares that the calibration gives them, 0 to 1.
    """

    low: float
    high: float
    said: float
    approved: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Trial:
    """Weights learnt from the earlier decisions and tried on the later ones.

    ``learnt`` is None where nothing could be learnt; ``gain`` where nothing could be compared.
    ``trained`` and ``tested`` count decisions, ``*_approved`` the approved ones of them.
    """

    finding: Finding
    learnt: Learnt | None
    trained: int
    trained_approved: int
    trained_until: datetime | None
    tested: int
    tested_approved: int
    present: Quality | None = None
    new: Quality | None = None
    gain: Gain | None = None
    bands: tuple[Band, ...] = ()

    def figures(self) -> dict[str, Any]:
        """Return what is told of the trial, as JSON takes it."""
        left_out = {"learnt", "trained", "tested", "trained_until"}
        return {name: value for name, value in asdict(self).items() if name not in left_out}


def try_out(
    labels: Iterable[Label],
    *,
    present: Weights,
    prior: Weights | None = None,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> Trial:
    """Learn from the earlier decisions and compare with the present weights on the later ones.

    Parameters
    ----------
    labels : iterable of Label
        In any order. Those of one moment stay together: nothing learnt from is as late as what
        it is tried on.
    present : Weights
        Those in use.
    prior : Weights, optional
        The officers' own, from which the learnt ones do not stray for little; the usual ones if
        not given.

    Notes
    -----
    Better is what ranks better by an interval whose lower end is above 0. The interval comes
    from drawing the later decisions again, both systems on the same ones.
    """
    ordered = sorted(labels, key=lambda one: one.at)
    earlier, later = _split(ordered)
    if len(ordered) < LEAST:
        return _untold(Finding.TOO_FEW, earlier, later)
    if len({one.good for one in earlier}) < 2:
        return _untold(Finding.ALL_ALIKE, earlier, later)
    if progress is not None:
        progress(0, 2)
    learnt = fit_weights(earlier, prior=prior, seed=seed)
    if progress is not None:
        progress(1, 2)
    return _compared(learnt, earlier, later, present, seed)


def _split(ordered: Sequence[Label]) -> tuple[Sequence[Label], Sequence[Label]]:
    if not ordered:
        return (), ()
    until = ordered[max(int(LEARNT_SHARE * len(ordered)) - 1, 0)].at
    number = sum(one.at <= until for one in ordered)
    return ordered[:number], ordered[number:]


def _counted(earlier: Sequence[Label], later: Sequence[Label]) -> dict[str, Any]:
    return {
        "trained": len(earlier),
        "trained_approved": sum(one.good for one in earlier),
        "trained_until": earlier[-1].at if earlier else None,
        "tested": len(later),
        "tested_approved": sum(one.good for one in later),
    }


def _untold(finding: Finding, earlier: Sequence[Label], later: Sequence[Label]) -> Trial:
    return Trial(finding=finding, learnt=None, **_counted(earlier, later))


def _compared(
    learnt: Learnt,
    earlier: Sequence[Label],
    later: Sequence[Label],
    present: Weights,
    seed: int,
) -> Trial:
    counted = _counted(earlier, later)
    good = np.array([one.good for one in later], dtype=bool)
    parts = [one.parts for one in later]
    old, new = (scores_of(parts, weights) for weights in (present, learnt.weights))
    of_old = calibrate(
        scores_of((one.parts for one in earlier), present),
        np.array([one.good for one in earlier], dtype=bool),
    )
    groups = np.unique([one.group for one in later], return_inverse=True)[1]
    rankings, gain = _rankings((old, new), good, groups, seed)
    enough = min(good.sum(), (~good).sum()) >= LEAST_OF_A_KIND and gain is not None
    finding = Finding.NO_BETTER if enough else Finding.TOO_FEW_LATER
    if enough and gain is not None and gain.low > 0:
        finding = Finding.BETTER
    return Trial(
        finding=finding,
        learnt=learnt,
        present=Quality(rankings[0], _log_loss(of_old, old, good)),
        new=Quality(rankings[1], _log_loss(learnt.calibration, new, good)),
        gain=gain,
        bands=_bands(learnt.calibration, new, good),
        **counted,
    )


def _log_loss(calibration: Calibration, scores: Any, good: Any) -> float | None:
    if len(good) == 0:
        return None
    said = calibration.at(scores)
    return float(-np.log(np.where(good, said, 1 - said)).mean())


def _rankings(
    scores: tuple[Any, Any], good: Any, groups: Any, seed: int
) -> tuple[tuple[float | None, float | None], Gain | None]:
    """Return the ranking of both and the gain; None where no group has both kinds.

    Drawing again gives each decision a count; a pair of them counts as often as the product.
    """
    draws = _draws(len(good), seed)
    wins = np.zeros((2, len(draws)))
    pairs = np.zeros(len(draws))
    approved, rejected = np.flatnonzero(good), np.flatnonzero(~good)
    of_rejected = draws[:, rejected]
    for start in range(0, len(approved), _ROWS):
        rows = approved[start : start + _ROWS]
        together = groups[rows][:, None] == groups[rejected][None, :]
        for place, one in enumerate(scores):
            higher = np.sign(one[rows][:, None] - one[rejected][None, :]) / 2 + 0.5
            won = draws[:, rows] @ (higher * together).astype(np.float32)
            wins[place] += (won * of_rejected).sum(axis=1)
        pairs += ((draws[:, rows] @ together.astype(np.float32)) * of_rejected).sum(axis=1)
    if pairs[0] == 0:
        return (None, None), None
    # The first draw is the decisions as they are. One without any pair says nothing.
    old, new = (wins[:, pairs > 0] / pairs[pairs > 0]).tolist()
    gains = np.array(new) - np.array(old)
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(gains[1:], (tail, 1 - tail)).tolist() if len(gains) > 1 else (0.0, 0.0)
    return (old[0], new[0]), Gain(float(gains[0]), low, high)


def _draws(number: int, seed: int) -> Any:
    """Return counts of shape (1 + DRAWS, number), float32: once each, then drawn again."""
    random = np.random.default_rng(seed)
    again = random.multinomial(number, np.full(number, 1 / number), size=DRAWS) if number else ()
    counts = np.ones((1 + DRAWS, number), dtype=np.float32)
    counts[1:] = np.reshape(again, (DRAWS, number))
    return counts


def _bands(calibration: Calibration, scores: Any, good: Any) -> tuple[Band, ...]:
    said = calibration.at(scores)
    places = np.minimum((scores * 10 + 1e-9).astype(int), 9)
    found = []
    for place in range(10):
        inside = places == place
        if inside.any():
            found.append(
                Band(
                    low=BANDS[place],
                    high=BANDS[place + 1],
                    said=float(said[inside].mean()),
                    approved=int(good[inside].sum()),
                    decisions=int(inside.sum()),
                )
            )
    return tuple(found)
