"""Every main page holds in three languages, two widths, light and dark, and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Person

pytestmark = pytest.mark.browser


def enter(person: Person, role: str) -> None:
    person.go("/")
    person.page.locator(f"button[name=role][value={role}]").click()
    expect(person.page.locator(f"button[name=role][value={role}]")).to_have_count(0)


def links(person: Person, selector: str) -> list[str]:
    found = person.page.eval_on_selector_all(selector, "all => all.map(a => a.href)")
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("language", ["en", "ja", "ur"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("role", ["officer", "exporter", "buyer"])
def test_the_pages_of_a_role_are_accessible_and_fit(
    person: Callable[..., Person], role: str, viewport: dict[str, int], language: str
) -> None:
    scheme = "dark" if language == "ja" else "light"
    someone = person(viewport, language, color_scheme=scheme)
    someone.context.add_cookies(
        [{"name": "language", "value": language, "url": someone.service.url}]
    )
    enter(someone, role)
    if role == "officer":
        someone.go("/events")
        someone.page.locator(
            "main a[href^='/events/']:not([href*='?']):not([href$='/new'])"
        ).first.click()
        pages = links(someone, "nav.place a")
    else:
        pages = links(someone, "main a[href*='/companies/']")
    assert len(pages) >= 4
    expect(someone.page.locator("html")).to_have_attribute("lang", language)

    for number, page in enumerate(["/", *pages]):
        answer = someone.page.goto(page if page.startswith("http") else someone.service.url + page)
        assert answer is not None
        assert answer.status == 200
        someone.check_page()
        someone.picture(f"{role}-{number}-{language}")


def test_an_officer_works_the_queue_by_keyboard(person: Callable[..., Person]) -> None:
    officer = person()
    enter(officer, "officer")
    officer.page.locator("main a[href$='/suggestions']").last.click()
    page = officer.page
    first = page.locator("article.pair h2").first.inner_text()

    page.keyboard.press("j")
    expect(page.locator("article.pair h2").first).not_to_have_text(first)
    page.keyboard.press("k")
    expect(page.locator("article.pair h2").first).to_have_text(first)
    page.keyboard.press("a")
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator("article.pair h2").first).not_to_have_text(first)
    page.keyboard.press("z")
    expect(page.locator("article.pair h2").first).to_have_text(first)
    page.keyboard.press("r")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("article.pair h2").first).not_to_have_text(first)
    officer.check_page()


def test_a_double_click_decides_about_one_pair_alone(person: Callable[..., Person]) -> None:
    officer = person()
    enter(officer, "officer")
    officer.page.locator("main a[href$='/suggestions']").last.click()
    page = officer.page
    second, third = (page.locator("#list a.row").nth(place) for place in (1, 2))
    waits, untouched = second.get_attribute("id"), third.get_attribute("id")

    page.locator(".decide button[value=held]").dblclick()
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator("#list a.row[aria-current=true]")).to_have_attribute("id", str(waits))
    page.reload()
    expect(page.locator(f"#list a.row[id='{waits}']")).to_be_visible()
    expect(page.locator(f"#list a.row[id='{untouched}']")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(".undo button")).to_have_count(0)


def test_the_officer_signs_in_with_password_and_second_factor(
    person: Callable[..., Person],
) -> None:
    officer = person()
    officer.go("/")
    officer.page.locator("details summary").click()
    row = officer.page.locator("tbody tr").first
    email = row.locator("td").nth(0).inner_text()
    password = row.locator("td").nth(1).inner_text()

    officer.go("/sign-in")
    officer.page.fill("input[name=email]", email)
    officer.page.fill("input[name=password]", password)
    officer.page.locator("main form button.primary").click()
    officer.page.wait_for_url(re.compile("/second-factor"))
    officer.check_page()
    officer.go("/events/new")
    officer.page.wait_for_url(re.compile("/second-factor"))
    code = officer.page.locator("code").first.inner_text()
    assert code.isdecimal()
    assert len(code) == 6
    officer.page.fill("input[name=code]", code)
    officer.page.locator("main form button.primary").click()
    officer.page.wait_for_url(re.compile(r"/events/new\??$"))
    officer.check_page()


def test_the_main_pages_work_without_script(person: Callable[..., Person]) -> None:
    officer = person(java_script_enabled=False)
    enter(officer, "officer")
    officer.page.locator("main a[href$='/suggestions']").last.click()
    before = officer.page.locator("article.pair").get_attribute("aria-labelledby")
    assert before is not None
    exporter = officer.page.locator(
        "article.pair h2 ~ *, article.pair .side h2"
    ).first.inner_text()

    officer.page.locator("button[data-act=hold]").click()

    expect(officer.page.locator(".undo")).to_be_visible()
    expect(officer.page.locator("article.pair")).not_to_contain_text(f"{exporter}\n{exporter}")
