"""Fields of goods: quantities as people write them, and HS codes chosen by name."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, Field, StringField
from wtforms.validators import ValidationError

from matchmaker.reference import queries as reference
from matchmaker.web.formats import say_number
from matchmaker.web.forms import clean
from matchmaker.web.i18n import language
from matchmaker.web.numbers import LONGEST_NUMBER, read_number

_l = lazy_gettext
MOST = Decimal(10) ** 12
DECIMALS = 4
MOST_CODES = 20


class QuantityField(StringField):
    """A number above nothing, None when left empty; what was typed stays as it was typed."""

    def __init__(self, *args: Any, zero: bool = False, **kwargs: Any) -> None:
        super().__init__(
            *args, render_kw={"inputmode": "decimal", "autocomplete": "off"}, **kwargs
        )
        self.zero = zero

    def process_formdata(self, valuelist: list[str]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            number = read_number(text[:LONGEST_NUMBER])
        except ValueError:
            raise ValueError(_l("Write a number, as in 50,000 or 2.5.")) from None
        if number == 0 and not self.zero:
            raise ValueError(_l("Write a number above zero, or leave it empty."))
        if number > MOST:
            raise ValueError(_l("That number is too large."))
        if number != round(number, DECIMALS):
            raise ValueError(_l("Write at most four digits after the point."))
        self.data = number

    def _value(self) -> str:
        if self.raw_data:
            return str(clean(self.raw_data[0]))
        return "" if self.data is None else say_number(self.data)


class HSCodesField(Field):
    """HS codes chosen from the list, or typed and looked up here where there is no script.

    `data` is a tuple of codes. The request carries the codes under the field's name, a text that
    was not chosen from the list as ``<name>_text`` and, after the choices to it were drawn, the
    choice as ``<name>_pick`` with the text they were drawn for as ``<name>_asked``.
    """

    def __init__(self, label: Any = None, *, multiple: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.multiple = multiple
        self.most = MOST_CODES if multiple else 1
        self.data: tuple[str, ...] = ()
        self.text = self.asked = ""
        self.choices: Sequence[Any] = ()
        """What the typed text may mean, when it may mean several codes."""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        self.data = tuple(self.data or ())
        if not formdata:
            return
        sent = formdata.getlist(self.name)[: MOST_CODES + 1]
        picked = formdata.getlist(f"{self.name}_pick")[:1]
        self.text = (clean(formdata.get(f"{self.name}_text", "")) or "")[:200]
        asked = clean(formdata.get(f"{self.name}_asked", "")) or ""
        if picked and asked == self.text:
            sent = [*sent, *picked] if self.multiple else picked
            self.text = ""
        self.data = tuple(dict.fromkeys(str(clean(code)) for code in sent if clean(code)))

    def pre_validate(self, _form: Any) -> None:
        known = reference.hs_rows(self.data, language=language())
        unknown = [code for code in self.data if code not in known]
        self.data = tuple(code for code in self.data if code in known)
        if unknown:
            raise ValidationError(_no_such_code(unknown[0]))
        if self.text:
            self._look_up()
        if len(self.data) > self.most:
            raise ValidationError(_l("Those are too many codes. Keep the ones that matter most."))

    def _look_up(self) -> None:
        found = reference.look_up_hs(self.text, language=language())
        if found.code is not None:
            self.data = tuple(dict.fromkeys([*self.data, found.code]))[-self.most :]
            self.text = ""
        elif found.rows:
            self.choices, self.asked = found.rows, self.text
            raise ValidationError(_l("Choose which of these you mean."))
        elif found.unknown is not None:
            raise ValidationError(_no_such_code(found.unknown))
        else:
            raise ValidationError(
                _l("Nothing is known by this name. Try a simpler word, or the digits of the code.")
            )

    @property
    def chosen(self) -> Sequence[Any]:
        """The chosen codes as they are shown."""
        return list(reference.hs_rows(self.data, language=language()).values())


def _no_such_code(code: str) -> Any:
    return _l(
        "There is no HS code %(code)s. Type a word for the goods and choose from the list.",
        code=code[:12],
    )


class DayField(DateField):
    """A day, None when left empty."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Choose a day, or write it as in 2027-03-12.")) from None
