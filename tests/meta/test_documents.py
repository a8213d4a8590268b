"""What can be set and what can be commanded is written down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import ScriptInfo

from matchmaker.cli import commands
from matchmaker.config import ROOT, Settings

OF_LIBRARIES = {"db", "limiter"}
"""Groups that libraries bring; the document names what an installation needs of them."""
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def _below(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            inner = click.Context(found, parent=context, info_name=name, obj=context.obj)
            yield from (f"{name} {rest}" for rest in _below(found, inner))
        else:
            yield name


def _commands(app: Flask) -> set[str]:
    context = click.Context(commands, obj=ScriptInfo(create_app=lambda: app))
    return {f"matchmaker {name}" for name in _below(commands, context)}


def test_every_setting_is_in_the_document_with_its_default():
    rows = dict(re.findall(r"^\| `MATCHMAKER_(\w+)` \| (.*?) \|", _document("settings.md"), re.M))

    assert set(rows) == {field.name.upper() for field in fields(Settings)}
    for field in fields(Settings):
        if field.default not in {MISSING, ""} and field.name != "public_url":
            default = str(field.default).lower() if field.type == "bool" else str(field.default)
            assert rows[field.name.upper()] == f"`{default}`", field.name


def test_every_command_is_in_the_document_and_no_other(app):
    written = set(re.findall(r"`(matchmaker [a-z][a-z -]*[a-z])", _document("commands.md")))
    real = _commands(app)
    ours = {c for c in real if c.split()[1] not in OF_LIBRARIES}

    assert ours - written == set()
    assert written - real == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_between_the_documents_lead_somewhere(path: Path):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))

    assert [t for t in targets if not (path.parent / t).exists()] == []
