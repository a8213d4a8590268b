"""Asking the command about a case, as a console does."""

from __future__ import annotations

import json
from copy import deepcopy

from click.testing import CliRunner

from matchmaker.compliance import cli
from matchmaker.config import ROOT

EXAMPLES = json.loads(
    (ROOT / "tests" / "engines" / "readiness" / "examples.json").read_text("utf-8")
)
MANGO = EXAMPLES["1a"]["given"]
PAPER = {"certificate": "C-GLOBALGAP", "issued": "2025-06-01", "valid_to": "2026-11-30"}


def check(given, *options):
    text = given if isinstance(given, str | bytes) else json.dumps(given)
    return CliRunner().invoke(cli.commands, ["check", "-", *options], input=text)


def answer(given):
    result = check(given, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def error(given):
    result = check(given, "--json")
    assert result.exit_code == 1
    return json.loads(result.stdout)["error"]


def changed(**changes):
    return deepcopy(MANGO) | changes
