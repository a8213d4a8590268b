"""A real Chromium against a running service; every page visited is checked as it goes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.service import Service, running_service

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 1000}
PHONE = {"width": 390, "height": 844}
AXE = Path(__file__).parent / "vendor" / "axe-core" / "4.14.1" / "axe.min.js"
PICTURES = Path(__file__).parent.parent / "screenshots"


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running_service(tmp_path_factory.mktemp("service")) as service:
        yield service


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        raise RuntimeError("Chromium is not installed: install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Person:
    """Somebody at a browser; whatever the page complains of is collected."""

    def __init__(self, context: BrowserContext, service: Service) -> None:
        self.context = context
        self.service = service
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._foreign)

    def _note(self, message: Any) -> None:
        # A 4xx answer that a journey asks for is logged as an error by the browser.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _foreign(self, request: Any) -> None:
        if not request.url.startswith((self.service.url, "data:")):
            self.complaints.append(f"asked {request.url}")

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.service.url + path)

    def picture(self, name: str) -> None:
        """Keep a picture of the page where the runner asked for pictures."""
        if os.environ.get("PICTURES"):
            PICTURES.mkdir(exist_ok=True)
            width = self.page.viewport_size["width"]
            self.page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)

    def check_page(self) -> None:
        """Accessible by axe, as wide as the window, and without a complaint of the browser."""
        self.page.evaluate(AXE.read_text())
        rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules}).then(r => r.violations.map("
            "v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | ')))",
            rules,
        )
        assert found == [], f"{self.page.url}: {found}"
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{self.page.url} is {overflow} px wider than the window"
        assert self.complaints == [], self.page.url


@pytest.fixture
def person(browser: Browser, service: Service) -> Iterator[Callable[..., Person]]:
    """Return a new browser for a new person, with a width and a language."""
    contexts: list[BrowserContext] = []

    def make(viewport: dict[str, int] = DESKTOP, language: str = "en", **more: Any) -> Person:
        context = browser.new_context(viewport=viewport, locale=language, **more)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Person(context, service)

    yield make
    for context in contexts:
        context.close()
