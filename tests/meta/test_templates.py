"""What holds for every template and every static file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matchmaker.config import ROOT

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
PAGES = sorted(p for p in TEMPLATES.rglob("*") if p.suffix in {".html", ".txt"})
OF_PAGES = [p for p in PAGES if "mail" not in p.parts]
STANDS_ALONE = {"base.html", "errors/failure.html"}
"""The frame itself, and the page drawn when the frame cannot be."""
INLINE = re.compile(
    r"""\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\bsrc=)""", re.I
)
NOT_LOGICAL = re.compile(
    r"(?:margin|padding|border)-(?:left|right)\b|text-align:\s*(?:left|right)\b"
    r"|(?:^|[\s;{])(?:left|right):|float:\s*(?:left|right)\b"
)
ELSEWHERE = re.compile(
    r"""(?:url\(|@import|\bfrom|\bimport\(?|fetch\()\s*["']?(?:https?:)?//""", re.I
)
NO_COMMENTS = re.compile(r"\{#.*?#\}", re.S)

TOKEN = re.compile(r"csrf_token|forms\.csrf\(\)|confirm_form\(")
"""The field itself, or a macro that writes it."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_template_compiles(app, path: Path):
    app.jinja_env.compile(path.read_text(encoding="utf-8"), filename=str(path))


@pytest.mark.parametrize("path", OF_PAGES, ids=_name)
def test_template_is_a_page_in_the_frame_or_says_what_it_expects(path: Path):
    text = path.read_text(encoding="utf-8").lstrip()

    if path.relative_to(TEMPLATES).as_posix() in STANDS_ALONE:
        return
    extends = re.match(r"(?:\{#.*?#\}\s*)?\{%-?\s*extends\b", text, re.S)
    assert extends or text.startswith("{#")


@pytest.mark.parametrize("path", OF_PAGES, ids=_name)
def test_template_has_no_inline_script_or_style(path: Path):
    text = NO_COMMENTS.sub("", path.read_text(encoding="utf-8"))

    assert [match.group() for match in INLINE.finditer(text)] == []


@pytest.mark.parametrize("path", OF_PAGES, ids=_name)
def test_template_trusts_no_text(path: Path):
    """What is marked safe is not escaped."""
    text = NO_COMMENTS.sub("", path.read_text(encoding="utf-8"))

    assert re.findall(r"\|\s*safe\b|autoescape\s+false|Markup\(", text) == []


@pytest.mark.parametrize("path", OF_PAGES, ids=_name)
def test_every_form_that_changes_something_carries_its_token(path: Path):
    text = NO_COMMENTS.sub("", path.read_text(encoding="utf-8"))
    forms = re.findall(r"<form\b(?=[^>]*method=[\"']post).*?</form>", text, re.S | re.I)

    assert [form[:120] for form in forms if not TOKEN.search(form)] == []


def test_template_sees_what_breaks_the_rules():
    for broken in (
        '<p style="color:red">',
        "<style>p{}</style>",
        '<a onclick="go()">',
        '<a href="javascript:go()">',
        "<script>go()</script>",
    ):
        assert INLINE.search(broken)
    assert not INLINE.search('<script defer src="/static/js/site.js"></script>')


STYLES = sorted(p for p in STATIC.rglob("*.css") if "vendor" not in p.parts)
OWN_FILES = sorted(p for p in STATIC.rglob("*") if p.suffix in {".css", ".js"})


@pytest.mark.parametrize("path", STYLES, ids=_name)
def test_style_mirrors_by_itself(path: Path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)

    assert NOT_LOGICAL.findall(text) == []


@pytest.mark.parametrize("path", OWN_FILES, ids=_name)
def test_static_file_loads_nothing_from_elsewhere(path: Path):
    assert ELSEWHERE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", OF_PAGES, ids=_name)
def test_template_loads_nothing_from_elsewhere(path: Path):
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"""(?:src|srcset|<link[^>]*href)\s*=\s*["'](?:https?:)?//""", text) == []
