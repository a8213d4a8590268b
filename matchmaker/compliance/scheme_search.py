"""Finding a kind of certificate by its name in any of the languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from matchmaker.reference.models import CertificateScheme
from matchmaker.web.i18n import best_text

MOST = 12
LIKE = 80.0
"""Per cent of likeness from which a misspelt name is offered, where no name has the words."""


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A kind of certificate as it is offered."""

    code: str
    name: str
    issuer: str


def _plain(text: str) -> str:
    """Fold width and case, and drop what is no letter or digit: GLOBALG.A.P. is globalgap."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum() or unicodedata.category(c) in {"Mn", "Mc"})


def _names(scheme: CertificateScheme) -> list[str]:
    return [*scheme.names.values(), scheme.code, scheme.code.removeprefix("C-")]


def search(schemes: Iterable[CertificateScheme], query: str) -> list[CertificateScheme]:
    """Return the kinds of certificate that a text may mean, the likeliest first."""
    words = [plain for word in query.split() if (plain := _plain(word))]
    if not words:
        return []
    whole = "".join(words)
    found: list[tuple[float, int, CertificateScheme]] = []
    for position, scheme in enumerate(schemes):
        names = [_plain(name) for name in _names(scheme)]
        if any(name == whole for name in names):
            likeness = 3.0
        elif any(name.startswith(whole) for name in names):
            likeness = 2.0
        elif any(all(word in name for word in words) for name in names):
            likeness = 1.0
        else:
            best = max(fuzz.partial_ratio(whole, name) for name in names)
            likeness = best / 100 if best >= LIKE and len(whole) > 3 else 0.0
        if likeness:
            found.append((-likeness, position, scheme))
    by_words = [row for row in found if row[0] <= -1]
    return [scheme for *_order, scheme in sorted(by_words or found)[:MOST]]


def as_row(scheme: CertificateScheme) -> SchemeRow:
    """Write a kind of certificate in the reader's language."""
    return SchemeRow(scheme.code, best_text(scheme.names)[0], scheme.issuer)
