"""The pages of products lead on: to pictures, to the other pages of the company, away and back."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from matchmaker.companies.models import StoredFile
from matchmaker.db.base import db
from tests.build import NOON, make_buyer, make_exporter, make_need, make_product, make_user
from tests.companies.test_files import stored
from tests.goods.test_products import IDENTITY, NEW_ID, edit_path, products


@pytest.fixture
def owner(app):
    return make_user()


@pytest.fixture
def company(owner):
    return make_exporter(owner)


@pytest.fixture
def browser(owner, company, sign_in):
    return sign_in(owner)


def add_pictures(product, number: int) -> None:
    for index in range(number):
        db.session.add(
            StoredFile(
                company_id=product.company_id,
                product_id=product.id,
                name=f"{index}.jpg",
                media_type="image/jpeg",
                size=10,
                sha256=f"{index:064}",
                created_at=NOON,
            )
        )


def test_pictures_are_reached_from_the_list_and_from_the_product(browser, company):
    bare, shown = make_product(company), make_product(company)
    add_pictures(shown, 2)
    db.session.commit()
    of_bare, of_shown = (f"/products/{p.public_id}/pictures" for p in (bare, shown))
    edit = edit_path(shown.public_id)

    page = browser.get(f"/companies/{company.public_id}/products").text

    assert "Add pictures</a>" in page[page.index(of_bare) :].split("\n")[0]
    assert "2 pictures</a>" in page[page.index(of_shown) :].split("\n")[0]
    assert f'href="{of_shown}"' in browser.get(edit).text


def test_picture_goes_only_after_a_second_press(browser, company):
    product = make_product(company)
    add_pictures(product, 1)
    db.session.commit()
    path = f"/products/{product.public_id}/pictures"

    page = browser.get(path).text

    before = page[: page.index("/removal")]
    assert before.rindex("<details>") > before.rfind("</details>")
    assert "A removed picture cannot be brought back." in before


@pytest.mark.parametrize("part", ["products", "products/new"])
def test_pages_of_products_have_the_menu_of_the_company(browser, company, part):
    db.session.commit()

    page = browser.get(f"/companies/{company.public_id}/{part}").text

    for other in ("", "/profile", "/products", "/members", "/consents", "/matches"):
        assert f'<a href="/companies/{company.public_id}{other}"' in page
    assert f'<a href="/companies/{company.public_id}/products" aria-current="page">' in page


def test_pages_of_needs_have_the_menu_of_the_company(app, sign_in):
    user = make_user()
    need = make_need(make_buyer(user))
    db.session.commit()
    own = f"/companies/{need.company_id}"

    page = sign_in(user).get(f"/needs/{need.public_id}/edit").text

    assert "/consents" in page, own
    assert 'aria-current="page">Needs</a>' in page


def test_first_step_can_be_saved_and_left(browser, company):
    db.session.commit()
    path = f"/companies/{company.public_id}/products"

    answer = browser.submit(f"{path}/new", {**IDENTITY, "leave": "1"})

    assert answer.location == path
    assert products()[0].public_id == NEW_ID


def test_later_step_can_be_saved_and_left(browser, company):
    product = make_product(company)
    db.session.commit()
    path = f"/companies/{company.public_id}/products"

    answer = browser.submit(
        edit_path(product.public_id), {**IDENTITY, "version": "1", "leave": "1"}
    )

    assert answer.location == path
    assert products()[0].name == "Operating scissors"


def test_month_is_chosen_where_nothing_was(browser, company, sign_in):
    product = make_product(company, capacity=None, unit=None, period=None)
    user = make_user()
    need = make_need(make_buyer(user), volume=None, unit=None, period=None)
    db.session.commit()
    chosen = '<option selected value="month">'

    assert chosen in browser.get(edit_path(product.public_id, 2)).text
    assert chosen in sign_in(user).get(f"/needs/{need.public_id}/edit?step=2").text


def test_year_that_was_chosen_stays(browser, company):
    product = make_product(company, capacity=5, unit="kg", period="year")
    db.session.commit()

    page = browser.get(edit_path(product.public_id, 2)).text

    assert '<option selected value="year">' in page


def noise(size: int) -> bytes:
    """Return a picture of exactly `size` bytes; what follows its end is not read."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue().ljust(size, b"\0")


@pytest.mark.parametrize(
    ("size", "status", "kept"), [(8 * 2**20, 303, 1), (8 * 2**20 + 1, 422, 0)]
)
def test_picture_of_just_the_limit_is_taken_and_one_byte_more_named(
    browser, company, size, status, kept
):
    product = make_product(company)
    db.session.commit()
    path = f"/products/{product.public_id}/pictures"
    # Written by hand: the test client leaves the temporary file of a large body open.
    head = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="s.jpg"\r\n\r\n'

    answer = browser.post(
        path,
        data=head + noise(size) + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": browser.csrf()},
    )

    assert answer.status_code == status
    assert len(stored()) == kept
    if not kept:
        assert "Send one of at most 8 MB." in answer.text


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://localhost/products/x/pictures?a=1", "/products/x/pictures?a=1"),
        ("http://elsewhere.example/products/x", None),
        ("http://localhost//elsewhere.example/", None),
        ("", None),
    ],
)
def test_too_large_a_body_is_answered_with_the_limit_and_the_way_back(
    browser, company, came_from, back
):
    product = make_product(company)
    db.session.commit()

    answer = browser.post(
        f"/products/{product.public_id}/pictures",
        data=b"x" * (9 * 2**20 + 1),
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": browser.csrf(), "Referer": came_from},
    )

    assert answer.status_code == 413
    assert "A file may have at most 8 MB." in answer.text
    link = f'href="{back}">Back to the page you came from</a>'
    assert (link in answer.text) is (back is not None)
    assert "elsewhere.example" not in answer.text
