"""How well names of goods are found in another language by a model that has not seen them.

Five folds by chapter: the text model is fitted on the names of four fifths of the chapters (and
the sectors), without a dictionary; each heading of the other fifth is a question in one language,
and the names of all headings in the other language are ranked for it.

python -m bench.names [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import permutations
from typing import Any

import numpy as np

from matchmaker.engines.evaluation.metrics import ndcg, ranking, recall
from matchmaker.engines.matching.analysis import LANGUAGES, Language, Passage
from matchmaker.engines.matching.calibration import chapter_of
from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.engines.matching.encoder import Book, EncodingBook, nano_encoder
from matchmaker.engines.matching.text import fit_text_model
from matchmaker.matches.name_vectors import shipped_names
from matchmaker.matches.text_model import vocabulary_of_packs

FOLDS, K = 5, 10
TARGETS = {"ur-en": 0.76, "ja-en": 0.80, "ur-ja": 0.60}


def measure(book: Book | None) -> dict[str, Any]:
    """Return nDCG@10 and recall@10 by pair of languages, over all folds."""
    concepts = vocabulary_of_packs().concepts
    headings = [one for one in concepts if one.kind == "hs" and len(one.code) == 4]
    chapters = sorted({chapter_of(one) for one in headings})
    found: dict[str, list[tuple[float, float]]] = {}
    for fold in range(FOLDS):
        unseen = set(chapters[fold::FOLDS])
        seen = tuple(one for one in concepts if one.kind != "hs" or chapter_of(one) not in unseen)
        model = fit_text_model(Vocabulary(seen), book=book)
        read = {language: model.read(_names(headings, language), book) for language in LANGUAGES}
        asked = np.flatnonzero([chapter_of(one) in unseen for one in headings])
        for one, other in permutations(LANGUAGES, 2):
            likeness = model.likeness(read[one].rows(asked), read[other])
            for row, places in zip(asked, ranking(likeness), strict=True):
                gains = (places == row).astype(float)
                found.setdefault(f"{one}-{other}", []).append((ndcg(gains, K), recall(gains, K)))
    return {
        pair: {
            f"ndcg@{K}": round(float(np.mean([one for one, _ in figures])), 4),
            f"recall@{K}": round(float(np.mean([two for _, two in figures])), 4),
            "target": TARGETS.get(pair),
            "questions": len(figures),
        }
        for pair, figures in found.items()
    }


def _names(concepts: list[Concept], language: Language) -> list[Passage]:
    return [Passage(concept.name(language)) for concept in concepts]


def main() -> None:
    """Measure with the encoder and without, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    encoder = nano_encoder()
    found = {"without encoder": measure(None)}
    if encoder is not None:
        found[encoder.name] = measure(EncodingBook(encoder, shipped_names(encoder.name)))
    if asked.json:
        json.dump(found, sys.stdout)
        print()
        return
    for model, pairs in found.items():
        print(model)
        for pair, figures in pairs.items():
            print("  ", pair, *(f"{name} {value}" for name, value in figures.items()), sep="  ")


if __name__ == "__main__":
    main()
