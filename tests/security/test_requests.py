"""What a request may change, and what it must carry to do so."""

from __future__ import annotations

import pytest

from tests.security.world import UNSAFE, address, fingerprint, routes

WHO = ["exporter", "buyer", "officer"]


@pytest.mark.parametrize(
    "token",
    [None, "", "wrong", "foreign"],
    ids=["no token", "an empty token", "a wrong token", "the token of another browser"],
)
@pytest.mark.parametrize("person", WHO)
def test_no_route_changes_anything_with(app, world, people, person, token):
    browser = people[person]
    if token == "foreign":
        with browser.session_transaction() as session:
            session["csrf_token"] = "1" * 40
        token = people["stranger"].csrf()
    before = fingerprint()
    statuses = {}
    for rule in routes(app):
        for method in sorted(set(rule.methods) & set(UNSAFE)):
            data = {} if token is None else {"csrf_token": token}
            path = address(rule, world.ids)
            statuses[method, path] = browser.open(path, method=method, data=data).status_code

    assert statuses
    assert {asked: status for asked, status in statuses.items() if status != 400} == {}
    assert fingerprint() == before


@pytest.mark.parametrize("person", [*WHO, "stranger"])
def test_reading_changes_nothing(people, pages, person):
    before = fingerprint()

    statuses = {path: people[person].get(path).status_code for path in pages}

    assert {path: status for path, status in statuses.items() if status >= 500} == {}
    assert fingerprint() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_methods_that_no_route_has_change_nothing(app, people, pages, method):
    before = fingerprint()

    statuses = {people["officer"].open(path, method=method).status_code for path in pages}

    assert statuses <= {400, 404, 405}
    assert fingerprint() == before


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_no_header_turns_reading_into_writing(people, pages, header):
    before = fingerprint()

    for path in pages:
        people["officer"].get(path, headers={header: "POST"})

    assert fingerprint() == before
