"""Reasons from the sense road: the closest passages, and what both texts speak of."""

from __future__ import annotations

import json

import pytest

from matchmaker.companies.models import Company, Need, Product
from matchmaker.db.base import db
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import embed
from matchmaker.engines.matching.reasons import (
    ClosePassages,
    PartReason,
    Reasons,
    SharedCode,
    SharedConcept,
)
from matchmaker.matches.queries.pair import Names, names_for
from matchmaker.matches.words.facts import Sides
from matchmaker.matches.words.passages import closest_passages
from matchmaker.matches.words.why import why
from matchmaker.reference.models import GlossaryEntry
from tests.build import (
    NOON,
    make_event,
    make_need,
    make_officer,
    make_product,
    make_suggestion,
)
from tests.engines.matching.encoders import GramEncoder

URDU = "ہم جراحی کے آلات بناتے ہیں۔ قینچیاں سٹین لیس سٹیل کی ہیں۔ نمونے مفت ہیں۔"
JAPANESE = "当社は病院向けの商社です。ステンレス製の手術用はさみを探しています。"
SHEARS = (URDU.index(" قینچیاں"), URDU.index(" نمونے"))
HASAMI = (JAPANESE.index("ステンレス"), len(JAPANESE))
BOTH = ClosePassages(("text", *SHEARS), ("text", *HASAMI), 0.8123)
TITLES = ClosePassages(("title", 0, 8), ("title", 0, 3), 0.7)


def reasons(passages=(BOTH,), *, concepts=(), code=None, text=0.7):
    part = PartReason("text", 0.3, text, 0.3 * (text or 0.0))
    return Reasons(
        factor=1.0,
        supply=(part,),
        demand=(part,),
        unknown=(),
        code=code,
        words=(),
        concepts=tuple(SharedConcept(*one) for one in concepts),
        gaps=(),
        raises=(),
        passages=tuple(passages),
    )


def sides(found, *, names=None, description=URDU):
    return Sides(
        exporter=Company(country="PK", languages=["ur"]),
        buyer=Company(country="JP", languages=["ja"]),
        product=Product(name="Scissors", description=description, language="ur"),
        need=Need(id=1, title="はさみ", description=JAPANESE, language="ja"),
        names=Names(hs={}, certificates={}, sectors={}, wanted={}, concepts=names or {}),
        reasons=found,
    )


@pytest.fixture
def english(app):
    with app.test_request_context("/?lang=en"):
        yield


def test_each_passage_is_marked_where_it_stands_in_its_language():
    (one,) = closest_passages(sides(reasons()))

    assert "<mark>قینچیاں سٹین لیس سٹیل کی ہیں۔</mark>" in one.offered
    assert one.offered.startswith("ہم جراحی کے آلات بناتے ہیں۔ <mark>")
    assert one.offered.endswith("</mark> نمونے مفت ہیں۔")
    assert "<mark>ステンレス製の手術用はさみを探しています。</mark>" in one.wanted
    assert (one.offered_language, one.wanted_language) == ("ur", "ja")
    assert one.likeness == 0.8123


def test_a_title_is_a_passage_too():
    (one,) = closest_passages(sides(reasons([TITLES])))

    assert (str(one.offered), str(one.wanted)) == ("<mark>Scissors</mark>", "<mark>はさみ</mark>")


def test_markup_in_a_passage_stays_text():
    description = "<b>Sharp</b> & strong."
    span = ClosePassages(("text", 0, len(description)), ("title", 0, 3), 0.9)

    (one,) = closest_passages(sides(reasons([span]), description=description))

    assert str(one.offered) == "<mark>&lt;b&gt;Sharp&lt;/b&gt; &amp; strong.</mark>"


def test_long_surroundings_and_long_passages_are_cut():
    sentence = "We make scissors of steel for hospitals and clinics in many countries. "
    text = sentence * 3 + "x" * 900 + ". " + sentence * 3
    start, end = len(sentence) * 3 - 1, len(sentence) * 3 + 901
    span = ClosePassages(("text", start, end), ("title", 0, 3), 0.9)

    (one,) = closest_passages(sides(reasons([span]), description=text))

    assert one.offered.startswith("…")
    assert one.offered.count("x") == 400
    assert one.offered.endswith("</mark>…")


@pytest.mark.parametrize(
    "text",
    [
        URDU,
        "Wire of 1.5 mm. Soft!  Annealed;\r\nin coils of 10 kg\n\n- no minimum order",
        "当社は商社です。\n\n手術用はさみ、鉗子を探しています！\u3000見本をお送りください",
        "One sentence without an end",
        "word " * 700,
        "A sentence. " * 300,
    ],
    ids=["Urdu", "lines and decimals", "Japanese", "no end", "one long", "many"],
)
def test_whatever_the_encoder_cuts_is_shown(text):
    (sense,) = embed([Passage("Scissors", text)], GramEncoder())
    spans = [ClosePassages(span, ("title", 0, 3), 0.9) for span in sense.spans]

    found = closest_passages(sides(reasons(spans), description=text))

    assert len(found) == len(sense.spans) > 1


@pytest.mark.parametrize(
    "description",
    ["", "ہم آلات بناتے ہیں", URDU.replace("جراحی کے آلات", "بہت اچھے جراحی آلات")],
    ids=["emptied", "shorter", "other words before it"],
)
def test_a_passage_of_a_text_that_changed_since_is_not_shown(description):
    assert closest_passages(sides(reasons(), description=description)) == []


@pytest.mark.parametrize("span", [(-3, 5), (5, 5), (9, 4), (0, 10_000)])
def test_a_span_outside_the_text_is_not_shown(span):
    found = reasons([ClosePassages(("text", *span), ("title", 0, 3), 0.9)])

    assert closest_passages(sides(found)) == []


def test_the_words_say_that_the_sense_road_was_used(english):
    assert why(sides(reasons()), with_prices=True) == ["What the two write is close in meaning."]


@pytest.mark.parametrize(
    "found", [reasons(()), reasons(text=0.2), reasons(text=None)], ids=["no", "weak", "unknown"]
)
def test_nothing_is_said_of_meaning_where_it_carried_nothing(english, found):
    assert why(sides(found), with_prices=True) == ["The sectors agree; little else is known."]


NAMES = {
    "82": {"en": "Tools"},
    "8213": {"en": "Scissors", "ja": "はさみ"},
    "821300": {"en": "Scissors and blades"},
    "9018": {"en": "Medical instruments"},
    "MEDI": {"en": "Medical goods"},
    "G:abc": {"en": "Iris scissors", "ja": "アイリス剪刀"},
}


@pytest.mark.parametrize(
    ("concepts", "said"),
    [
        ([("8213", 0.5), ("82", 0.3)], "Scissors"),
        ([("821300", 0.5), ("8213", 0.3), ("9018", 0.2)], "Scissors and blades|Medical instr"),
        ([("MEDI", 0.9)], "Medical goods"),
        ([("82", 0.9)], "Tools"),
        ([("G:abc", 0.3), ("8213", 0.7)], "Iris scissors"),
    ],
    ids=[
        "heading before chapter",
        "two headings",
        "a sector alone",
        "a chapter alone",
        "own word",
    ],
)
def test_what_both_texts_speak_of_is_named(english, concepts, said):
    found = why(sides(reasons((), concepts=concepts), names=NAMES), with_prices=True)

    assert found[0].startswith("Both texts speak of these goods:")
    assert all(name in found[0] for name in said.split("|"))
    assert found[0].count("\u2068") == len(said.split("|"))


@pytest.mark.parametrize(
    "concepts",
    [[("8213", 0.1)], [("7777", 0.9)], [("G:gone", 0.9)]],
    ids=["little", "unknown code", "entry withdrawn"],
)
def test_what_says_little_or_has_no_name_is_not_named(english, concepts):
    found = why(sides(reasons((), concepts=concepts), names=NAMES), with_prices=True)

    assert found == ["The sectors agree; little else is known."]


def test_beside_a_shared_code_only_words_of_the_office_are_named(english):
    code = SharedCode("821300", "821300", "821300", 6)
    concepts = [("9018", 0.6), ("G:abc", 0.4)]

    said = why(sides(reasons((), code=code, concepts=concepts), names=NAMES), with_prices=True)

    assert said[1:] == ["Both texts speak of these goods: \u2068Iris scissors\u2069."]


def test_names_of_concepts_are_read_by_their_kind(app):
    entry = GlossaryEntry(en="Iris scissors", ja="アイリス剪刀", created_at=NOON, changed_at=NOON)
    db.session.add(entry)
    db.session.flush()

    found = names_for([], [], ["8213", "MEDI", f"G:{entry.public_id}", "G:gone", "nothing"])

    assert set(found.concepts) == {"8213", "MEDI", f"G:{entry.public_id}"}
    assert found.concepts[f"G:{entry.public_id}"]["ja"] == "アイリス剪刀"
    assert found.concepts["8213"]["en"]


@pytest.fixture
def stored(app):
    """A suggestion as a run keeps it: an Urdu product, a Japanese need."""
    product = make_product(name="Scissors", description=URDU, language="ur")
    need = make_need(title="はさみ", description=JAPANESE, language="ja")
    event = make_event()
    kept = json.loads(json.dumps(reasons([BOTH, TITLES]).to_json()))
    suggestion = make_suggestion(event, product=product, need=need, reasons={"why": kept})
    return f"/events/{event.public_id}/suggestions", suggestion


@pytest.mark.parametrize("language", ["en", "ja", "ur"])
def test_the_page_shows_both_passages_in_their_own_languages(stored, sign_in, language):
    address, _suggestion = stored

    page = sign_in(make_officer(language=language)).get(address).text

    assert '<div lang="ur" dir="auto">ہم جراحی کے آلات بناتے ہیں۔ <mark>قینچیاں' in page
    assert '<div lang="ja" dir="auto">当社は病院向けの商社です。<mark>ステンレス製' in page


def test_a_suggestion_stored_before_there_were_passages_is_shown_without(stored, sign_in):
    address, suggestion = stored
    kept = {name: value for name, value in suggestion.reasons["why"].items() if name != "passages"}
    suggestion.reasons = {"why": kept}

    page = sign_in(make_officer()).get(address)

    assert page.status_code == 200
    assert "The closest passages" not in page.text
