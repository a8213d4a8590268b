"""HS codes are found by word in three languages, and by code."""

from __future__ import annotations

import statistics
import time

import pytest

from matchmaker.reference import queries

RICE, MILLED_RICE, SHRIMP, FROZEN_SHRIMP = "1006", "100630", "0306", "030617"
SCISSORS, HOUSEHOLD_SCISSORS, SURGICAL = "8213", "821300", "901890"
SALT, FOOTBALLS, LINEN, TERRY_TOWELS, DATES = "2501", "950662", "6302", "630260", "080410"


def found(query, language="en"):
    return [row.code for row in queries.search_hs(query, language=language)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("basmati", MILLED_RICE),
        ("chawal", MILLED_RICE),
        ("1121", MILLED_RICE),
        ("米", RICE),
        ("چاول", RICE),
        ("shrimps", SHRIMP),
        ("えび", SHRIMP),
        ("エビ", SHRIMP),
        ("海老", SHRIMP),
        ("冷凍えび", FROZEN_SHRIMP),
        ("冷凍むきエビ", FROZEN_SHRIMP),
        ("はさみ", SCISSORS),
        ("ハサミ", SCISSORS),
        ("surgical scissors", SURGICAL),
        ("手術用はさみ", SURGICAL),
        ("ステンレス製手術用はさみ", SURGICAL),
        ("Salt", SALT),
        ("football", FOOTBALLS),
        ("soccer balls", FOOTBALLS),
        ("サッカーボール", FOOTBALLS),
        ("فٹ بال", FOOTBALLS),
        ("towles", LINEN),
        ("the dates", DATES),
        ("デーツ", DATES),
        ("کھجور", DATES),
        ("mango", "080450"),
        ("آم", "080450"),
        ("マンゴー", "080450"),
        ("ライス", MILLED_RICE),
        ("香米", MILLED_RICE),
        ("باسمتی چاول", MILLED_RICE),
        ("قینچی", HOUSEHOLD_SCISSORS),
        ("تولیہ", TERRY_TOWELS),
        ("ピアス", "711719"),
        ("積み木", "950300"),
        ("サドル", "871495"),
        ("ジェルネイル", "330430"),
        ("ペット用品", "420100"),
    ],
)
def test_a_word_finds_the_goods_in_any_of_the_languages(app, query, first):
    assert found(query)[0] == first


def test_the_subheadings_of_a_heading_that_is_meant_come_before_other_goods(app):
    for query in ("米", "rice"):
        codes = found(query)
        assert codes[0] == RICE
        assert MILLED_RICE in codes[:5]


def test_scissors_in_urdu_are_the_surgeons_too(app):
    assert SURGICAL in found("قینچی")[:3]


@pytest.mark.parametrize(
    "query", ["قینچی", "قینچیاں", "scis", "scissors", "sissors", "SCISSOR", "ｓｃｉｓｓｏｒｓ"]
)
def test_another_form_a_beginning_and_a_slip_find_the_same(app, query):
    assert HOUSEHOLD_SCISSORS in found(query)


@pytest.mark.parametrize(
    "query",
    [
        "100630",
        "1006.30",
        "10.06.30",
        "HS 1006.30",
        "hs:100630",
        "1006 30",
        "1006.30.00",
        "１００６３０",
        "۱۰۰۶۳۰",
        "10063000900",
    ],
)
def test_a_code_is_found_however_it_is_written(app, query):
    assert found(query) == [MILLED_RICE]


def test_the_beginning_of_a_code_lists_what_stands_under_it(app):
    assert found("10.06") == ["1006", "100610", "100620", "100630", "100640"]


def test_under_a_heading_that_is_the_word_its_subheadings_follow(app):
    assert found("米")[:5] == ["1006", "100610", "100620", "100630", "100640"]


@pytest.mark.parametrize("query", ["", " ", "xyzzyq", "٪", "999999", "\x00", "\ud800", "🙂"])
def test_what_means_nothing_finds_nothing(app, query):
    assert found(query) == []


def test_no_more_rows_are_answered_than_can_be_read(app):
    assert len(found("cotton")) == 12


def test_a_row_is_in_the_language_of_the_reader(app):
    (row,) = queries.search_hs("901890", language="ja")

    assert row.display == "9018.90"
    assert row.name == "外科用・獣医用器具"
    assert row.path == "90 光学・医療・計測機器 › 9018 医療用・外科用・歯科用器具"


def test_a_subheading_without_a_name_has_its_headings(app):
    rows = queries.hs_rows(["901813", "9018"], language="ur")

    assert rows["901813"].name == rows["9018"].name == "طبی، جراحی اور دانتوں کے آلات"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9018.90", SURGICAL),
        ("90189000", SURGICAL),
        ("手術用はさみ", SURGICAL),
        ("soccer balls", FOOTBALLS),
        ("scissors", None),
        ("123456", None),
        ("", None),
    ],
)
def test_a_typed_word_is_taken_only_where_it_means_one_code(app, text, code):
    assert queries.resolve_hs(text) == code


@pytest.mark.parametrize(
    ("code", "sector"),
    [
        ("901890", "MEDI-SURG"),
        ("901849", "MEDI-DENTAL"),
        ("630260", "TEXT-TOWEL"),
        ("630210", "TEXT-HOME"),
        ("9018", "MEDI-SURG"),
        ("970110", None),
    ],
)
def test_the_sector_is_the_one_with_the_longest_prefix(app, code, sector):
    assert queries.sector_of_hs(code) == sector


def test_an_answer_comes_before_the_next_letter_is_typed(app):
    found("米")
    times = []
    for query in ("basmati", "米", "قینچی", "sissors", "100630", "革手袋", "cotton yarn") * 3:
        begun = time.thread_time()  # what others on the machine do is not counted
        found(query)
        times.append(time.thread_time() - begun)

    assert statistics.median(times) < 0.010


def test_anybody_can_search_from_the_page(client):
    answer = client.get("/hs/search", query_string={"q": "basmati", "lang": "ja"})

    assert answer.status_code == 200
    assert answer.json[0] == {
        "code": "100630",
        "display": "1006.30",
        "name": "精米（バスマティ等）",
        "path": "10 穀物 › 1006 米",
    }


@pytest.mark.parametrize("query", ["", "x" * 100_000, "%ed%a0%80", "%ff%fe", "' OR 1=1"])
def test_no_query_breaks_the_search(client, query):
    assert client.get(f"/hs/search?q={query}").status_code == 200
