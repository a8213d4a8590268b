"""The glossary as a table: read from a file line by line with its faults, and written to one."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.matches.queries.glossary import TEXTS
from matchmaker.matches.services.glossary import LANGUAGES, EntryFacts
from matchmaker.reference.models import GlossaryEntry
from matchmaker.web.download import harmless
from matchmaker.web.forms import LONG, MEDIUM, clean

MOST_CHARACTERS = 100_000
"""Of a file; a longer one is loaded in parts."""
MOST_LINES = 2_000
"""Of a file, for the same: others wait with what they save while it is loaded."""
MOST_NAME, MOST_WORDS, MOST_NOTE = MEDIUM, LONG, LONG
MOST_OF = dict.fromkeys(LANGUAGES, MOST_NAME) | {"note": MOST_NOTE}
DELIMITERS = ",;\t"
"""A sheet's cells are pasted with tabs; some spreadsheets write semicolons."""
_TOO_LONG = _l("The file is too long. Load it in parts.")
_SEPARATORS = str.maketrans(dict.fromkeys("；؛،、\n", ";"))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one line; the first line is 1, and 0 is the file as a whole."""

    line: int
    column: str
    """Empty where it is the line as a whole."""
    message: Any


@dataclass(frozen=True, slots=True)
class Table:
    """What was read of a file, with its faults and the columns that were not read."""

    rows: tuple[EntryFacts, ...]
    faults: tuple[Fault, ...]
    columns: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def decoded(content: bytes) -> str | None:
    """Return the text of a file, None where it is neither UTF-8 nor UTF-16 with its mark."""
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        return None


def tidy(text: str | None) -> str:
    """Return a name as it is kept: composed, each run of blanks one blank."""
    return " ".join(unicodedata.normalize("NFC", clean(text) or "").split())


def tidy_words(text: str | None) -> str:
    """Return other words as they are kept: each once, in their order."""
    words = (tidy(word) for word in (text or "").translate(_SEPARATORS).split(";"))
    return "; ".join(dict.fromkeys(word for word in words if word))


def tidied(given: Mapping[str, str | None]) -> EntryFacts:
    """Return what was written of an entry as it is kept."""
    words = {name: tidy_words(text) for name, text in given.items() if name.startswith("search_")}
    names = {name: tidy(given.get(name)) for name in LANGUAGES}
    return EntryFacts(**names, **words, note=clean(given.get("note")) or "")


def read_table(text: str) -> Table:
    """Read a table with a line of column names; what is wrong is told by line."""
    text = (clean(text.removeprefix("\ufeff")) or "").replace("\r", "\n")
    if len(text) > MOST_CHARACTERS:
        return _faulty(_TOO_LONG)
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=lambda sign: len(set(_columns(head.split(sign))) & {*TEXTS}))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = _columns(next(lines, []))
    if len([name for name in LANGUAGES if name in columns]) < 2:
        return _faulty(
            _l("The first line names the columns; two of “en”, “ja” and “ur” must be there.")
        )
    ignored = tuple(name for name in columns if name not in TEXTS)
    faults: list[Fault] = []
    seen: dict[tuple[str, ...], int] = {}
    rows = []
    for line, facts in _rows(lines, columns, faults):
        first = seen.setdefault(facts.key(), line)
        if first == line:
            rows.append(facts)
        else:
            message = _l("Line %(number)s has the same names.", number=first)
            faults.append(Fault(line, "", message))
        if len(rows) + len(faults) > MOST_LINES:
            return _faulty(_TOO_LONG)
    if not rows and not faults:
        return _faulty(_l("The file has no entry below its first line."))
    return Table(tuple(rows), tuple(faults), tuple(columns), ignored)


def cells(entry: GlossaryEntry) -> tuple[str, ...]:
    """Return an entry as a line of the file."""
    return tuple(getattr(entry, name) for name in TEXTS)


def faults_of(facts: EntryFacts) -> Iterator[tuple[str, Any]]:
    """Yield what is wrong with an entry, by column."""
    for name in TEXTS:
        most = MOST_OF.get(name, MOST_WORDS)
        if len(getattr(facts, name)) > most:
            yield name, _l("Write at most %(most)s characters.", most=most)
    if len(facts.languages) < 2:
        yield "en", _l("Write the name in at least two languages.")


def _faulty(message: Any) -> Table:
    return Table((), (Fault(0, "", message),))


def _columns(head: Sequence[str]) -> list[str]:
    return [tidy(name).casefold() for name in head]


def _rows(
    lines: Any, columns: Sequence[str], faults: list[Fault]
) -> Iterator[tuple[int, EntryFacts]]:
    """Yield each line without fault with its number; the faults of the others are added."""
    for row in lines:
        line = lines.line_num
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(columns):
            message = _l("It has more cells than there are columns.")
            faults.append(Fault(line, "", message))
            continue
        facts = _facts(zip(columns, row, strict=False))
        found = [Fault(line, name, message) for name, message in faults_of(facts)]
        faults += found
        if not found:
            yield line, facts


def _facts(row: Iterable[tuple[str, str]]) -> EntryFacts:
    # An apostrophe keeps a cell of a file of ours from being taken for a formula.
    told = (
        (name, cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell)
        for name, cell in row
    )
    return tidied({name: cell for name, cell in told if name in TEXTS})
