"""Officers whose taste is known: what they approve follows weights that nobody tells the model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from matchmaker.engines.matching.learning import PARTS, Label, scores_of
from matchmaker.engines.matching.score import Weights

BEGIN = datetime(2027, 3, 1, 9, tzinfo=UTC)
PRICE_AND_PAPERS = Weights(hs=0.15, text=0.10, volume=0.02, price=0.35, certificates=0.25)
"""Of officers who look at price and certificates first."""
SHARP = 15.0
"""How sure they are: log-odds a whole point of score."""


def some_parts(number, random):
    """Parts of pairs whose goods agree, each other part unknown in three of ten."""
    table = random.beta(2, 1.2, size=(number, len(PARTS)))
    table[:, PARTS.index("hs")] = random.choice([1, 2 / 3, 1 / 3], size=number)
    unknown = random.random(table.shape) < 0.3
    unknown[:, [PARTS.index(part) for part in ("sector", "text", "language")]] = False
    return [
        dict(zip(PARTS, row.tolist(), strict=True)) for row in np.where(unknown, np.nan, table)
    ]


def decided(number, taste, *, seed=0, sharp=SHARP):
    """Decisions of officers with a taste, one a minute; with ``sharp=0`` they toss a coin."""
    random = np.random.default_rng(seed)
    pairs = some_parts(number, random)
    scores = scores_of(pairs, taste)
    middle = np.median(scores) if number else 0.5
    chances = 1 / (1 + np.exp(-sharp * (scores - middle)))
    good = random.random(number) < chances
    return [
        Label(parts, bool(one), BEGIN + timedelta(minutes=place))
        for place, (parts, one) in enumerate(zip(pairs, good, strict=True))
    ]
