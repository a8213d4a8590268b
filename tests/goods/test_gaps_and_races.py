"""What is missing is said with a reason; two presses at once make one row."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from matchmaker.companies import goods_queries
from matchmaker.companies.enums import Period, Unit
from matchmaker.companies.models import Product
from matchmaker.companies.services import goods as services
from matchmaker.companies.services.goods_terms import ProductTerms
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError
from tests.build import NOON, make_exporter, make_need, make_product, make_user

WHOLE = {
    "capacity": Decimal(500),
    "unit": Unit.PIECE,
    "period": Period.MONTH,
    "min_order": Decimal(5),
    "price_max": Decimal(3),
    "lead_time_days": 30,
    "certificates": ["C-ISO13485"],
}


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, []),
        ({"hs_code": None}, ["The HS code"]),
        ({"hs_code": "9018"}, ["The six digits of the HS code"]),
        ({"description": "Scissors"}, ["A description"]),
        ({"capacity": None}, ["The capacity"]),
        ({"min_order": None}, ["The smallest order"]),
        ({"price_max": None}, ["The price range"]),
        ({"price_max": None, "price_min": Decimal(1)}, []),
        ({"lead_time_days": None}, ["The lead time"]),
        ({"certificates": []}, ["The certificates"]),
    ],
)
def test_a_product_lacks_what_it_lacks(app, given, missing):
    product = make_product(**(WHOLE | given))

    assert [str(gap.what) for gap in goods_queries.product_gaps(product)] == missing


@pytest.mark.parametrize(
    ("codes", "given", "missing"),
    [
        (("901890",), {}, []),
        ((), {}, ["An HS code"]),
        (("901890",), {"description": ""}, ["A description"]),
        (("901890",), {"volume": None}, ["The volume"]),
        (("901890",), {"price_min": None}, ["The price range"]),
        (("901890",), {"needed_by": date(2027, 3, 11)}, ["A new deadline"]),
        (("901890",), {"needed_by": date(2027, 3, 12)}, []),
    ],
)
def test_a_need_lacks_what_it_lacks(app, codes, given, missing):
    whole = {"description": "はさみ" * 20, "volume": Decimal(1), "price_min": Decimal(1)}
    need = make_need(None, codes, **(whole | given))

    gaps = goods_queries.need_gaps(need, today=NOON.date())

    assert [str(gap.what) for gap in gaps] == missing


def test_the_service_refuses_what_the_form_would(app):
    product_id = make_product().public_id
    actor = make_user()
    db.session.expire_all()
    product = goods_queries.product_in_any_state(product_id)
    swapped = ProductTerms(
        price_min=Decimal(2), price_max=Decimal(1), unit=Unit.PIECE, currency=None
    )

    with pytest.raises(services.FaultyTermsError, match="currency"):
        services.change_product(product, swapped, seen_version=1, actor=actor, now=NOON)
    with pytest.raises(ChangedMeanwhileError, match="meanwhile"):
        services.change_product(product, ProductTerms(), seen_version=2, actor=actor, now=NOON)

    assert product.price_min is None


def test_two_presses_at_the_same_time_make_one_product(app, sign_in):
    owner = make_user()
    company = make_exporter(owner)
    path = f"/companies/{company.public_id}/products/new"
    browsers = [sign_in(owner) for _ in range(4)]
    data = {"new_id": "abcdefghijkmnpqr", "name": "Scissors", "hs_code": "901890"}
    answers = []

    def press(browser) -> None:
        answers.append(browser.submit(path, data).location)

    threads = [threading.Thread(target=press, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["/products/abcdefghijkmnpqr/edit?step=2"] * 4
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Product)) == 1
