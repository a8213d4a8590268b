"""The main job in a browser: two companies register, an officer brings them together."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, Person

pytestmark = pytest.mark.browser

PASSWORD = "seven green parrots in Lahore"
FAIR = "texpo-example"
WORKS_WITHIN_S = 90


def speak(person: Person, language: str) -> None:
    """Choose the language of the pages where they are in another one."""
    button = person.page.locator(f"button[name=language][value={language}]")
    if button.count():
        if not button.is_visible():
            person.page.locator(".menu-button").click()
        button.click()
    expect(person.page.locator("html")).to_have_attribute("lang", language)


def save(person: Person) -> None:
    person.page.locator(".submit button.primary").first.click()


def mail_link(person: Person, address: str) -> str:
    """Return the link in the newest mail to an address, once the worker has written it."""
    until = time.monotonic() + WORKS_WITHIN_S
    while time.monotonic() < until:
        person.go("/example/mailbox")
        row = person.page.locator("tr", has_text=address)
        if row.count():
            row.first.locator("a").click()
            link = person.page.locator(".letter a").first.get_attribute("href")
            assert link is not None
            return link
        time.sleep(0.5)
    raise AssertionError(f"no mail to {address}")


def register(person: Person, kind: str, language: str, email: str, names: dict[str, str]) -> None:
    """Sign up, confirm the address, sign in."""
    person.go(f"/sign-up?kind={kind}")
    speak(person, language)
    person.check_page()
    person.picture(f"sign-up-{kind}-{language}")
    page = person.page
    page.fill("input[name=name]", names["person"])
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=company_name]", names["company"])
    if kind == "buyer":
        page.fill("input[name=name_kana]", names["kana"])
        page.fill("input[name=name_latin]", names["latin"])
    page.check("input[name=directory]")
    page.check("input[name=suggestions]")
    save(person)
    person.go(mail_link(person, email))
    person.check_page()
    page.locator("main form button.primary").click()
    person.go("/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form button.primary").click()
    page.wait_for_url(f"{person.service.url}/")
    speak(person, language)
    person.check_page()
    person.picture(f"home-{kind}-{language}")


def choose_hs(person: Person, word: str, code: str) -> None:
    """Type a word into the HS field and take the code from the list."""
    box = person.page.locator("[role=combobox]")
    box.click()
    box.press_sequentially(word, delay=20)
    option = person.page.locator("[role=option]", has_text=code).first
    option.click()


def fill_identity(person: Person, register_number: str) -> None:
    person.page.locator("a[href*='/profile']").first.click()
    person.check_page()
    person.page.locator("a[href$='/profile/identity']").first.click()
    person.check_page()
    person.page.fill("input[name=register_number]", register_number)
    save(person)
    expect(person.page.locator(".summary")).to_have_count(0)


def add_goods(
    person: Person, list_path: str, fields: dict[str, str], hs: tuple[str, str] | None
) -> None:
    """Describe a product or a need in its three steps."""
    page = person.page
    page.locator(f"a[href$='/{list_path}']").first.click()
    page.locator(f"a[href$='/{list_path}/new']").first.click()
    person.check_page()
    for name, text in fields.items():
        page.fill(f"[name={name}]", text)
    if hs is not None:
        choose_hs(person, *hs)
    person.picture(f"{list_path}-{page.locator('html').get_attribute('lang')}")
    save(person)
    page.wait_for_url(re.compile(r"step=2"))
    person.check_page()


def apply_to_fair(person: Person) -> str:
    """Ask to take part in the example fair; return the event's address."""
    page = person.page
    person.go("/events")
    person.check_page()
    page.locator("main a[href^='/events/']:not([href*='?']):not([href$='.ics'])").first.click()
    person.check_page()
    address = page.url.split("?")[0]
    page.locator("a[href*='/apply/']").first.click()
    person.check_page()
    page.locator("button[name=step][value=send]").click()
    expect(page.locator("main")).to_be_visible()
    person.check_page()
    return address


def accept(officer: Person, event: str, company: str) -> None:
    page = officer.page
    officer.go(f"{event}/applications?q={company}")
    officer.check_page()
    page.locator("main a[href^='/applications/']", has_text=company).first.click()
    officer.check_page()
    page.check("input[name=state][value=accepted]")
    save(officer)
    expect(page.locator("main")).to_contain_text(company)


def suggest_matches(officer: Person, event: str) -> None:
    """Start a run and wait, as the page does, for the worker to finish it."""
    page = officer.page
    officer.go(f"{event}/runs")
    officer.check_page()
    save(officer)
    page.wait_for_url(re.compile(r"/runs/"))
    until = time.monotonic() + WORKS_WITHIN_S
    while page.locator("[data-progress-url]").count() and time.monotonic() < until:
        time.sleep(0.5)
    officer.check_page()


def suggested_at_once(officer: Person, event: str, exporter: str, buyer: str) -> None:
    """See the pair in the queue without another run, with the passages that are close."""
    page = officer.page
    until = time.monotonic() + WORKS_WITHIN_S
    rows = page.locator(".list a.row", has_text=exporter)
    while time.monotonic() < until:
        officer.go(f"{event}/suggestions?q={buyer}")
        if rows.count():
            break
        time.sleep(0.5)
    officer.go(rows.first.get_attribute("href") or "")
    passages = page.locator("article.pair .passages")
    expect(passages.locator("[lang=ur]").first).to_be_visible()
    expect(passages.locator("[lang=ja]").first).to_be_visible()


def approve(officer: Person, event: str, exporter: str, buyer: str) -> None:
    """Find the pair in the queue and approve it."""
    page = officer.page
    officer.go(f"{event}/suggestions?q={buyer}")
    row = page.locator(".list a.row", has_text=exporter)
    officer.go(row.first.get_attribute("href") or "")
    pair = page.locator("article.pair")
    expect(pair).to_contain_text(exporter)
    expect(pair).to_contain_text(buyer)
    officer.check_page()
    officer.picture(f"queue-{page.locator('html').get_attribute('lang')}")
    page.locator("[data-act=approve]").click()
    expect(page.locator(".undo")).to_contain_text(buyer)


def sees_partner(member: Person, partner: str, hidden: str) -> None:
    """See the approved partner on the company's own page, without the contacts."""
    main = member.page.locator("main")
    member.go("/")
    main.locator("a[href$='/matches']").first.click()
    expect(main).to_contain_text(partner)
    expect(main).not_to_contain_text(hidden)
    member.check_page()
    member.picture(f"partners-{member.page.locator('html').get_attribute('lang')}")


JOURNEYS = [
    pytest.param("en", DESKTOP, "en", id="desktop, English"),
    pytest.param("ur", PHONE, "ja", id="phone, Urdu, a Japanese officer"),
]
MAKERS = {
    "en": {
        "person": "Sana Example",
        "company": "Ravi Forge (example)",
        "name": "Surgical scissors and forceps",
        "description": "Reusable operating scissors and tissue forceps in stainless steel",
        "word": "surgical instruments",
    },
    "ur": {
        "person": "ثنا مثال",
        "company": "چناب آلاتِ جراحی (مثال)",
        "name": "سرجری کی قینچی اور چمٹیاں",
        "description": "بار بار استعمال کے قابل آپریشن کی قینچیاں، اسٹین لیس اسٹیل",
    },
}


@pytest.mark.parametrize(("language", "viewport", "officer_language"), JOURNEYS)
def test_two_companies_register_and_an_officer_brings_them_together(
    person: Callable[..., Person], language: str, viewport: dict[str, int], officer_language: str
) -> None:
    maker, number = MAKERS[language], 10 + viewport["width"] % 80
    exporter = person(viewport, language)
    register(exporter, "exporter", language, f"maker-{language}@exporter.example", maker)
    fill_identity(exporter, f"00009{number}-1")
    exporter.go("/")
    add_goods(
        exporter,
        "products",
        {"name": maker["name"], "description": maker["description"]},
        (maker["word"], "9018.90") if language == "en" else None,
    )
    exporter.page.fill("[name=capacity]", "50,000")
    exporter.page.fill("[name=min_order]", "500")
    exporter.page.select_option("[name=unit]", "piece")
    exporter.page.select_option("[name=period]", "month")
    save(exporter)
    event = apply_to_fair(exporter)

    buyer = person(viewport, "ja")
    house = {
        "person": "山田 花子",
        "company": f"浪速医科器械{number}（例）",
        "kana": "ナニワイカキカイ",
        "latin": "Naniwa Ika Kikai (example)",
    }
    register(buyer, "buyer", "ja", f"buyer-{language}@buyer.example", house)
    buyer.go("/")
    add_goods(
        buyer,
        "needs",
        {
            "title": "手術用はさみ・鉗子",
            "description": "再使用可能なステンレス製の手術用はさみと鉗子を探しています。",
        },
        ("手術", "9018.90"),
    )
    buyer.page.fill("[name=volume]", "２０，０００")
    buyer.page.select_option("[name=unit]", "piece")
    buyer.page.select_option("[name=period]", "month")
    save(buyer)
    apply_to_fair(buyer)

    officer = person(viewport, officer_language)
    officer.go("/")
    officer.page.locator("button[name=role][value=officer]").click()
    speak(officer, officer_language)
    accept(officer, event, maker["company"])
    accept(officer, event, house["company"])
    if language == "en":
        suggest_matches(officer, event)
    else:
        # Her goods are written in Urdu, without a code; the last run was before she came.
        suggested_at_once(officer, event, maker["company"], house["company"])
    approve(officer, event, maker["company"], house["company"])

    sees_partner(exporter, house["company"], hidden="buyer-")
    sees_partner(buyer, maker["company"], hidden="maker-")
