"""Measuring systems on a small set, and that the model is read as in a match run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from matchmaker.engines.evaluation import measure as measuring
from matchmaker.engines.evaluation.data import Item, LabelledSet
from matchmaker.engines.evaluation.measure import measure
from matchmaker.engines.evaluation.systems import Matchmaker, roads_alone, yardsticks
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.data import Buyer, Exporter, Fair, Need, Product
from matchmaker.engines.matching.facing import Facing
from matchmaker.engines.matching.parts import lay_out
from tests.engines.matching.builders import VOCABULARY

EDICT = """\
タオル /(n) towel/EntL1/
海老 [えび] /(n) prawn/shrimp/EntL2/
"""
DOCUMENTS = ("cotton towels", "rice", "frozen shrimps", "carpets")


def make_set(queries=("shrimps", "towels"), documents=DOCUMENTS, gains=((0, 2, 1), (1, 0, 1))):
    rows, columns, values = zip(*gains, strict=True)
    return LabelledSet(
        tuple(Item(f"q{n}", Passage(text)) for n, text in enumerate(queries)),
        tuple(Item(f"d{n}", Passage(text)) for n, text in enumerate(documents)),
        sp.csr_array(
            (np.array(values, dtype=float), (rows, columns)), shape=(len(queries), len(documents))
        ),
    )


class Fixed:
    """A system that gives the scores it is told."""

    def __init__(self, scores):
        self.scores = np.array(scores, dtype=float)
        self.done = 0

    def fit(self, documents):
        self.done = 0

    def score(self, queries):
        self.done += len(queries)
        return self.scores[self.done - len(queries) : self.done]


@pytest.fixture
def edict(tmp_path):
    path = tmp_path / "edict"
    path.write_text(EDICT, encoding="euc_jp")
    return path


def test_the_figures_are_means_over_the_queries():
    found = measure(Fixed([[4, 3, 2, 1], [4, 3, 2, 1]]), make_set(), k=1)

    assert (found.ndcg, found.recall, found.precision, found.mrr) == pytest.approx(
        (0.5, 0.5, 0.5, (1 / 3 + 1) / 2)
    )
    assert (found.queries, found.left_out) == (2, 0)
    assert found.fit_s >= 0
    assert found.query_ms > 0


def test_a_query_with_nothing_to_find_is_left_out_and_counted():
    labelled = make_set(gains=((0, 0, 1), (1, 0, 0)))

    found = measure(Fixed([[1, 0, 0, 0], [0, 0, 0, 1]]), labelled, k=10)

    assert (found.ndcg, found.queries, found.left_out) == (1.0, 1, 1)


def test_a_set_with_nothing_to_find_is_refused():
    labelled = make_set(gains=((0, 0, 0), (1, 0, 0)))

    with pytest.raises(ValueError, match="no query has a relevant document"):
        measure(Fixed(np.zeros((2, 4))), labelled, k=10)


def test_judged_only_leaves_out_what_nobody_judged():
    labelled = make_set(gains=((0, 1, 0), (0, 3, 1), (1, 0, 1)))
    scores = [[9, 3, 8, 1], [9, 0, 0, 0]]

    everything = measure(Fixed(scores), labelled, k=10)
    judged = measure(Fixed(scores), labelled, k=10, judged_only=True)

    assert everything.mrr == (1 / 4 + 1) / 2
    assert judged.mrr == (1 / 2 + 1) / 2


def test_blocks_make_no_difference(monkeypatch):
    labelled = make_set()
    scores = [[4, 3, 2, 1], [1, 2, 3, 4]]
    whole = measure(Fixed(scores), labelled, k=2)
    monkeypatch.setattr(measuring, "BLOCK", 1)
    done = []

    found = measure(Fixed(scores), labelled, k=2, progress=lambda *at: done.append(at))

    assert (found.ndcg, found.mrr) == (whole.ndcg, whole.mrr)
    assert done == [(1, 2), (2, 2)]


def test_the_text_model_meets_across_languages_and_says_its_roads(edict):
    labelled = make_set(queries=("冷凍エビ", "綿タオル"), gains=((0, 2, 1), (1, 0, 1)))
    matchmaker = Matchmaker(VOCABULARY, edict)

    found = measure(matchmaker, labelled, k=1)

    assert found.ndcg == 1.0
    assert [road.name for road in matchmaker.model_.roads] == ["words", "concepts", "dictionary"]
    assert set(roads_alone(labelled, matchmaker)) == {
        "road_words", "road_concepts", "road_dictionary"
    }  # fmt: skip
    alone = roads_alone(labelled, matchmaker)["road_concepts"]
    assert measure(alone, labelled, k=1).ndcg == 1.0


def test_within_one_language_the_dictionary_is_no_road_and_no_yardstick(edict):
    matchmaker = Matchmaker(VOCABULARY, edict).fit(make_set().documents)

    assert set(roads_alone(make_set(), matchmaker)) == {"road_words", "road_concepts"}
    assert "edict_bm25" not in yardsticks(make_set(), edict)


def test_the_dictionary_is_a_yardstick_where_japanese_stands_before_english(edict, tmp_path):
    labelled = make_set(queries=("タオル", "海老"), gains=((0, 0, 1), (1, 2, 1)))

    found = measure(yardsticks(labelled, edict)["edict_bm25"], labelled, k=1)

    assert found.ndcg == 1.0
    assert "edict_bm25" not in yardsticks(labelled, tmp_path / "none")
    assert "edict_bm25" not in yardsticks(labelled, None)


def test_without_a_dictionary_the_road_is_left_out():
    matchmaker = Matchmaker(VOCABULARY).fit(make_set().documents)

    assert [road.name for road in matchmaker.model_.roads] == ["words", "concepts"]


def test_the_model_never_learns_from_the_gains():
    one, other = Matchmaker(VOCABULARY), Matchmaker(VOCABULARY)
    measure(one, make_set(gains=((0, 2, 1), (1, 0, 1))), k=1)
    measure(other, make_set(gains=((0, 1, 5), (1, 3, 1))), k=1)

    assert one.model_.version_ == other.model_.version_


def test_a_document_without_words_comes_last():
    labelled = make_set(documents=("", "rice", "frozen shrimps", "carpets"))

    scores = Matchmaker(VOCABULARY).fit(labelled.documents).score(labelled.queries)

    assert np.isnan(scores[:, 0]).all()
    assert not np.isnan(scores[:, 1:]).any()


def likeness_in_a_run(fair, text):
    """The likeness of every product and need of a fair, by text."""
    sheet = lay_out(fair, text)
    found = np.full((len(sheet.products), len(sheet.needs)), np.nan)
    facing = Facing(text, sheet.wants, offers=False)
    for piece in facing.pieces(sheet.offers, np.arange(len(sheet.products))):
        rows, columns = np.indices(piece.strength.shape)
        found[np.ix_(piece.products, piece.needs)] = piece.likeness(rows, columns)
    return found


def test_texts_and_codes_are_read_as_in_a_match_run():
    documents = (
        Item("d0", Passage("Item 5", "white"), "en", ("630260",)),
        Item("d1", Passage("frozen shrimps"), "en"),
        Item("d2", Passage("rice", "long grain"), "en", ("1006",)),
    )
    queries = (
        Item("q0", Passage("タオル", "白"), "ja"),
        Item("q1", Passage("品番 7"), "ja", ("030617",)),
        Item("q2", Passage("", ""), "ja", ("6302",)),
    )
    system = Matchmaker(VOCABULARY).fit(documents)
    fair = Fair(
        (Exporter("e", "e", "PK"),),
        (Buyer("b", "b", "JP"),),
        tuple(
            Product(d.id, "e", d.passage.title, d.passage.text, "en", d.hs_codes)
            for d in documents
        ),
        tuple(Need(q.id, "b", q.passage.title, q.passage.text, "ja", q.hs_codes) for q in queries),
    )
    in_a_run = likeness_in_a_run(fair, system.model_)

    assert system.score(queries) == pytest.approx(in_a_run.T, nan_ok=True)
    uncoded = Matchmaker(VOCABULARY).fit([replace(d, hs_codes=()) for d in documents])
    assert system.score(queries)[0, 0] > uncoded.score(queries)[0, 0] == 0.0


@pytest.mark.parametrize(
    ("text", "language"),
    [("towels タオルを探しています", "ja"), ("cotton towels", "en"), ("تولیے", "ur"), ("", "en")],
)
def test_a_text_speaks_the_language_most_of_it_is_written_in(text, language):
    assert Item("1", Passage(text)).spoken() == language
    assert Item("1", Passage(text), "ur").spoken() == "ur"
