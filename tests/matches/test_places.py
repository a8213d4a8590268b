"""One company's suggestions find their places among those that stand."""

from __future__ import annotations

from matchmaker.engines.matching.exposure import Limits
from matchmaker.matches.places import Board, Place, Wanted

TAILOR, WEAVER, TANNER = 1, 2, 3
OSAKA, KOBE, NARA = 11, 12, 13
TWO_EACH = Limits(per_exporter=2, per_buyer=2)


def board(*places: tuple[int, int, float], firm: tuple[int, int] | None = None) -> Board:
    return Board(
        (Place((one, other), score, (one, other) == firm) for one, other, score in places),
        TWO_EACH,
    )


def test_a_company_gets_its_best_partners_and_no_more_than_its_limit():
    wanted = [
        Wanted((TAILOR, OSAKA), 0.9),
        Wanted((TAILOR, KOBE), 0.8),
        Wanted((TAILOR, NARA), 0.7),
    ]

    placed = board().settle(0, {TAILOR}, wanted)

    assert placed.kept == [(TAILOR, OSAKA), (TAILOR, KOBE)]
    assert placed.displaced == placed.dropped == []


def test_a_partner_without_room_drops_the_weakest_for_a_better_one():
    standing = board((WEAVER, OSAKA, 0.6), (WEAVER, KOBE, 0.6), (TANNER, OSAKA, 0.8))

    placed = standing.settle(0, {TAILOR}, [Wanted((TAILOR, OSAKA), 0.7)])

    assert placed.kept == [(TAILOR, OSAKA)]
    assert placed.displaced == [(WEAVER, OSAKA)]


def test_a_weaker_one_passes_by_a_partner_without_room():
    standing = board(
        (WEAVER, OSAKA, 0.6), (WEAVER, KOBE, 0.6), (TANNER, OSAKA, 0.8), (TANNER, KOBE, 0.8)
    )

    placed = standing.settle(
        0, {TAILOR}, [Wanted((TAILOR, OSAKA), 0.6), Wanted((TAILOR, NARA), 0.3)]
    )

    assert placed.kept == [(TAILOR, NARA)]
    assert placed.displaced == []


def test_what_is_decided_gives_way_to_nobody():
    standing = board(
        (WEAVER, OSAKA, 0.2), (WEAVER, KOBE, 0.6), (TANNER, OSAKA, 0.8), firm=(WEAVER, OSAKA)
    )

    placed = standing.settle(0, {TAILOR}, [Wanted((TAILOR, OSAKA), 0.7)])

    assert placed.kept == []


def test_nobody_is_left_with_none_for_a_better_one():
    standing = board((WEAVER, OSAKA, 0.2), (TANNER, OSAKA, 0.8))

    placed = standing.settle(0, {TAILOR}, [Wanted((TAILOR, OSAKA), 0.9)])

    assert placed.kept == []
    assert standing.without_any(0, {TAILOR, WEAVER, TANNER}) == {TAILOR}


def test_who_would_go_without_takes_the_place_of_somebody_who_has_others():
    standing = board((WEAVER, OSAKA, 0.6), (WEAVER, KOBE, 0.6), (TANNER, OSAKA, 0.8))

    placed = standing.settle(0, {TAILOR}, [Wanted((TAILOR, OSAKA), 0.3)])

    assert placed.kept == [(TAILOR, OSAKA)]
    assert placed.displaced == [(WEAVER, OSAKA)]


def test_what_the_company_no_longer_wants_is_dropped_but_for_what_is_decided():
    standing = board(
        (TAILOR, OSAKA, 0.5), (TAILOR, KOBE, 0.5), (WEAVER, KOBE, 0.5), firm=(TAILOR, OSAKA)
    )

    placed = standing.settle(0, {TAILOR}, [Wanted((TAILOR, NARA), 0.7)])

    assert placed.kept == [(TAILOR, NARA)]
    assert placed.dropped == [(TAILOR, KOBE)]
    assert standing.without_any(1, {OSAKA, KOBE, NARA}) == set()


def test_a_buyer_is_placed_the_same_way():
    standing = board((TAILOR, OSAKA, 0.6), (TAILOR, KOBE, 0.4), (WEAVER, KOBE, 0.5))

    placed = standing.settle(1, {NARA}, [Wanted((TAILOR, NARA), 0.7), Wanted((WEAVER, NARA), 0.2)])

    assert placed.kept == [(TAILOR, NARA), (WEAVER, NARA)]
    assert placed.displaced == [(TAILOR, KOBE)]


def test_what_the_run_has_weighed_is_not_weighed_again_while_nothing_changed():
    standing = board((TAILOR, OSAKA, 0.5), (WEAVER, KOBE, 0.4))
    wanted = [
        Wanted((TAILOR, NARA), 0.9, new=False),
        Wanted((TAILOR, OSAKA), 0.5, new=False),
        Wanted((TAILOR, KOBE), 0.4),
    ]

    placed = standing.settle(0, {TAILOR}, wanted)

    assert placed.kept == [(TAILOR, OSAKA), (TAILOR, KOBE)]


def test_it_is_weighed_again_when_what_stands_is_worth_something_else():
    standing = board((TAILOR, OSAKA, 0.6), (WEAVER, KOBE, 0.4))
    wanted = [Wanted((TAILOR, NARA), 0.9, new=False), Wanted((TAILOR, OSAKA), 0.5, new=False)]

    placed = standing.settle(0, {TAILOR}, wanted)

    assert placed.kept == [(TAILOR, NARA), (TAILOR, OSAKA)]
