"""The base form, and the limits every text field keeps."""

from __future__ import annotations

from typing import Any

from flask_babel import get_domain, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

SHORT, MEDIUM, LONG = 120, 200, 4000
"""Characters: names, titles, descriptions."""
MOST_DIGITS = 15


class _Translations:
    """WTForms' own messages from our catalogue: theirs lacks Urdu."""

    def gettext(self, string: str) -> str:
        return str(gettext(string)) if string else string

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        # Not through flask_babel's own, which fills in placeholders before WTForms can.
        return str(get_domain().get_translations().ungettext(singular, plural, n))


class Form(FlaskForm):
    """What every form of the service inherits."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> _Translations:
            return _Translations()


class WholeNumberField(IntegerField):
    """A whole number of at most 15 digits: more are no figure of ours, and overflow a float."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and len(valuelist[0].strip()) > MOST_DIGITS:
            raise ValueError(gettext("Write a shorter number."))
        super().process_formdata(valuelist)


class VersionField(WholeNumberField):
    """Carries the version of the object that the page was drawn from."""

    widget = HiddenInput()


def clean(text: str | None) -> str | None:
    """Strip blanks around a text, and NUL and lone surrogates, which no store takes."""
    if text is None:
        return None
    kept = "".join(c for c in text if c != "\x00" and not 0xD800 <= ord(c) <= 0xDFFF)
    return kept.strip()


def empty_to_none(text: str | None) -> str | None:
    """Return None for a text that says nothing."""
    return clean(text) or None


def one_line(_form: object, field: Field) -> None:
    """Refuse line breaks, which would forge headers of mails and lines of logs and calendars."""
    if field.data and any(ord(c) < 0x20 or c in "\x7f\x85\u2028\u2029" for c in field.data):
        raise ValidationError(lazy_gettext("Write this on one line."))
