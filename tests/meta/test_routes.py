"""What holds for every route and for what leads to it."""

from __future__ import annotations

import re

from matchmaker.config import ROOT


def test_every_route_has_an_access_rule(app):
    without = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and not hasattr(view, "access_rule")
    )
    assert without == []


def test_every_link_of_the_pages_leads_to_a_route(app):
    endpoints = set(app.view_functions)
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
