"""Sentences from the engine's reasons, and words marked in the text they stand in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matchmaker.companies.enums import Period, Unit
from matchmaker.companies.models import Company, Need, Product
from matchmaker.engines.matching.explain import _IMPROVED_BY, _STATED_BY
from matchmaker.engines.matching.reasons import (
    Gap,
    MatchedWord,
    PartReason,
    Raise,
    Reasons,
    SharedCode,
)
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.queries.pair import Names
from matchmaker.matches.words import terms
from matchmaker.matches.words.facts import Sides, facts
from matchmaker.matches.words.marks import links, marked, marked_text, telling
from matchmaker.matches.words.why import IMPROVED, STATED, directions, raises, unknown, why

SCISSORS = MatchedWord("exporter", "text", 10, 18, "scissors", "はさみ", None)
HASAMI = MatchedWord("buyer", "title", 0, 3, "はさみ", "scissors", None)
SHARP = MatchedWord("exporter", "text", 0, 5, "sharp", "はさみ", None)


@pytest.fixture(autouse=True)
def english(app):
    with app.test_request_context("/?lang=en"):
        yield


def part(name, value, weight=0.1):
    return PartReason(name, weight, value, (value or 0) * weight)


def sides(parts=(), *, code=None, words=(), gaps=(), given=None, asked=None):
    reasons = Reasons(
        factor=1.0,
        supply=tuple(parts),
        demand=tuple(parts),
        unknown=tuple(one.part for one in parts if one.value is None),
        code=code,
        words=tuple(words),
        concepts=(),
        gaps=tuple(gaps),
        raises=(),
    )
    product = {"name": "Scissors", "description": "", "language": "en", "certificates": []}
    need = {"id": 1, "title": "はさみ", "description": "", "language": "ja", "certificates": []}
    return Sides(
        exporter=Company(country="PK", languages=["en"]),
        buyer=Company(country="JP", languages=["ja"]),
        product=Product(**(product | (given or {}))),
        need=Need(**(need | (asked or {}))),
        names=Names(
            hs={"9018": {"en": "Medical instruments"}}, certificates={}, sectors={}, wanted={}
        ),
        reasons=reasons,
    )


def row(found, label, *, with_prices=True):
    return next(one for one in facts(found, with_prices=with_prices) if one.label == label)


@pytest.mark.parametrize(
    ("level", "shared", "sentence"),
    [
        (6, "901890", "Both name the HS code 9018.90, Medical instruments."),
        (4, "9018", "Both name goods of the HS heading 9018, Medical instruments."),
        (2, "90", "Both name goods of the HS chapter 90, "),
    ],
)
def test_the_shared_code_is_said_by_its_level(level, shared, sentence):
    code = SharedCode("901890", "901890", shared, level)

    assert why(sides(code=code), with_prices=True)[0].startswith(sentence)


def test_words_that_meet_are_said_with_their_partner():
    given = {"name": "Scissors", "description": "sharp and scissors"}
    said = why(sides(words=[SCISSORS, HASAMI, SHARP], given=given), with_prices=True)

    assert said == ["Words that meet: \u2068sharp scissors\u2069 = \u2068はさみ\u2069."]


@pytest.mark.parametrize(
    ("label", "other"), [("Material", "素材"), ("colour", "Color"), ("Size", "サイズ")]
)
def test_names_of_attributes_are_no_reasons(label, other):
    words = [MatchedWord("exporter", "text", 0, len(label), label, other, None), HASAMI]

    said = why(sides(words=words), with_prices=True)

    assert said == ["Words that meet: \u2068scissors\u2069 = \u2068はさみ\u2069."]


def test_the_words_that_weigh_most_are_said_first():
    rare = MatchedWord("exporter", "text", 90, 97, "forceps", "鉗子", None)
    common = MatchedWord("exporter", "title", 0, 4, "tool", "道具", None)

    assert list(links([rare, common])) == ["鉗子", "道具"]


@pytest.mark.parametrize(
    ("text", "piece", "whole"),
    [
        ("Wire of 1.75mm, soft", "75mm", "1.75mm"),
        ("Wire of 1.75 mm, soft", "75", "1.75 mm"),
        ("直径1.75mmの線", "75mm", "1.75mm"),
        ("Grade M3 bolts", "M3", "M3"),
        ("Soft wire", "wire", "wire"),
    ],
)
def test_a_figure_is_marked_with_its_decimals_and_its_unit(text, piece, whole):
    start = text.index(piece)
    word = MatchedWord("exporter", "text", start, start + len(piece), piece, "線", None)

    found = sides(words=[word], given={"description": text})

    (said,) = found.words
    assert f"<mark>{whole}</mark>" in marked(text, [said])


def test_the_partner_of_a_figure_is_whole_too():
    ours = MatchedWord("exporter", "text", 2, 6, "75mm", "75mm", None)
    theirs = MatchedWord("buyer", "text", 2, 6, "75mm", "75mm", None)
    texts = {("exporter", "text"): "1.75mm", ("buyer", "text"): "1.75mm"}

    found = telling([ours, theirs], texts)

    assert [(one.word, one.partner) for one in found] == [("1.75mm", "1.75mm")] * 2


@pytest.mark.parametrize(
    ("text", "shown"), [("scissors.", ""), ("Scissors, sharp", "Scissors, sharp")]
)
def test_a_description_that_repeats_the_title_is_left_out(text, shown):
    assert str(marked_text("Scissors", text, [], side="exporter").text) == shown


@pytest.mark.parametrize(
    ("capacity", "volume", "value", "sentence"),
    [
        (50_000, 20_000, 1.0, "The exporter can deliver 2.5 times the volume asked for."),
        (20_000, 20_000, 1.0, "The exporter can deliver the volume asked for."),
        (8_000, 20_000, 0.4, "The exporter can deliver 40% of the volume asked for."),
    ],
)
def test_the_volume_is_said_in_proportion(capacity, volume, value, sentence):
    given = {"capacity": Decimal(capacity), "period": Period.MONTH, "unit": Unit.PIECE}
    asked = {"volume": Decimal(volume) * 12, "period": Period.YEAR, "unit": Unit.PIECE}

    found = sides([part("volume", value)], given=given, asked=asked)

    assert why(found, with_prices=False) == [sentence]


def test_what_falls_short_is_said():
    gaps = [
        Gap("lead_time", offered=45, wanted=30),
        Gap("certificates", missing=("C-ISO",)),
        Gap("price"),
        Gap("min_order", offered=500, wanted=100, unit="piece"),
    ]

    held = {"certificates": ["C-GMP"]}
    said = why(sides([part("language", 0.0)], gaps=gaps, given=held), with_prices=True)

    assert said == [
        "Delivery takes 15 days longer than the buyer accepts.",
        "The minimum order is larger than the volume asked for.",
        "Not held: C-ISO.",
        "The price asked is above what the buyer pays.",
        "They share no language: an interpreter is needed.",
    ]


def test_companies_read_nothing_about_prices():
    found = sides([part("price", None), part("readiness", None)], gaps=[Gap("price")])

    assert why(found, with_prices=False) == ["The sectors agree; little else is known."]
    assert unknown(found, with_prices=False) == "Readiness for the market"
    assert "Price" not in {fact.label for fact in facts(found, with_prices=False)}


AGREEMENTS = [
    ("text", 0.85, "Goods", ("good", "The same goods")),
    ("text", 0.84, "Goods", ("good", "Similar goods")),
    ("text", 0.6, "Goods", ("good", "Similar goods")),
    ("text", 0.4, "Goods", ("warn", "Related goods")),
    ("text", 0.1, "Goods", ("bad", "Hardly alike")),
    ("text", None, "Goods", ("none", "Not known")),
    ("volume", 1.0, "Volume", ("good", "Enough")),
    ("volume", 0.4, "Volume", ("warn", "Covers 40%")),
    ("volume", None, "Volume", ("none", "Not known")),
    ("min_order", 0.5, "Volume", ("warn", "Minimum order too large")),
    ("price", 1.0, "Price", ("good", "Within reach")),
    ("price", 0.5, "Price", ("warn", "Somewhat too high")),
    ("price", 0.0, "Price", ("bad", "Too high")),
    ("language", 1.0, "Language", ("good", "Shared language")),
    ("language", 0.0, "Language", ("warn", "Interpreter needed")),
    ("experience", 1.0, "Export experience", ("good", "Knows the market")),
    ("experience", 0.5, "Export experience", ("warn", "New to this market")),
    ("experience", 0.25, "Export experience", ("warn", "First export")),
    ("certificates", None, "Certificates", ("none", "None asked for")),
]


@pytest.mark.parametrize(("name", "value", "label", "expected"), AGREEMENTS)
def test_each_row_says_how_the_two_agree(name, value, label, expected):
    assert row(sides([part(name, value)]), label).agreement == expected


@pytest.mark.parametrize(
    ("value", "offered", "expected"),
    [
        (1.0, 30, ("good", "In time")),
        (0.5, 45, ("warn", "15 days too long")),
        (0.0, 90, ("bad", "60 days too long")),
    ],
)
def test_the_lead_time_says_by_how_much(value, offered, expected):
    found = sides(
        [part("lead_time", value)], given={"lead_time_days": offered}, asked={"lead_time_days": 30}
    )

    assert row(found, "Lead time").agreement == expected


def test_missing_certificates_are_counted():
    found = sides(
        [part("certificates", 0.5)],
        gaps=[Gap("certificates", missing=("C-GMP",))],
        given={"certificates": ["C-ISO"]},
        asked={"certificates": ["C-ISO", "C-GMP"]},
    )

    assert row(found, "Certificates").agreement == ("warn", "1 missing")


def test_certificates_that_nobody_stated_are_no_refusal():
    found = sides(
        [part("certificates", 0.0)],
        gaps=[Gap("certificates", missing=("C-GMP",))],
        asked={"certificates": ["C-GMP"]},
    )

    assert row(found, "Certificates").agreement == ("none", "None stated")
    assert why(found, with_prices=False) == ["Asked for, and nothing stated: C-GMP."]


def test_parts_add_up_also_where_one_gives_nothing():
    found = sides([part("hs", 1.0, 0.5), part("price", 0.0, 0.3), part("text", None, 0.2)])

    supply, _demand = directions(found)

    assert [bar.label for bar in supply.bars] == ["HS code", "Price"]
    assert supply.total == pytest.approx(0.5)
    assert supply.bars[1].most == pytest.approx(0.3)


def test_marks_are_put_around_the_words_and_the_rest_is_escaped():
    text = "<b>Sharp</b> scissors & knives"
    word = MatchedWord("exporter", "text", 13, 21, "scissors", "はさみ", None)

    found = marked(text, [word])

    assert str(found) == "&lt;b&gt;Sharp&lt;/b&gt; <mark>scissors</mark> &amp; knives"


def test_a_span_of_a_text_that_changed_since_marks_nothing():
    assert str(marked("Now something else", [SCISSORS])) == "Now something else"


@pytest.mark.parametrize(("start", "end"), [(-5, 3), (3, 3), (90, 98), (6, 2)])
def test_a_span_outside_the_text_marks_nothing(start, end):
    word = MatchedWord("exporter", "text", start, end, "scissors", "はさみ", None)

    assert "<mark>" not in marked("sharp scissors", [word])


def test_overlapping_spans_are_marked_once():
    words = [
        MatchedWord("buyer", "title", 0, 4, "手術用具", "tools", None),
        MatchedWord("buyer", "title", 2, 4, "用具", "tools", None),
    ]

    assert str(marked("手術用具です", words)) == "<mark>手術用具</mark>です"


def test_a_long_text_is_cut_between_words_and_loses_nothing():
    text = "word " * 200
    word = MatchedWord("exporter", "text", 500, 504, "word", "語", None)

    found = marked_text("Title", text, [word], side="exporter")

    assert str(found.text).endswith(" ")
    assert str(found.text) + str(found.rest).replace("<mark>", "").replace("</mark>", "") == text
    assert "<mark>word</mark>" in found.rest


def test_links_join_the_words_that_meet_the_same_word():
    assert links([SCISSORS, SHARP, HASAMI]) == {"はさみ": "sharp scissors"}


def test_there_is_a_sentence_for_everything_that_would_raise_a_score():
    stated = {
        (name, by)
        for name in _STATED_BY
        for by in (("exporter",), ("buyer",), ("exporter", "buyer"))
    }

    assert stated <= set(STATED)
    assert set(_IMPROVED_BY) == set(IMPROVED)


def test_what_would_raise_the_score_is_said_with_its_gain():
    found = sides()
    object.__setattr__(
        found.reasons, "raises", (Raise("price", "state", ("buyer", "exporter"), 0.04),)
    )

    assert raises(found) == [
        (0.04, "Both state a price in the same currency and for the same unit")
    ]


def test_every_state_reason_and_unit_has_a_word():
    assert set(terms.STATES) == set(terms.STATE_KINDS) == set(SuggestionState)
    assert set(terms.REJECTIONS) == set(RejectionReason)
    assert set(terms.AMOUNTS) == set(terms.ONE) == set(Unit)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("2.10", "3.40", "$2.10 to $3.40"),
        ("2.10", "2.10", "$2.10"),
        ("2.10", None, "$2.10"),
        (None, "3.40", "up to $3.40"),
        (None, None, None),
    ],
)
def test_a_price_is_said_as_it_is_known(low, high, said):
    values = (Decimal(one) if one else None for one in (low, high))

    assert terms.price(*values, "USD") == said


def test_one_piece_is_singular():
    assert terms.amount(1, Unit.PIECE) == "1 piece"
    assert terms.amount(Decimal("1200"), Unit.PIECE) == "1,200 pieces"
    assert terms.amount(Decimal("1.5"), None) == "1.5"
