"""Addresses and telephones, read the way people write them."""

from __future__ import annotations

from urllib.parse import urlsplit

import phonenumbers
from flask_babel import lazy_gettext
from wtforms import Field
from wtforms.validators import ValidationError

from matchmaker.accounts.services.addresses import normal_address


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
