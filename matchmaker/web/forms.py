"""The base form, and the limits every text field keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask_babel import get_domain, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, StringField
from wtforms.validators import Length, ValidationError
from wtforms.widgets import HiddenInput

from matchmaker.web.formats import say_number
from matchmaker.web.numbers import LONGEST_NUMBER, read_number

SHORT, MEDIUM, LONG = 120, 200, 4000
"""Characters: names, titles, descriptions."""
MOST = 10**15
"""More is no figure of ours, and a float would round it."""
_ROW = re.compile(r"[0-9]{1,6}")


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


class WholeNumberField(StringField):
    """A whole number, not negative; None when left empty. What was typed stays as it was typed."""

    wrong = lazy_gettext("Write a whole number in digits.")

    def __init__(self, *args: Any, most: int = MOST, grouped: bool = False, **kwargs: Any) -> None:
        keys = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(*args, **{"render_kw": keys, **kwargs})
        self.most = most
        self.grouped = grouped

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not text:
            return
        if len(text) > LONGEST_NUMBER:
            raise ValueError(lazy_gettext("That number is too large."))
        try:
            number = read_number(text)
        except ValueError:
            raise ValueError(self.wrong) from None
        if number != number.to_integral_value():
            raise ValueError(lazy_gettext("Write a whole number, without decimals."))
        if number > self.most:
            raise ValueError(lazy_gettext("That number is too large."))
        self.data = int(number)

    def _value(self) -> str:
        if self.raw_data:
            return str(clean(str(self.raw_data[0])))
        if self.data is None:
            return ""
        return say_number(self.data) if self.grouped else str(self.data)


class VersionField(WholeNumberField):
    """Carries the version of the object that the page was drawn from."""

    widget = HiddenInput()
    wrong = lazy_gettext("Load the page again.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"render_kw": {}, **kwargs})


class RowList(FieldList):
    """Rows of fields; a number of a row that is none, or has no end, is nobody's."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            number = name.removeprefix(f"{prefix}-").split("-", 1)[0]
            if name.startswith(f"{prefix}-") and _ROW.fullmatch(number):
                yield int(number)


class AtMost(Length):
    """Refuse a text of more than `most` characters, and say how many were given."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)

    def __call__(self, _form: object, field: Field) -> None:
        given = len(field.data or "")
        if given > self.max:
            raise ValidationError(
                lazy_gettext(
                    "Write at most %(most)s characters. You wrote %(given)s; nothing is cut off.",
                    most=say_number(self.max),
                    given=say_number(given),
                )
            )


def clean(text: str | None) -> str | None:
    """Strip blanks around a text, and NUL and lone surrogates, which no store takes.

    Forms send a line break as two characters; one is kept, so that both sides count alike.
    """
    if text is None:
        return None
    kept = "".join(c for c in text if c != "\x00" and not 0xD800 <= ord(c) <= 0xDFFF)
    return kept.replace("\r\n", "\n").strip()


def empty_to_none(text: str | None) -> str | None:
    """Return None for a text that says nothing."""
    return clean(text) or None


def one_line(_form: object, field: Field) -> None:
    """Refuse line breaks, which would forge headers of mails and lines of logs and calendars."""
    if field.data and any(ord(c) < 0x20 or c in "\x7f\x85\u2028\u2029" for c in field.data):
        raise ValidationError(lazy_gettext("Write this on one line."))
