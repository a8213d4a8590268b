"""Every sentence that a person reads is there in every language."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from matchmaker.config import ROOT
from matchmaker.web.i18n import DEFAULT_LANGUAGE, LANGUAGES

TRANSLATIONS = ROOT / "matchmaker" / "translations"
TRANSLATED = sorted(set(LANGUAGES) - {DEFAULT_LANGUAGE})
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
"""The functions `make translations` looks for."""
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0\- +]*(?:\d+)?(?:\.\d+)?[diouxXeEfFgGcrs%]|\{\w*\}")
MAY_LACK = {"%(num)d"}
"""A language may say one without a figure, and a form for one number alone needs none."""


def _texts(message: str | tuple[str, ...]) -> tuple[str, ...]:
    return message if isinstance(message, tuple) else (message,)


def _placeholders(text: str) -> Counter[str]:
    return Counter(p for p in PLACEHOLDER.findall(text) if p != "%%")


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """Every message of the sources: its id (the singular's), and its texts."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping, "babel.cfg")
    found = [
        message
        for top in ("matchmaker", "templates")
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / top,
            [(p.removeprefix(f"{top}/"), m) for p, m in methods if p.startswith(top)],
            {p.removeprefix(f"{top}/"): o for p, o in options.items() if p.startswith(top)},
            KEYWORDS,
        )
    ]
    return {_texts(message)[0]: message for message in found}


def _catalogue(language: str) -> Catalog:
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.fixture(scope="module", params=TRANSLATED)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    return _catalogue(request.param)


def _sentences(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_sentences_are_found_in_code_and_in_templates(said):
    assert "There is no such page" in said
    assert "Skip to the content" in said
    assert "This field is required." in said


def test_sentences_have_no_blanks_around_them(said):
    loose = [t for m in said.values() for t in _texts(m) if t.split("\n") != [t.strip()]]
    assert loose == []


def test_placeholders_of_sentences_have_names(said):
    nameless = [
        t
        for m in said.values()
        for t in _texts(m)
        if any(not p.startswith(("%(", "{")) for p in _placeholders(t))
    ]
    assert nameless == []


def test_the_template_of_the_catalogues_holds_the_sentences_of_the_sources(said):
    with (TRANSLATIONS / "messages.pot").open("rb") as file:
        kept = {_texts(message.id)[0] for message in _sentences(read_po(file))}

    assert kept == set(said), "run `make translations`"


def test_every_sentence_is_translated(catalogue: Catalog, said):
    missing = sorted(
        key
        for key in said
        if (message := catalogue.get(key)) is None or not all(_texts(message.string))
    )
    assert missing == []


def test_no_translation_is_a_guess_or_a_leftover(catalogue: Catalog, said):
    guessed = [message.id for message in _sentences(catalogue) if message.fuzzy]
    left_over = [m.id for m in _sentences(catalogue) if _texts(m.id)[0] not in said]

    assert (guessed, left_over) == ([], [])


def test_translations_keep_the_placeholders(catalogue: Catalog):
    broken = []
    for message in _sentences(catalogue):
        wanted = _placeholders(_texts(message.id)[-1])
        for text in filter(None, _texts(message.string)):
            got = _placeholders(text)
            if set((wanted - got) + (got - wanted)) - (
                MAY_LACK if message.pluralizable else set()
            ):
                broken.append((message.id, text))
    assert broken == []


def test_translations_have_no_blanks_around_them(catalogue: Catalog):
    loose = [t for m in _sentences(catalogue) for t in _texts(m.string) if t and t != t.strip()]
    assert loose == []


def test_plurals_have_the_forms_of_the_language(catalogue: Catalog):
    incomplete = [
        message.id
        for message in _sentences(catalogue)
        if message.pluralizable and len(_texts(message.string)) != catalogue.num_plurals
    ]
    assert incomplete == []


@pytest.mark.parametrize(("language", "forms"), [("ja", "nplurals=1"), ("ur", "nplurals=2")])
def test_the_catalogue_says_its_plural_forms(language: str, forms: str):
    """Compiled without them, gettext would count as English does."""
    path = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"

    assert f'"Plural-Forms: {forms};' in path.read_text(encoding="utf-8")


def test_no_language_stands_in_the_folder_that_the_service_does_not_offer():
    folders = {p.name for p in Path(TRANSLATIONS).iterdir() if p.is_dir()}
    assert folders == set(TRANSLATED)
