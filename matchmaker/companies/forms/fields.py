"""Fields that read numbers, addresses and telephones the way people write them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from flask_babel import lazy_gettext
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from matchmaker.accounts.services.addresses import normal_address
from matchmaker.companies.forms.goods_fields import LONGEST_NUMBER, read_number
from matchmaker.web.formats import say_number


class WholeNumberField(StringField):
    """A whole number, not negative; None when left empty."""

    def __init__(
        self, *args: Any, most: int = 10**15, grouped: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
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
            raise ValueError(lazy_gettext("Write a whole number in digits.")) from None
        if number != number.to_integral_value():
            raise ValueError(lazy_gettext("Write a whole number, without decimals."))
        if number > self.most:
            raise ValueError(lazy_gettext("That number is too large."))
        self.data = int(number)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        return say_number(self.data) if self.grouped else str(self.data)


def email_address(_form: object, field: Field) -> None:
    """Accept what can be an e-mail address, and store it normalised."""
    if not field.data:
        return
    try:
        field.data = normal_address(field.data)
    except ValueError:
        raise ValidationError(
            lazy_gettext("Write an e-mail address, as in name@company.com.")
        ) from None


def web_address(_form: object, field: Field) -> None:
    """Accept http and https only: other schemes run programs or read files."""
    if not field.data:
        return
    text = field.data if "://" in field.data else f"https://{field.data}"
    try:
        parts = urlsplit(text)
        right = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
        right = right and not parts.username and not any(c.isspace() for c in text)
    except ValueError:
        right = False
    if not right:
        raise ValidationError(
            lazy_gettext("Write the address of the website, as in https://www.company.com.")
        )
    field.data = text


def plain_phone(text: str, country: str) -> str:
    """Return a telephone number of `country`, or an international one, as E.164.

    Raises
    ------
    phonenumbers.NumberParseException
        If no numbering plan has it.
    """
    number = phonenumbers.parse(text, country)
    if not phonenumbers.is_valid_number(number):
        raise phonenumbers.NumberParseException(
            phonenumbers.NumberParseException.NOT_A_NUMBER, "not a valid number"
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def say_phone(number: str) -> str:
    """Write a stored number with blanks."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
