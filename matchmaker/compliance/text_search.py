"""Finding rows by words, in any script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def plain(text: str) -> str:
    """Fold width and case, so that texts compare as readers see them."""
    return unicodedata.normalize("NFKC", text).casefold()


def has_words(query: str, texts: Iterable[str]) -> bool:
    """Say whether every word of a query stands somewhere in the texts."""
    whole = "\n".join(plain(text) for text in texts)
    return all(word in whole for word in plain(query).split())
