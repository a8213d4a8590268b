"""A text is read once, and read again only for a vector it had not."""

import numpy as np
import pytest

from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import EncodingBook
from matchmaker.engines.matching.readings import Readings
from matchmaker.engines.matching.run import match
from matchmaker.engines.matching.text import fit_text_model
from tests.engines.matching.builders import VOCABULARY, market
from tests.engines.matching.encoders import GramEncoder

TOWELS, SALT, RICE = Passage("Cotton towels"), Passage("塩"), Passage("چاول", "Basmati")


class CountingBook(EncodingBook):
    """Remembers what it was asked for."""

    def __init__(self):
        super().__init__(GramEncoder())
        self.asked = []

    def wholes(self, passages):
        self.asked += passages
        return super().wholes(passages)


@pytest.fixture(scope="module")
def sensing():
    return fit_text_model(VOCABULARY, book=EncodingBook(GramEncoder()))


def same(one, other):
    return (
        all(abs(a - b).max() == 0 for a, b in zip(one.roads, other.roads, strict=True))
        and np.array_equal(one.languages, other.languages)
        and np.array_equal(one.sizes, other.sizes)
        and np.array_equal(one.sense.mixed, other.sense.mixed)
        and np.array_equal(one.sense.crowd, other.sense.crowd)
    )


def test_what_was_read_is_given_again_in_any_order(sensing):
    book = CountingBook()
    readings = Readings(sensing)

    readings.read([TOWELS, SALT], book)
    found = readings.read([RICE, TOWELS, RICE], book)

    assert book.asked == [TOWELS, SALT, RICE]
    assert same(found, sensing.read([RICE, TOWELS, RICE], CountingBook()))


def test_a_text_without_a_vector_is_read_again_with_a_book(sensing):
    readings = Readings(sensing)
    bare = readings.read([TOWELS])

    found = readings.read([TOWELS], CountingBook())

    assert not bare.sense.known[0]
    assert found.sense.known[0]


def test_too_many_texts_are_forgotten(sensing):
    book = CountingBook()
    readings = Readings(sensing, most=1)

    for _ in range(2):
        assert readings.read([TOWELS, SALT], book).sizes.tolist() == [2, 1]

    assert book.asked == [TOWELS, SALT] * 2


def test_a_run_reads_through_them_to_the_same_result(sensing):
    book = CountingBook()
    readings = Readings(sensing)

    first, again = (match(market(), text=sensing, book=book, reader=readings) for _ in range(2))

    assert first == again == match(market(), text=sensing, book=CountingBook())
    assert len(readings.read([], book).sizes) == 0
