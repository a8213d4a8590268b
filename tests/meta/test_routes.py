"""What holds for every route and for what leads to it."""

from __future__ import annotations

import re

from matchmaker.app import create_app
from matchmaker.config import ROOT, Mode
from tests.conftest import make_settings


def test_every_route_has_an_access_rule(app):
    without = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "access_rule")
    )
    assert without == []


def example_endpoints(instance):
    """Return the endpoints of example mode, which the pages of `templates/example` lead to."""
    settings = make_settings(instance, f"sqlite:///{instance / 'e.db'}", mode=Mode.EXAMPLE)
    return create_app(settings).view_functions


def test_nothing_of_example_mode_exists_outside_it(app, tmp_path):
    only_there = set(example_endpoints(tmp_path)) - set(app.view_functions)

    assert only_there == {"example.sign_in", "example.mailbox", "example.mail"}


def test_example_mode_on_a_foreign_address_signs_nobody_in_by_a_press(tmp_path):
    database = f"sqlite:///{tmp_path / 'e.db'}"
    settings = make_settings(tmp_path, database, mode=Mode.EXAMPLE, host="0.0.0.0")

    assert not any(name.startswith("example.") for name in create_app(settings).view_functions)


def test_every_link_of_the_pages_leads_to_a_route(app, tmp_path):
    endpoints = set(app.view_functions) | set(example_endpoints(tmp_path))
    dead = sorted(
        f"{path.relative_to(ROOT)}: {endpoint}"
        for path in (ROOT / "templates").rglob("*.html")
        for endpoint in re.findall(r"url_for\(\s*['\"]([^'\"]+)", path.read_text(encoding="utf-8"))
        if endpoint not in endpoints
    )
    assert dead == []


def test_addresses_carry_public_ids_and_no_counters(app):
    """Numbers in addresses can be counted through; the only converter is the string."""
    counted = sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and "<int:" in rule.rule
    )
    assert counted == []
