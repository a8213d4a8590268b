"""A company alone against a fair that stands, and each pair alone, score as in a full run."""

import random
from dataclasses import replace

import pytest

from matchmaker.engines.matching.data import Buyer, Exporter, Fair, Need, Product
from matchmaker.engines.matching.encoder import EncodingBook
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.run import match, score_pair
from matchmaker.engines.matching.standing import Newcomer, Standing, match_company
from matchmaker.engines.matching.text import fit_text_model
from tests.engines.matching.builders import (
    VOCABULARY,
    make_buyer,
    make_exporter,
    make_fair,
    make_need,
    make_product,
    market,
)
from tests.engines.matching.encoders import GramEncoder

EVERYBODY = Limits(per_exporter=20, per_buyer=20, least_score=0.0)
NAMES = [
    name
    for concept in VOCABULARY.concepts
    for name in (concept.en, concept.ja, concept.ur, *concept.search_en, *concept.search_ja)
]
CODES = [concept.code for concept in VOCABULARY.concepts if concept.kind == "hs"]
CERTIFICATES = ["HACCP", "GOTS", "ISO 9001", "HALAL"]
LANGUAGES = ["en", "ja", "ur"]


def random_fair(seed, exporters=6, buyers=6):
    """Return a fair in which anything may be missing, and two companies are on both sides."""
    draw = random.Random(seed)

    def maybe(value):
        return value if draw.random() < 0.6 else None

    def some(values, most):
        return tuple(draw.sample(values, draw.randint(0, most)))

    def goods():
        title = draw.choice([*NAMES, "", "?"])
        text = " ".join(draw.sample(NAMES, draw.randint(0, 4)))
        return {
            "title": title,
            "text": text,
            "language": "en",
            "hs_codes": some(CODES, 2),
            "sector": maybe(draw.choice(["TEXT", "TEXT-TOWEL", "ICTS-DEV"])),
            "unit": maybe(draw.choice(["kg", "KG", "t"])),
            "price_max": maybe(draw.uniform(1, 9)),
            "currency": maybe("USD"),
            "lead_time_days": maybe(draw.randint(0, 90)),
            "certificates": frozenset(some(CERTIFICATES, 3)),
        }

    def company():
        return {"country": draw.choice(["PK", "JP"]), "languages": frozenset(some(LANGUAGES, 2))}

    sellers = [f"c{n}" for n in range(exporters)]
    lookers = [f"c{n}" for n in range(exporters - 2, exporters + buyers - 2)]
    return Fair(
        tuple(
            Exporter(one, one, **company(), markets=frozenset(some(["JP", "US"], 2)))
            for one in sellers
        ),
        tuple(
            Buyer(one, one, **company(), wanted_from=frozenset(some(["PK"], 1))) for one in lookers
        ),
        tuple(
            Product(
                f"p{n}",
                draw.choice(sellers),
                **goods(),
                capacity_per_month=maybe(draw.uniform(0, 900)),
                min_order=maybe(draw.uniform(0, 90)),
                readiness=maybe(draw.random()),
                barred=draw.random() < 0.1,
                shut=(("", "2027-05-01"),) if draw.random() < 0.2 else (),
            )
            for n in range(2 * exporters)
        ),
        tuple(
            Need(
                f"n{n}",
                draw.choice(lookers),
                **goods(),
                volume_per_month=maybe(draw.uniform(0, 900)),
                needed_by=maybe("2027-04-01"),
            )
            for n in range(2 * buyers)
        ),
        blocked=frozenset({(sellers[0], lookers[-1])}),
    )


@pytest.fixture(scope="module")
def book():
    return EncodingBook(GramEncoder())


@pytest.fixture(scope="module")
def sensing(book):
    return fit_text_model(VOCABULARY, book=book)


def scores(suggestions):
    return {
        (one.exporter, one.buyer, one.product, one.need): f"{one.score:.6f}" for one in suggestions
    }


@pytest.mark.parametrize("seed", range(8))
def test_runs_companies_and_pairs_score_alike(sensing, book, seed):
    fair = random_fair(seed)

    whole = scores(match(fair, text=sensing, book=book, limits=EVERYBODY).suggestions)

    for company in {one.id for one in (*fair.exporters, *fair.buyers)}:
        alone = match_company(fair, company, text=sensing, book=book, least_score=0.0)
        assert scores(alone) == {
            pair: score for pair, score in whole.items() if company in pair[:2]
        }
    for (exporter, buyer, product, need), score in whole.items():
        goods = replace(
            fair,
            products=tuple(one for one in fair.products if one.id == product),
            needs=tuple(one for one in fair.needs if one.id == need),
        )
        found = score_pair(goods, exporter, buyer, text=sensing, book=book).suggestion
        assert f"{found.score:.6f}" == score


def test_a_company_gets_the_reasons_and_other_goods_of_a_full_run(text):
    fair = market()
    (there,) = (one for one in match(fair, text=text).suggestions if one.buyer == "b2")

    assert match_company(fair, "b2", text=text) == (there,)


def test_partners_come_best_first_and_no_more_than_asked(text):
    fair = make_fair(
        [make_product(f"p{n}", f"e{n}", text="Salt " * n) for n in (1, 0, 2, 3)], [make_need()]
    )

    every = match_company(fair, "b1", text=text)
    some = match_company(fair, "b1", text=text, most=2)

    assert [one.score for one in every] == sorted((one.score for one in every), reverse=True)
    assert len(every) == 4
    assert some == every[:2]


def test_a_company_without_goods_has_no_partners(text):
    fair = replace(market(), products=())

    assert match_company(fair, "e1", text=text) == match_company(fair, "b1", text=text) == ()


def test_a_company_that_is_not_there_is_refused(text):
    with pytest.raises(ValueError, match="no company 'x'"):
        match_company(market(), "x", text=text)


def test_a_fair_that_stands_takes_one_newcomer_after_the_other(sensing, book):
    fair = random_fair(3)
    standing = Standing(fair, text=sensing, book=book)
    coded = make_product("x", "x1", title="綿タオル", hs_codes=("630260",))
    plain = make_product("x", "x1", title="Towels, sheets", unit="bale", capacity_per_month=9.0)

    for product in (coded, plain, coded):
        newcomer = Newcomer(make_exporter("x1"), (product,))
        whole = replace(
            fair,
            exporters=(*fair.exporters, newcomer.exporter),
            products=(*fair.products, product),
        )
        there = match(whole, text=sensing, book=book, limits=EVERYBODY).suggestions

        found = standing.match(newcomer, least_score=0.0)

        assert found
        assert scores(found) == scores(one for one in there if one.exporter == "x1")


def test_a_newcomer_may_look_for_goods(sensing, book):
    fair = random_fair(4)
    need = make_need("x", "x1", title="Rice", text="chawal")
    newcomer = Newcomer(buyer=make_buyer("x1"), needs=(need,))
    whole = replace(fair, buyers=(*fair.buyers, newcomer.buyer), needs=(*fair.needs, need))

    found = Standing(fair, text=sensing, book=book).match(newcomer, least_score=0.0)

    there = match(whole, text=sensing, book=book, limits=EVERYBODY).suggestions
    assert found
    assert scores(found) == scores(one for one in there if one.buyer == "x1")
