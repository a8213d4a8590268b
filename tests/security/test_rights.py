"""Nobody sees or does by an address what is not theirs."""

from __future__ import annotations

import pytest

from matchmaker.web.access import public, signed_in
from tests.security.world import (
    OPEN_TO_ALL,
    READ_BY_ALL_SIGNED_IN,
    UNSAFE,
    address,
    fingerprint,
    routes,
)


def _shows_own_only(app, rule) -> bool:
    """Say whether a route is open to all, or shows whoever is signed in their own things."""
    own = app.view_functions[rule.endpoint].access_rule is signed_in and not rule.arguments
    return own or rule.endpoint in OPEN_TO_ALL | READ_BY_ALL_SIGNED_IN


def _unsafe(rule):
    return sorted(set(rule.methods) & set(UNSAFE))


def test_what_is_open_to_all_is_what_was_meant_to_be(app):
    opened = {
        rule.endpoint
        for rule in routes(app)
        if app.view_functions[rule.endpoint].access_rule is public
    }
    assert opened - OPEN_TO_ALL == set()


def test_visitors_are_sent_to_the_sign_in_from_every_private_page(app, world, client):
    before = fingerprint()
    answers = {}
    for rule in routes(app):
        if rule.endpoint in OPEN_TO_ALL:
            continue
        path = address(rule, world.ids)
        if "GET" in rule.methods:
            answers["GET", path] = client.get(path)
        for method in _unsafe(rule):
            data = {"csrf_token": client.csrf()}
            answers[method, path] = client.open(path, method=method, data=data)

    let_in = {
        asked: answer.status_code
        for asked, answer in answers.items()
        if answer.status_code not in {404, 405}
        and not (answer.status_code == 303 and answer.location.startswith("/sign-in"))
    }
    assert let_in == {}
    assert fingerprint() == before


def test_a_stranger_finds_nothing_of_others_by_any_method(app, world, people):
    stranger = people["stranger"]
    before = fingerprint()
    found = {}
    for rule in routes(app):
        if _shows_own_only(app, rule):
            continue
        path = address(rule, world.ids)
        if "GET" in rule.methods:
            found["GET", path] = stranger.get(path).status_code
        for method in _unsafe(rule):
            data = {"csrf_token": stranger.csrf()}
            found[method, path] = stranger.open(path, method=method, data=data).status_code

    assert {asked: status for asked, status in found.items() if status != 404} == {}
    assert fingerprint() == before


@pytest.mark.parametrize("person", ["exporter", "buyer"])
def test_no_company_opens_a_page_of_the_officers(app, world, people, person):
    wanted = (
        "applications",
        "runs",
        "suggestions",
        "decisions",
        "assignments",
        "overview",
        "edit",
    )
    opened = {}
    for rule in routes(app):
        last = rule.rule.rsplit("/", 1)[-1]
        officers = rule.rule.startswith("/events/<public_id>/") and last in wanted
        if not officers and rule.rule.split("/")[1] not in {"runs", "suggestions", "decisions"}:
            continue
        path = address(rule, world.ids)
        for method in sorted(set(rule.methods) - {"HEAD", "OPTIONS"}):
            data = {"csrf_token": people[person].csrf()} if method != "GET" else None
            opened[method, path] = people[person].open(path, method=method, data=data).status_code

    assert {asked: status for asked, status in opened.items() if status != 404} == {}


def test_staff_open_nothing_before_their_second_factor(app, world, sign_in, pages):
    from sqlalchemy import update

    from matchmaker.accounts.models import UserSession
    from matchmaker.db.base import db

    officer = sign_in(world.officer)
    db.session.execute(update(UserSession).values(second_factor_at=None))
    db.session.commit()
    before_it = ("/healthz", "/readyz", "/second-factor", "/sign-in", "/sign-up", "/mail-sent")
    by_mail = (
        "/confirm",
        "/forgot-password",
        "/invitations/",
        "/memberships/",
        "/reset-password/",
    )
    inside = [path for path in pages if not path.startswith(before_it + by_mail)]

    statuses = {path: officer.get(path) for path in inside}

    let_in = {
        path: answer.status_code
        for path, answer in statuses.items()
        if not (answer.status_code == 303 and "/second-factor" in answer.location)
        and answer.status_code != 404
    }
    assert let_in == {}


def test_ids_that_nobody_has_and_ids_of_others_answer_alike(app, world, people):
    """Else one could learn by counting which ids there are."""
    unknown = dict.fromkeys(world.ids, "zzzzzzzzzzzzzzzz")
    stranger, differ = people["stranger"], []
    for rule in routes(app):
        if _shows_own_only(app, rule) or not rule.arguments:
            continue
        if "GET" in rule.methods:
            real, made_up = (stranger.get(address(rule, ids)) for ids in (world.ids, unknown))
            if real.status_code != made_up.status_code or len(real.data) != len(made_up.data):
                differ.append(rule.rule)

    assert differ == []
