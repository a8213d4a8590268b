"""Products are there for their own company alone, and no input breaks their pages."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Company, Member, Product
from matchmaker.db.base import db
from tests.build import NOON, make_exporter, make_product, make_user

NEW_ID = "abcdefghijkmnpqr"
IDENTITY = {
    "new_id": NEW_ID,
    "name": "Operating scissors",
    "description": "Stainless steel",
    "hs_code": "901890",
}


@pytest.fixture
def owner(app):
    return make_user()


@pytest.fixture
def company(owner):
    return make_exporter(owner)


@pytest.fixture
def browser(owner, company, sign_in):
    return sign_in(owner)


def products():
    db.session.rollback()
    return db.session.scalars(sa.select(Product).order_by(Product.id)).all()


def edit_path(public_id, step=1):
    return f"/products/{public_id}/edit?step={step}"


PATHS = [
    ("GET", "/companies/{company}/products"),
    ("GET", "/companies/{company}/products/new"),
    ("POST", "/companies/{company}/products/new"),
    ("GET", "/products/{product}/edit"),
    ("POST", "/products/{product}/edit"),
    ("POST", "/products/{product}/withdraw"),
    ("POST", "/products/{product}/restore"),
]


def ask(browser, method, path, product, company):
    path = path.format(company=company.public_id, product=product.public_id)
    return browser.get(path) if method == "GET" else browser.submit(path, IDENTITY)


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_another_companys_products_are_not_there(app, sign_in, method, path):
    product = make_product(name="Secret product")
    stranger = make_user()
    make_exporter(stranger)
    browser = sign_in(stranger)

    answer = ask(browser, method, path, product, db.session.get_one(Company, product.company_id))

    assert answer.status_code == 404
    assert "Secret product" not in answer.text
    assert [(row.name, row.withdrawn_at) for row in products()] == [("Secret product", None)]


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_nobody_gets_in_unasked(app, client, method, path):
    product = make_product(name="Secret product")
    company = db.session.get_one(Company, product.company_id)
    db.session.commit()

    answer = ask(client, method, path, product, company)

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
    assert len(products()) == 1


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_a_viewer_reads_and_changes_nothing(app, sign_in, method, path):
    product = make_product(name="Old name")
    company = db.session.get_one(Company, product.company_id)
    viewer = make_user()
    db.session.add(
        Member(company_id=company.id, user_id=viewer.id, role=MemberRole.VIEWER, joined_at=NOON)
    )
    browser = sign_in(viewer)

    answer = ask(browser, method, path, product, company)

    assert answer.status_code == (200 if path.endswith("/products") else 404)
    assert "?step=" not in answer.text
    assert [(row.name, row.withdrawn_at) for row in products()] == [("Old name", None)]


def test_a_text_of_ten_megabytes_is_refused_unread(browser, company):
    path = f"/companies/{company.public_id}/products/new"

    answer = browser.submit(path, {**IDENTITY, "description": "x" * 10_000_000})

    assert answer.status_code == 413
    assert products() == []


@pytest.mark.parametrize(
    "body",
    [
        b"name=%ff%fe%00scissors",
        b"name=%ed%a0%80scissors",
        b"name=%00scissors%00",
        "name=はさみ".encode("euc-jp"),
    ],
    ids=["invalid", "lone surrogate", "NUL", "another encoding"],
)
def test_bytes_that_are_no_text_break_nothing(browser, company, body):
    answer = browser.post(
        f"/companies/{company.public_id}/products/new",
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={"X-CSRFToken": browser.csrf()},
    )

    assert answer.status_code in {303, 422}
    assert all("\x00" not in product.name for product in products())


def test_markup_in_a_name_comes_out_as_text(browser, company):
    product = make_product(company, name="<script>alert(1)</script>")
    db.session.commit()

    for path in (f"/companies/{company.public_id}/products", edit_path(product.public_id)):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
