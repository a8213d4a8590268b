"""The passages of both texts that are closest in meaning, each as it was written."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from matchmaker.companies.models import Need, Product
from matchmaker.engines.matching.encoder import LONGEST
from matchmaker.engines.matching.reasons import Span
from matchmaker.matches.words.facts import Sides

AROUND = 60
"""Characters shown before and after a passage."""

LONGEST_SHOWN = 400
"""Characters of a passage that are shown."""

_ENDS = ".!?;。！？；۔؟\n"
"""Signs behind which a passage may begin."""


@dataclass(frozen=True, slots=True)
class Passages:
    """Two passages side by side: marked in their surroundings, escaped, with their languages."""

    offered: Markup
    offered_language: str
    wanted: Markup
    wanted_language: str
    likeness: float
    """0 to 1."""


def closest_passages(sides: Sides) -> list[Passages]:
    """Return the passages the sense road found closest, without those that changed since."""
    found = []
    for one in sides.reasons.passages if sides.reasons else ():
        offered, wanted = _shown(sides.product, one.ours), _shown(sides.need, one.theirs)
        if offered and wanted:
            languages = sides.product.language, sides.need.language
            found.append(
                Passages(offered, languages[0], wanted, languages[1], min(1.0, one.likeness))
            )
    return found


def _shown(goods: Product | Need, span: Span) -> Markup | None:
    """Return a passage marked, with a few words around it; None where it is no passage now."""
    field, start, end = span
    if field == "text":
        text = goods.description
    else:
        text = goods.name if isinstance(goods, Product) else goods.title
    # A run keeps places, not words: where a text was changed since, they may lie anywhere.
    if not 0 <= start < end <= len(text) or not _is_whole(text, start, end):
        return None
    said = text[start:end]
    start, end = start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip())
    if start >= end:
        return None
    shown = min(end, start + LONGEST_SHOWN)
    return Markup("{}<mark>{}</mark>{}").format(
        _before(text, start), text[start:shown], "…" if shown < end else _after(text, end)
    )


def _is_whole(text: str, start: int, end: int) -> bool:
    begins = start == 0 or text[start - 1] in _ENDS
    return begins and (end >= min(len(text), LONGEST) or text[end - 1] in _ENDS)


def _before(text: str, start: int) -> str:
    """Return what stands before a passage, from a blank or a sign on."""
    if start <= AROUND:
        return text[:start]
    kept = text[start - AROUND : start]
    cut = min((place + 1 for place, sign in enumerate(kept) if sign in f" 、{_ENDS}"), default=0)
    return f"…{kept[cut:]}"


def _after(text: str, end: int) -> str:
    kept = text[end : end + AROUND]
    if end + AROUND >= len(text):
        return kept
    cut = max((place for place, sign in enumerate(kept) if sign in f" 、{_ENDS}"), default=0)
    return f"{kept[: cut or len(kept)]}…"
