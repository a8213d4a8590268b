"""Numbers as people write them in English, Japanese or Urdu."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

LONGEST_NUMBER = 40
"""Characters; what is longer is too large, however it goes on."""
_MARKS = str.maketrans({"\u066b": ".", "\u066c": ",", "\u060c": ",", "\u3001": ",", "\u2019": ","})
_BLANKS = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3})")
# Thousands as in 1,250,000, or lakhs as in 12,50,000.
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d+)(?:\.\d+)?")


def read_number(text: str) -> Decimal:
    """Read a number as people write it in English, Japanese or Urdu.

    Raises
    ------
    ValueError
        If it is none, or could be read in two ways, as 1,5 could.
    """
    folded = unicodedata.normalize("NFKC", text.strip()).translate(_MARKS)
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
    digits = _BLANKS.sub("", digits)
    if not _NUMBER.fullmatch(digits):
        raise ValueError(text)
    return Decimal(digits.replace(",", ""))
