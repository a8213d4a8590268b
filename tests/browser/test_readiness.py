"""From "not allowed yet" to "ready" on a telephone in Urdu, with an officer in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from matchmaker.db.clock import utcnow
from matchmaker.reference.day_queries import office_day
from tests.browser.conftest import DESKTOP, PHONE, Person
from tests.browser.test_main_path import add_goods, register, save
from tests.compliance.scans import PDF, picture

pytestmark = pytest.mark.browser

GROWER = {"person": "سائرہ مثال", "company": "ملتان آم (مثال)"}
GOODS = {
    "name": "چونسہ آم",
    "description": "تازہ چونسہ آم، ویپر ہیٹ ٹریٹمنٹ کے ساتھ، پانچ کلو کے ڈبے",
}
STANDING = ("C-FOODDOSS", "C-ORIGIN", "C-TR-RESID")
PLANT = "C-VHT-FAC"
TODAY = office_day(utcnow())


def enter(
    exporter: Person, products: str, scheme: str, ends: date, scan: tuple[str, str, bytes]
) -> None:
    """Add a certificate with its scan, starting from the list."""
    page = exporter.page
    exporter.go(products.replace("/products", f"/certificates/new?scheme={scheme}"))
    exporter.check_page()
    page.fill("[name=number]", f"{scheme}-{ends.year}")
    page.fill("[name=issuer]", "MAFF Japan")
    page.fill("[name=issued_on]", (ends - timedelta(days=300)).isoformat())
    page.fill("[name=valid_to]", ends.isoformat())
    name, kind, content = scan
    page.set_input_files("[name=scan]", {"name": name, "mimeType": kind, "buffer": content})
    save(exporter)
    page.wait_for_url(re.compile(r"/certificates/[a-z2-9]{16}$"))
    exporter.check_page()


def verify_all(officer: Person, count: int) -> None:
    """Verify what waits for the grower, one paper after the other."""
    page = officer.page
    for _ in range(count):
        officer.go("/certificates")
        officer.check_page()
        page.locator("tr", has_text=GROWER["company"]).first.locator("a").first.click()
        expect(page.locator("main")).to_contain_text(GROWER["company"])
        officer.check_page()
        page.locator("button[value=verify]").click()
        expect(page.locator(".undo")).to_be_visible()
    officer.check_page()


def level(exporter: Person, address: str) -> str | None:
    exporter.go(address)
    exporter.check_page()
    return exporter.page.locator("[data-stage=shipment]").get_attribute("data-level")


def test_a_grower_renews_a_paper_and_is_ready(person: Callable[..., Person]) -> None:
    exporter = person(PHONE, "ur")
    register(exporter, "exporter", "ur", "grower@exporter.example", GROWER)
    exporter.go("/")
    add_goods(exporter, "products", GOODS, ("080450", "0804.50"))
    exporter.page.locator("main .breadcrumb a[href$='/products']").click()
    products = exporter.page.url
    readiness = exporter.page.locator("a[href$='/readiness']", has_text="چونسہ آم").first
    address = readiness.get_attribute("href") or ""
    for scheme in STANDING:
        sheet = ("sheet.png", "image/png", picture())
        enter(exporter, products, scheme, TODAY + timedelta(days=200), sheet)
    scan = ("plant.pdf", "application/pdf", PDF)
    enter(exporter, products, PLANT, TODAY - timedelta(days=30), scan)

    officer = person(DESKTOP, "en")
    officer.go("/")
    officer.page.locator("button[name=role][value=officer]").click()
    verify_all(officer, 4)
    before = level(exporter, address)
    exporter.picture("readiness-before-ur")
    exporter.page.locator(f"article a[href$='scheme={PLANT}']").first.click()
    enter(exporter, products, PLANT, TODAY + timedelta(days=200), scan)
    waiting = level(exporter, address)
    verify_all(officer, 1)
    after = level(exporter, address)
    exporter.picture("readiness-after-ur")

    assert (before, waiting, after) == ("NOT_READY", "NOT_READY", "READY")
