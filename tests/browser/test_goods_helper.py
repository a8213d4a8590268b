"""HS codes and sectors offered while a product is typed: by keyboard, on a phone, and offline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import PHONE, Person
from tests.browser.test_pages import enter

pytestmark = pytest.mark.browser


def new_product(someone: Person) -> None:
    enter(someone, "exporter")
    someone.page.locator("a[href$='/products/new'], a[href$='/products']").first.click()
    if not someone.page.url.endswith("/new"):
        someone.page.locator("a[href$='/products/new']").first.click()


def chosen(someone: Person) -> Locator:
    return someone.page.locator("[data-picked] input[name=hs_code]")


def test_a_code_is_offered_and_chosen_by_keyboard_alone(person: Callable[..., Person]) -> None:
    someone = person(PHONE)
    new_product(someone)

    someone.page.locator("#name").press_sequentially("Cotton terry towels")
    first = someone.page.locator(".offers:not(.short) .offer").first
    expect(first).to_be_visible(timeout=30_000)
    expect(chosen(someone)).to_have_count(0)
    expect(first).to_have_attribute("aria-pressed", "false")
    someone.check_page()

    first.focus()
    someone.page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(chosen(someone)).to_have_count(1)
    assert chosen(someone).input_value() == first.get_attribute("value")

    someone.page.keyboard.press("Enter")
    expect(chosen(someone)).to_have_count(0)


def test_what_means_nothing_is_told_so_and_offline_nothing_is_said(
    person: Callable[..., Person],
) -> None:
    someone = person()
    new_product(someone)
    status = someone.page.locator(".helper [role=status]")

    someone.page.locator("#name").fill("zzqx vvk")
    expect(status).not_to_be_empty(timeout=30_000)
    expect(someone.page.locator(".offer")).to_have_count(0)

    someone.context.set_offline(True)
    someone.page.locator("#name").fill("Cotton terry towels")
    expect(status).to_be_empty()
    expect(someone.page.locator("#name")).to_have_value("Cotton terry towels")
    someone.context.set_offline(False)
