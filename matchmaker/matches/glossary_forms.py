"""What officers write of an entry of the glossary, and the table they load."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from matchmaker.db.base import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH, random_id
from matchmaker.matches.glossary_table import (
    MOST_CHARACTERS,
    MOST_NAME,
    MOST_NOTE,
    MOST_WORDS,
    decoded,
    tidied,
)
from matchmaker.matches.queries.glossary import TEXTS
from matchmaker.matches.services.glossary import EntryFacts
from matchmaker.reference.models import GlossaryEntry
from matchmaker.web.forms import AtMost, Form, VersionField, clean, one_line

_l = lazy_gettext
_ID = re.compile(f"[{PUBLIC_ID_ALPHABET}]{{{PUBLIC_ID_LENGTH}}}")
MOST_BYTES = 4 * MOST_CHARACTERS
"""Of a file that is read; a character has at most four."""


def _name(label: Any) -> StringField:
    rules = [Optional(), AtMost(MOST_NAME), one_line]
    return StringField(label, rules, filters=[clean])


def _words(label: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), AtMost(MOST_WORDS)], filters=[clean])


class EntryForm(Form):
    """One thing with its names."""

    version = VersionField(validators=[Optional()])
    new_id = HiddenField()
    """Made when the page was drawn: the form sent twice makes one entry."""
    en = _name(_l("Name in English"))
    ja = _name(_l("Name in Japanese"))
    ur = _name(_l("Name in Urdu"))
    search_en = _words(_l("Other words in English"))
    search_ja = _words(_l("Other words in Japanese"))
    search_ur = _words(_l("Other words in Urdu"))
    note = TextAreaField(_l("Note"), [Optional(), AtMost(MOST_NOTE)], filters=[clean])

    @property
    def facts(self) -> EntryFacts:
        """What was sent; only after validation."""
        return tidied({name: self[name].data for name in TEXTS})

    @property
    def public_id(self) -> str:
        sent = self.new_id.data or ""
        return sent if _ID.fullmatch(sent) else random_id()

    @property
    def seen_version(self) -> int:
        return self.version.data or 0

    def standing(self, entry: GlossaryEntry) -> list[tuple[Any, str]]:
        """Return label and stored text of each field in which the form differs from an entry."""
        given = self.facts
        return [
            (self[name].label.text, getattr(entry, name))
            for name in TEXTS
            if getattr(given, name) != getattr(entry, name)
        ]

    def renew(self, version: int) -> None:
        """Carry the present version, so that the same can be sent again."""
        self.version.raw_data = None
        self.version.data = version


def entry_form(entry: GlossaryEntry | None) -> EntryForm:
    """Return the form for a new entry, or filled with what stands in one."""
    if entry is None:
        return EntryForm(None, data={"new_id": random_id()})
    given = {name: getattr(entry, name) for name in TEXTS}
    return EntryForm(None, data={"version": entry.version, **given})


class LoadForm(Form):
    """A table of entries, chosen as a file or pasted."""

    file = FileField(
        _l("File"), description=_l("CSV in UTF-8, as saved from the list of the glossary.")
    )
    table = TextAreaField(_l("Table"), filters=[clean])
    mark = HiddenField()
    """Of what the page said the table would do."""

    def validate_file(self, field: FileField) -> None:
        """Take the file's text in place of what was pasted."""
        upload = field.data
        if not (isinstance(upload, FileStorage) and upload.filename):
            return
        content = upload.read(MOST_BYTES + 1)
        text = decoded(content) if len(content) <= MOST_BYTES else None
        if len(content) > MOST_BYTES:
            raise ValidationError(_l("The file is too long. Load it in parts."))
        if text is None:
            raise ValidationError(_l("This is no text in UTF-8. Save it as “CSV UTF-8”."))
        self.table.data = clean(text)

    def validate_table(self, field: TextAreaField) -> None:
        """Ask for a table."""
        if not (field.data or self.file.errors):
            raise ValidationError(_l("Choose a file, or paste a table."))

    def carry(self, mark: str) -> LoadForm:
        """Carry the mark of what the page says, to be sent with the table."""
        self.mark.raw_data = None
        self.mark.data = mark
        return self
