"""The sector of goods follows their HS code, unless a person chose another one."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import Need, Product
from matchmaker.db.base import db
from tests.build import make_buyer, make_exporter, make_need, make_product, make_user

PICKLES, MANGOES, SCISSORS, UNKNOWN = "200190", "080450", "901890", "010121"
MOVES = [
    ("FOOD-SAUCE", MANGOES, "AGRI-MANGO"),  # it had come from the code of pickles
    ("", MANGOES, "AGRI-MANGO"),
    ("TEXT-TOWEL", MANGOES, "TEXT-TOWEL"),  # somebody chose it
    ("FOOD-SAUCE", PICKLES, "FOOD-SAUCE"),
    ("TEXT-TOWEL", PICKLES, "TEXT-TOWEL"),
    ("FOOD-SAUCE", UNKNOWN, None),
    ("FOOD-SAUCE", "", "FOOD-SAUCE"),
]


def sector_of(model):
    db.session.rollback()
    return db.session.scalars(sa.select(model.sector_code)).one()


@pytest.mark.parametrize(("sent", "code", "kept"), MOVES)
def test_the_sector_of_a_product_follows_its_code(app, sign_in, sent, code, kept):
    owner = make_user()
    product = make_product(make_exporter(owner), hs_code=PICKLES, sector_code="FOOD-SAUCE")
    db.session.commit()
    typed = {"name": "Mangoes", "hs_code": code, "sector_code": sent, "version": "1"}

    answer = sign_in(owner).submit(f"/products/{product.public_id}/edit?step=1", typed)

    assert answer.status_code == 303
    assert sector_of(Product) == kept


@pytest.mark.parametrize(("sent", "code", "kept"), MOVES)
def test_the_sector_of_a_need_follows_its_codes(app, sign_in, sent, code, kept):
    owner = make_user()
    need = make_need(make_buyer(owner), (PICKLES, SCISSORS), sector_code="FOOD-SAUCE")
    db.session.commit()
    codes = [code, SCISSORS] if code == PICKLES else [code] if code else []
    typed = {"title": "Mangoes", "hs_codes": codes, "sector_code": sent, "version": "1"}

    answer = sign_in(owner).submit(f"/needs/{need.public_id}/edit?step=1", typed)

    assert answer.status_code == 303
    assert sector_of(Need) == kept


def test_the_form_says_that_the_sector_follows(app, sign_in):
    owner = make_user()
    product = make_product(make_exporter(owner))
    db.session.commit()

    page = sign_in(owner).get(f"/products/{product.public_id}/edit?step=1").text

    assert "Follows from the HS code unless you choose another." in page
