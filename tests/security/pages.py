"""Pages as a browser reads them: their links and their forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from tests.conftest import Client

TEXTUAL = {"text", "search", "email", "password", "tel", "url", "number", "date", "time", "hidden",
           "datetime-local", "month", "textarea"}  # fmt: skip


@dataclass(slots=True)
class FoundForm:
    """One form of a page, filled as it was drawn."""

    action: str
    method: str
    data: dict[str, str] = field(default_factory=dict)
    text_fields: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, here: str) -> None:
        super().__init__()
        self.here = here
        self.links: list[str] = []
        self.forms: list[FoundForm] = []
        self._open: FoundForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"].split("#")[0])
        if tag == "form":
            method = given.get("method", "get").lower()
            self._open = FoundForm(given.get("action") or self.here, method)
            self.forms.append(self._open)
        if self._open is not None and given.get("name"):
            self._take(tag, given)
        if tag == "option" and self._open is not None and self._select:
            self._open.data.setdefault(self._select, given.get("value", ""))

    def _take(self, tag: str, given: dict[str, str]) -> None:
        assert self._open is not None
        name, kind = given["name"], given.get("type", "text" if tag == "input" else tag)
        if tag == "select":
            self._select = name
            return
        if kind in {"checkbox", "radio"} and "checked" not in given:
            return
        if kind in {"file", "submit", "button", "image"}:
            return
        self._open.data.setdefault(name, given.get("value", ""))
        if kind in TEXTUAL and name not in {"csrf_token", *self._open.text_fields}:
            self._open.text_fields.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = ""


def read(text: str, here: str) -> _Reader:
    """Return the links and forms of a page that stands at `here`."""
    reader = _Reader(here)
    reader.feed(text)
    reader.close()
    return reader


def visit(client: Client, start: list[str], *, most: int = 300) -> dict[str, Any]:
    """Open the pages and all that they lead to, and return the answers by address."""
    waiting, seen = list(dict.fromkeys(start)), {}
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or path.startswith("/static/"):
            continue
        answer = client.get(path)
        seen[path] = answer
        if answer.mimetype == "text/html":
            waiting += [link for link in read(answer.text, path).links if link not in seen]
        place = answer.headers.get("Location", "")
        if place and not urlsplit(place).netloc:
            waiting.append(place)
    return seen


def forms_of(answers: dict[str, Any]) -> list[FoundForm]:
    """Return the forms of the pages, each action and set of fields once."""
    found = {
        (form.action, form.method, tuple(sorted(form.data))): form
        for path, answer in answers.items()
        if answer.mimetype == "text/html"
        for form in read(answer.text, path).forms
    }
    return list(found.values())
