"""What a typed product or need may be: offered, explained, and never chosen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import Product
from matchmaker.db.base import db
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.data import Concept, Vocabulary
from matchmaker.engines.matching.encoder import EncodingBook
from matchmaker.engines.matching.text import fit_text_model
from matchmaker.matches import goods_helper
from matchmaker.matches.goods_helper import near_to, offers_for
from matchmaker.matches.goods_phrases import PhraseIndex
from matchmaker.matches.services import text_models
from matchmaker.matches.services.text_models import fit_and_use
from matchmaker.matches.text_model import vocabulary_of_packs
from tests.build import make_exporter, make_officer, make_product, make_user
from tests.engines.matching.encoders import GramEncoder
from tests.matches.text_fixtures import install, use_few_names

GOODS = (
    Concept("03", "hs", "Fish and crustaceans", "魚介類", "مچھلی"),
    Concept("030617", "hs", "Frozen shrimp", "冷凍えび", "منجمد جھینگا"),
    Concept("630260", "hs", "Terry towels", "綿タオル", "سوتی تولیہ"),
    Concept("901890", "hs", "Surgical instruments", "手術器具", "جراحی آلات"),
    Concept("720241", "hs", "High-carbon ferrochrome", "高炭素フェロクロム", "فیرو کروم"),
    Concept("420321", "hs", "Leather gloves for sports", "革手袋", "چمڑے کے دستانے"),
    Concept("420329", "hs", "Leather gloves for work", "作業用革手袋", "کام کے دستانے"),
    Concept("4203", "hs", "Leather gloves and jackets", "革衣類", "چمڑے کے کپڑے"),
    Concept("SEAF-SHRIMP", "sector", "Shrimp and prawns", "えび", "جھینگے"),
)
JAMBO = Concept("G:abc", "glossary", "frozen shrimp", ur="جمبو", search_ur=("jambo mal",))


CHAPTERS = ("03", "16", "42", "63", "72", "82", "90")


@pytest.fixture(scope="module")
def model():
    """A model of some chapters, which are enough for it to learn from, and of one entry."""
    names = vocabulary_of_packs().concepts
    some = [one for one in names if one.code.startswith((*CHAPTERS, "SEAF", "LEAT", "MEDI"))]
    return fit_text_model(Vocabulary((*some, JAMBO)))


@pytest.fixture
def in_use(app, monkeypatch, tmp_path):
    """A model of few names, which the encoder of the tests belongs to."""
    use_few_names(app, tmp_path, monkeypatch)
    install(app, GramEncoder(), monkeypatch)
    monkeypatch.setattr(text_models, "vocabulary", lambda: Vocabulary(GOODS))
    fit_and_use(report=lambda *_: None)
    db.session.rollback()


def codes_near(model, text, encoder=None):
    return [one.concept.code for one in near_to(model, Passage(text), encoder)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("shrimp, block frozen", "030617"),
        ("تولیہ", "630260"),
        ("手術用の器具", "901890"),
        ("ferrochrome lumps", "720241"),
    ],
)
def test_goods_are_found_in_each_language(model, text, code):
    assert code in codes_near(model, text)[:5]


@pytest.mark.parametrize(
    "text",
    ["", "!!!", "\x00\ud800", "best quality", "zzqx", "高品質", "12345", "🙂", "a" * 5000],
)
def test_nothing_is_offered_where_nothing_is_close(model, text):
    assert near_to(model, Passage(text), None) == []


def test_words_of_the_glossary_lead_to_the_codes_of_their_names(model):
    assert "030617" in codes_near(model, "jambo mal")


def test_an_entry_that_shares_a_common_word_alone_changes_nothing(model):
    with_entry = codes_near(model, "frozen fish")

    assert "0303" in with_entry[:3]
    assert "G:abc" in codes_near(model, "frozen block")[:40]


def test_a_name_that_is_said_whole_counts_beside_the_likeness(model):
    near = near_to(model, Passage("Operating scissors, 14.5 cm"), None)

    (surgical,) = [one for one in near[:5] if one.concept.code == "901890"]
    assert surgical.said == 1.0
    assert surgical.weight == 1.0 + surgical.likeness


def test_of_names_said_whole_the_rarer_tells_more():
    index = PhraseIndex(GOODS)

    said = {one.code: share for one, share in index.said("leather gloves for work").items()}

    assert said == {"420329": 1.0}
    assert index.said("gloves") == {}


def test_the_words_that_speak_for_a_code_are_told_as_they_were_written(model):
    (first, *_) = near_to(model, Passage("Leather GLOVES"), None)

    assert first.shared == ("Leather", "GLOVES")


def test_a_form_is_offered_codes_and_sectors_in_the_readers_language(app, in_use):
    with app.test_request_context(headers={"Accept-Language": "ja"}):
        found = offers_for("Frozen shrimp", "", language="ja")

    (code, *_) = found.codes
    assert (code.code, code.display) == ("030617", "0306.17")
    assert code.name == "冷凍エビ"
    assert code.heading.startswith("03 ")
    assert "shrimp" in code.why
    assert found.sectors[0].code == "SEAF-SHRIMP"


def test_chapters_are_no_choice_and_one_heading_does_not_fill_the_list(app, in_use):
    with app.test_request_context():
        gloves = offers_for("Leather gloves for work and sports", "", language="en")
        fish = offers_for("Fish and crustaceans", "", language="en")

    assert [code.code[:4] for code in gloves.codes].count("4203") == 2
    assert "03" not in {code.code for code in fish.codes}


def test_the_description_is_read_where_the_name_says_too_little(app, in_use):
    with app.test_request_context():
        found = offers_for("Zeenat 77", "Terry towels, 400 g", language="en")

    assert [code.code for code in found.codes] == ["630260"]


def test_a_text_is_embedded_where_the_encoder_is_there_and_free(app, in_use):
    encoder = GramEncoder()
    with app.test_request_context():
        model = goods_helper._model()

    assert isinstance(goods_helper._book(Passage("towels"), encoder), EncodingBook)
    assert encoder.seen == ["towels"]
    with goods_helper._encoding:
        assert near_to(model, Passage("terry towels"), encoder)
    assert encoder.seen == ["towels"]


def test_without_a_model_the_search_for_words_answers(app):
    with app.test_request_context():
        found = offers_for("surgical scissors", "", language="en")

    assert "901890" in {code.code for code in found.codes}
    assert found.sectors[0].code == "MEDI-SURG"


def test_while_another_request_reads_the_model_the_search_answers(app, in_use, monkeypatch):
    monkeypatch.setattr(goods_helper, "_at_hand", {})
    with app.test_request_context(), goods_helper._reading:
        found = offers_for("surgical scissors", "", language="en")

    assert {code.why for code in found.codes} == {""}


def test_whoever_is_signed_in_is_helped_and_nothing_is_chosen(app, in_use, sign_in):
    owner = make_user()
    product = make_product(make_exporter(owner), hs_code=None, sector_code=None)
    browser = sign_in(owner)
    sent = {"title": "Frozen shrimp\x00", "description": "block frozen"}

    answer = browser.submit("/goods-helper", sent)

    assert answer.status_code == 200
    assert answer.json["codes"][0]["code"] == "030617"
    assert answer.headers["Cache-Control"] == "no-store"
    db.session.rollback()
    kept = db.session.scalars(sa.select(Product).where(Product.id == product.id)).one()
    assert (kept.hs_code, kept.sector_code) == (None, None)


def test_visitors_and_forged_requests_are_not_helped(client, sign_in):
    member = sign_in(make_user())

    assert client.submit("/goods-helper", {"title": "rice"}).status_code != 200
    assert member.post("/goods-helper", data={"title": "rice"}).status_code == 400
    assert member.get("/goods-helper?title=rice").status_code == 405


def test_both_forms_have_the_helper_and_officers_are_helped_too(sign_in):
    owner, officer = make_user(), make_officer()
    company = make_exporter(owner)
    path = f"/companies/{company.public_id}/products/new"

    page = sign_in(owner).get(path)
    answer = sign_in(officer).submit("/goods-helper", {"title": "rice"})

    assert 'data-title="name"' in page.text
    assert answer.json["codes"][0]["code"].startswith("1006")
