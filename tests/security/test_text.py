"""Text from outside stays text, and none of it brings the service down."""

from __future__ import annotations

from typing import Any

import pytest

from tests.security.pages import FoundForm, forms_of, visit
from tests.security.world import MARKUP, address, build_world, routes

WHO = ["exporter", "buyer", "officer", "stranger"]
NASTY = {
    "markup": MARKUP,
    "a NUL byte": "a\x00b",
    "a lone surrogate": "a\ud800b",
    "far too much": "x" * 100_000,
    "a quotation": "' OR 1=1; DROP TABLE company; --",
    "line breaks": "a\r\nBcc: evil@evil.example\r\n\r\nb",
    "a formula": "=HYPERLINK(\"http://evil.example\")",
    "a template": "{{ config }}${7*7}%(secret)s{0}",
    "marks that turn the writing": "\u202egnp.exe\u2066\u200b",
    "a huge number": "9" * 400,
    "no number": "NaN",
}  # fmt: skip
ASKED = ("q", "sort", "order", "page", "size", "state", "sector", "country", "month", "kind")
ALSO_ASKED = ("lang", "next", "open", "filter", "run", "flag", "language", "officer", "step")
LONGEST_ADDRESS = 8000
"""Characters; the server refuses longer ones before we see them."""
ONE_BY_ONE = {"a NUL byte", "markup"}
"""Tried in each field alone; the others in all fields of a form at once, which is quicker."""


@pytest.mark.parametrize("person", WHO)
def test_markup_in_any_name_comes_out_as_text(app, sign_in, person):
    world = build_world(MARKUP)
    browser = sign_in(getattr(world, person))
    start = [address(r, world.ids) for r in routes(app) if "GET" in r.methods]

    answers = visit(browser, start)

    pages = {path: a for path, a in answers.items() if a.mimetype == "text/html"}
    assert sum(a.status_code == 200 for a in pages.values()) >= 3
    assert [path for path, a in answers.items() if a.status_code >= 500] == []
    assert [path for path, a in pages.items() if "<img src=x" in a.text] == []
    if person != "stranger":
        assert any("&lt;img src=x" in a.text for a in pages.values())


@pytest.mark.parametrize("what", NASTY)
@pytest.mark.parametrize("person", WHO)
def test_no_page_falls_over_a_question_with(people, pages, person, what):
    text = _as_sent(what)[:LONGEST_ADDRESS]
    questions = [dict.fromkeys(ASKED, text), dict.fromkeys(ALSO_ASKED, text)]
    failed = {}
    for path in pages:
        for question in questions:
            answer = people[person].get(path, query_string=question)
            if answer.status_code >= 500:
                failed[path] = answer.status_code
            if answer.mimetype == "text/html":
                assert "<img src=x" not in answer.text, path
    assert failed == {}


def _filled(form: FoundForm, what: str) -> list[dict[str, Any]]:
    groups = [[n] for n in form.text_fields] if what in ONE_BY_ONE else [form.text_fields]
    return [{**form.data, **dict.fromkeys(names, _as_sent(what))} for names in groups if names]


@pytest.mark.parametrize("what", NASTY)
@pytest.mark.parametrize("person", WHO)
def test_no_form_falls_over_a_field_with(people, pages, person, what):
    browser = people[person]
    forms = [f for f in forms_of(visit(browser, pages)) if "/sign-out" not in f.action]
    failed = {}
    for form in forms:
        for data in _filled(form, what):
            if form.method == "post":
                answer = browser.submit(form.action, data)
            else:
                answer = browser.get(form.action, query_string=data)
            if answer.status_code >= 500:
                failed[form.action] = answer.status_code
            if answer.mimetype == "text/html":
                assert "<img src=x" not in answer.text, form.action
    assert forms
    assert failed == {}


def _as_sent(what: str) -> str | bytes:
    text = NASTY[what]
    return text.encode("utf-8", "surrogatepass") if "\ud800" in text else text


@pytest.mark.parametrize(
    "body",
    [b"name=%ff%fe", b"name=\xff\xfe", b"%ff=1", b"name=%ed%a0%80", b"=&&==%", b"name=%u0041"],
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json", ""])
def test_a_body_that_is_no_text_is_refused(app, world, people, body, kind):
    for rule in routes(app):
        if "POST" in rule.methods:
            path = address(rule, world.ids)
            token = f"csrf_token={people['officer'].csrf()}&".encode()
            answer = people["officer"].post(path, data=token + body, content_type=kind)
            assert answer.status_code < 500, path


@pytest.mark.parametrize(
    "ending", ["%ff", "%00", "%ed%a0%80", "..%2f..%2fetc%2fpasswd", "%", "a" * 5000]
)
def test_an_address_that_is_no_text_finds_nothing(app, world, people, ending):
    for rule in routes(app):
        path = address(rule, world.ids)
        for broken in (
            f"{path}{ending}",
            f"{path}?q={ending}",
            f"{path.rsplit('/', 1)[0]}/{ending}",
        ):
            answer = people["officer"].get(broken)
            assert answer.status_code < 500, broken


def test_a_body_that_is_too_large_is_refused(app, world, people):
    large = {"csrf_token": people["officer"].csrf(), "name": "x" * (10 * 2**20)}
    for rule in routes(app):
        if "POST" in rule.methods:
            path = address(rule, world.ids)
            assert people["officer"].post(path, data=large).status_code == 413, path


def _parts(fields: dict[str, str]) -> bytes:
    """Return a multipart body, written here because the test client keeps large ones in files."""
    part = '--mark\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return "".join(part.format(*field) for field in fields.items()).encode() + b"--mark--\r\n"


@pytest.mark.parametrize(
    "fields",
    [{"name": "x" * (2 * 2**20)}, {f"part{number}": "x" for number in range(20_000)}],
    ids=["a text of two megabytes", "twenty thousand parts"],
)
def test_a_form_is_refused_although_a_file_of_its_size_might_be_sent_with(
    app, world, people, fields
):
    body = _parts({"csrf_token": people["officer"].csrf(), **fields})
    for rule in routes(app):
        if "POST" in rule.methods:
            path = address(rule, world.ids)
            kind = "multipart/form-data; boundary=mark"
            assert people["officer"].post(path, data=body, content_type=kind).status_code == 413, (
                path
            )
