"""Exchanges of places, from choices that leave somebody with none; and auctions cut short."""

import numpy as np
import pytest

from matchmaker.engines.matching.auction import Auction
from matchmaker.engines.matching.exchange import Exchange


def completed(pairs, kept, per_exporter, per_buyer):
    """Return what becomes of some of the pairs, which are given from the best to the worst."""
    exporters, buyers = np.array(pairs).T
    exchange = Exchange(exporters, buyers, per_exporter, per_buyer)
    found = exchange.complete(np.array([pair in kept for pair in pairs]))
    return [pair for pair, is_kept in zip(pairs, found, strict=True) if is_kept]


def test_who_is_asked_to_make_way_may_have_room_elsewhere():
    pairs = [(0, 0), (0, 1), (1, 0)]

    assert completed(pairs, {(0, 0)}, 1, 1) == [(0, 1), (1, 0)]


def test_one_exchange_may_help_two():
    # Exporter 1 takes the place at buyer 0; exporter 0 moves on to buyer 1, who had none either.
    pairs = [(0, 0), (0, 1), (1, 0)]

    assert completed(pairs, {(0, 0)}, 2, 1) == [(0, 1), (1, 0)]


def test_room_that_an_exchange_leaves_is_filled():
    # Exporter 2 takes the place of exporter 0 at buyer 1; exporter 0 then has buyer 2 instead.
    pairs = [(0, 0), (3, 1), (0, 1), (0, 2), (1, 2), (2, 1)]

    found = completed(pairs, {(0, 0), (3, 1), (0, 1), (1, 2)}, 2, 2)

    assert found == [(0, 0), (3, 1), (0, 2), (1, 2), (2, 1)]


def test_where_everybody_has_one_nothing_changes():
    assert completed([(0, 0), (1, 1), (0, 1)], {(0, 0), (1, 1)}, 1, 1) == [(0, 0), (1, 1)]


@pytest.mark.parametrize("rounds", [0, 1, 3])
def test_an_auction_cut_short_keeps_the_limits(rounds):
    exporters, buyers = np.divmod(np.arange(600), 20)
    auction = Auction(
        exporters, buyers, np.full(600, 0.5), per_exporter=3, per_buyer=4, most_rounds=rounds
    )

    held = auction.settle(np.zeros(3))

    assert bool(held.any()) == (rounds > 0)
    assert np.bincount(exporters[held], minlength=1).max() <= 3
    assert np.bincount(buyers[held], minlength=1).max() <= 4


def test_a_branch_leaves_the_auction_as_it_is():
    exporters, buyers = np.array([0, 1]), np.array([0, 0])
    auction = Auction(exporters, buyers, np.array([0.9, 0.8]), per_exporter=1, per_buyer=1)

    branch = auction.branch()

    assert branch.settle(np.zeros(1)).tolist() == [True, False]
    assert auction.settle(np.zeros(1)).tolist() == [True, False]
