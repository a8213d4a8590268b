"""Scores of given pairs by every system, the text model among them."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.engines.evaluation.pairs import GoodsPair, score_pairs
from matchmaker.engines.matching.encoder import EncodingBook
from matchmaker.engines.matching.text import fit_text_model
from tests.engines.matching.builders import (
    VOCABULARY,
    make_buyer,
    make_exporter,
    make_need,
    make_product,
    market,
)
from tests.engines.matching.encoders import GramEncoder

YARDSTICKS = {"bm25", "tfidf_words", "tfidf_characters", "lsa", "equal_fields"}


@pytest.fixture(scope="module")
def text():
    return fit_text_model(VOCABULARY)


def pair(product, need):
    return GoodsPair(product, need, make_exporter(), make_buyer())


def pairs_of_market():
    fair = market()
    exporters = {one.id: one for one in fair.exporters}
    buyers = {one.id: one for one in fair.buyers}
    return [
        GoodsPair(product, need, exporters[product.exporter], buyers[need.buyer])
        for product in fair.products
        for need in fair.needs
    ]


def test_every_system_scores_every_pair(text):
    pairs = pairs_of_market()

    scores = score_pairs(pairs, text=text)

    assert set(scores) == YARDSTICKS | {"texts", "road_words", "road_concepts"}
    assert {len(found) for found in scores.values()} == {len(pairs)}


def test_the_text_model_meets_goods_across_languages_as_in_a_run(text):
    pairs = pairs_of_market()

    found = score_pairs(pairs, text=text)["texts"]

    alike = np.array([one.product.exporter[1:] == one.need.buyer[1:] for one in pairs])
    assert found[alike].min() > found[~alike].max()


def test_the_sense_road_is_among_the_systems_where_vectors_are_kept():
    book = EncodingBook(GramEncoder())
    text = fit_text_model(VOCABULARY, book=book)
    towels, rice = make_product("p1", title="Bath towels"), make_product("p2", title="Rice")
    pairs = [pair(towels, make_need()), pair(rice, make_need())]

    found = score_pairs(pairs, text=text, book=book)["road_sense"]

    assert found[0] > found[1]


def test_a_model_with_a_sense_road_answers_without_vectors_too():
    text = fit_text_model(VOCABULARY, book=EncodingBook(GramEncoder()))

    scores = score_pairs(pairs_of_market(), text=text)

    assert np.isfinite(scores["texts"]).all()


def test_without_a_text_model_the_simple_systems_are_left():
    assert set(score_pairs(pairs_of_market())) == YARDSTICKS


def test_products_without_a_word_leave_only_what_reads_no_words(text):
    found = score_pairs([pair(make_product(title="!"), make_need())], text=text)

    assert np.isnan(found["texts"]).all()
    assert "tfidf_words" not in found
    assert found["equal_fields"] == [0.0]


def test_further_products_say_how_common_a_word_is():
    rare, common = make_product("p1", title="silk towels"), make_product("p2", title="towels")
    need = make_need(title="silk towels", language="en")
    pairs = [pair(rare, need), pair(common, need)]
    stock = [make_product(f"q{n}", title=f"towels of kind {n}") for n in range(20)]

    alone, beside = score_pairs(pairs), score_pairs(pairs, catalogue=stock)

    gap = [found["tfidf_words"][0] - found["tfidf_words"][1] for found in (alone, beside)]
    assert gap[1] > gap[0]


def test_no_pairs_have_no_scores(text):
    assert score_pairs([], text=text) == {}


def test_progress_is_told_system_by_system():
    told = []

    score_pairs(pairs_of_market(), progress=lambda *step: told.append(step))

    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
