"""Register numbers of companies, each checked by the rules of its own register."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.jp import cn

MAX_LENGTH = 32
LABELS: dict[str, Any] = {
    "PK": lazy_gettext("National Tax Number (NTN)"),
    "JP": lazy_gettext("Corporate number (13 digits)"),
}
"""What the number of a country's register is called, by ISO 3166-1 alpha-2."""
NTN = re.compile(r"(\d{7})-?(\d)")
"""National Tax Number of Pakistan's Federal Board of Revenue: seven digits and a check digit.

The board has not published how the last digit is computed, so only the shape is checked.
"""


class RegisterNumberError(ValueError):
    """A number its register cannot have given; the text says what to do."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _ntn(text: str) -> str:
    found = NTN.fullmatch(text)
    if found is None:
        raise RegisterNumberError(
            lazy_gettext("Write the NTN as seven digits, a hyphen and one digit: 1234567-8.")
        )
    return f"{found[1]}-{found[2]}"


def _corporate_number(text: str) -> str:
    # A qualified invoice issuer (適格請求書発行事業者) writes T and the same number.
    digits = text.upper().removeprefix("T").replace("-", "")
    if re.fullmatch(r"\d{13}", digits) is None:
        raise RegisterNumberError(lazy_gettext("Write the 13 digits of the corporate number."))
    try:
        return str(cn.validate(digits))
    except InvalidChecksum:
        raise RegisterNumberError(
            lazy_gettext(
                "The check digit of this corporate number is wrong. Compare it with the register."
            )
        ) from None
    except ValidationError:
        raise RegisterNumberError(
            lazy_gettext("Write the 13 digits of the corporate number.")
        ) from None


def _any(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise RegisterNumberError(lazy_gettext("Write at most 32 characters."))
    return text


CHECKS: dict[str, Callable[[str], str]] = {"PK": _ntn, "JP": _corporate_number}


def register_label(country: str) -> Any:
    """Return what the number of a country's register is called."""
    return LABELS.get(country, lazy_gettext("Register number"))


def normal_register_number(country: str, text: str) -> str:
    """Return the number as its register writes it.

    Full-width and other decimal digits, blanks and any kind of hyphen are accepted, and before a
    Japanese number the T of an invoice issuer.

    Raises
    ------
    RegisterNumberError
        If the register of `country` cannot have given this number.
    """
    plain = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in unicodedata.normalize("NFKC", text).strip()
    )
    dashes = re.sub(r"[\u00ad\u2010-\u2015\u2212\u30fc]", "-", plain)
    check = CHECKS.get(country)
    if check is None:
        return _any(dashes)
    return check(re.sub(r"\s*-\s*|\s+", lambda m: "-" if "-" in m[0] else "", dashes))
