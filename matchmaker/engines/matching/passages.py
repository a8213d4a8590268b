"""The closest passages of two texts, for a reader to see side by side what the sense road saw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import Book, Sense
from matchmaker.engines.matching.reasons import ClosePassages, Span
from matchmaker.engines.matching.sense import SenseRoad

MOST_PASSAGES = 2

LEAST_CLOSE = 0.35
"""Likeness from which two passages say the like. In the example data four in a hundred pairs of
texts about goods of different chapters have such, and one in three about goods of one heading."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of one side: the passages, and the place of each one's language in `LANGUAGES`."""

    passages: Sequence[Passage]
    languages: Any


@dataclass(frozen=True, slots=True)
class _SubTexts:
    """Sub-texts of several texts, one text after the other.

    ``vectors`` is float32 of shape (n_sub_texts, dimensions); ``starts`` and ``sizes`` say by the
    place of its text where a text's stand, and how many.
    """

    vectors: Any
    spans: list[Span]
    starts: Any
    sizes: Any


def close_passages(
    road: SenseRoad, book: Book, offered: Texts, wanted: Texts, pairs: tuple[Any, Any]
) -> list[tuple[ClosePassages, ...]]:
    """Return the closest passages of pairs of texts, at most `MOST_PASSAGES` a pair.

    Parameters
    ----------
    road : SenseRoad
        Fitted; its means and maps bring both sides into one space.
    book : Book
        Where the sub-texts' vectors are read; a text without any has no close passages.
    offered, wanted : Texts
    pairs : two ndarrays of int of shape (n_pairs,)
        Places in the two.

    Returns
    -------
    list of n_pairs tuples
        The closest first, no passage twice. Titles are set beside each other only where nothing
        else is close: the reader sees them anyway.

    Notes
    -----
    The likeness is the cosine of centred vectors, the need's moved towards the product's
    language. It is that of one direction of the road's likeness, without the crowds, which are
    those of whole texts.
    """
    rows, columns = pairs
    found: list[tuple[ClosePassages, ...]] = [()] * len(rows)
    ours = _read(road, book, offered, np.unique(rows))
    theirs = _read(road, book, wanted, np.unique(columns))
    for language in np.unique(offered.languages[rows]).tolist():
        moved = _moved(road, theirs, wanted.languages, language)
        with_any = (ours.sizes[rows] > 0) & (theirs.sizes[columns] > 0)
        chosen = np.flatnonzero(with_any & (offered.languages[rows] == language))
        near = _near(ours, theirs, moved, rows[chosen], columns[chosen])
        for place, passages in zip(chosen.tolist(), near, strict=True):
            found[place] = passages
    return found


def _read(road: SenseRoad, book: Book, texts: Texts, wanted: Any) -> _SubTexts:
    """Return the sub-texts of the texts wanted, centred by their languages."""
    sizes = np.zeros(len(texts.passages), dtype=np.int64)
    senses: list[Sense] = []
    for place in wanted.tolist():
        sense = book.sense(texts.passages[place])
        if sense is not None and len(sense.spans):
            senses.append(sense)
            sizes[place] = len(sense.spans)
    starts = np.cumsum(sizes) - sizes
    nothing = np.zeros((0, road.means_.shape[1]), dtype=np.float32)
    vectors = np.concatenate([nothing, *(sense.parts for sense in senses)]).astype(np.float32)
    vectors = _unit(vectors - road.means_[np.repeat(texts.languages, sizes)])
    return _SubTexts(vectors, [span for sense in senses for span in sense.spans], starts, sizes)


def _moved(road: SenseRoad, texts: _SubTexts, languages: Any, towards: int) -> Any:
    """Return the vectors moved towards a language, as the road does it."""
    moved = texts.vectors.copy()
    of_parts = np.repeat(languages, texts.sizes)
    for language in np.unique(of_parts).tolist():
        if language != towards:
            some = texts.vectors[of_parts == language]
            there = _unit(some @ road.maps_[language, towards].astype(np.float32))
            moved[of_parts == language] = _unit((1 - road.share) * some + road.share * there)
    return moved


def _near(
    ours: _SubTexts, theirs: _SubTexts, moved: Any, rows: Any, columns: Any
) -> Iterator[tuple[ClosePassages, ...]]:
    """Yield the close passages of each pair of texts, all of which have sub-texts."""
    places = (ours.starts[rows], ours.sizes[rows], theirs.starts[columns], theirs.sizes[columns])
    for begin, number, other, partners in zip(*(one.tolist() for one in places), strict=True):
        near = ours.vectors[begin : begin + number] @ moved[other : other + partners].T
        if near.max() < LEAST_CLOSE:
            yield ()
            continue
        mine, yours = ours.spans[begin : begin + number], theirs.spans[other : other + partners]
        both_titles = mine[0][0] == yours[0][0] == "title"
        yield tuple(
            ClosePassages(mine[row], yours[column], round(min(float(near[row, column]), 1.0), 3))
            for row, column in _closest(near, both_titles=both_titles)
        )


def _closest(near: Any, *, both_titles: bool) -> list[tuple[int, int]]:
    """Return the places of the closest, no row or column twice; titles stand first in both."""
    close = [(-near[row, column], row, column) for row, column in np.argwhere(near >= LEAST_CLOSE)]
    chosen: list[tuple[int, int]] = []
    for _, row, column in sorted(close):
        new = all(row != one and column != other for one, other in chosen)
        if new and not (both_titles and row == column == 0):
            chosen.append((int(row), int(column)))
            if len(chosen) == MOST_PASSAGES:
                break
    return chosen or [(0, 0)]


def _unit(vectors: Any) -> Any:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
