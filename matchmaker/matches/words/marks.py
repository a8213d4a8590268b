"""Marking the words that matched, in the text they were written in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from matchmaker.engines.matching.reasons import MatchedWord, Side

SHOWN = 320
"""Characters of a description that are shown at once; the rest unfolds."""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with its matched words marked, escaped."""

    title: Markup
    text: Markup
    rest: Markup
    """What unfolds; empty for a short text."""
    glosses: tuple[tuple[str, str], ...]
    """Words written otherwise on the other side, with what they meet there."""


def marked(text: str, words: Iterable[MatchedWord]) -> Markup:
    """Return a text escaped, with the spans of the words marked.

    A span is left out where the text has changed since the run and says something else there,
    or where it overlaps one before it.
    """
    pieces: list[str] = []
    place = 0
    for word in sorted(words, key=lambda one: (one.start, -one.end)):
        if word.start < place or text[word.start : word.end] != word.word or not word.word:
            continue
        pieces.append(escape(text[place : word.start]))
        pieces.append(Markup("<mark>{}</mark>").format(word.word))
        place = word.end
    pieces.append(escape(text[place:]))
    return Markup("").join(pieces)


def links(words: Iterable[MatchedWord]) -> dict[str, str]:
    """Return the words of the exporter that meet each word of the buyer, by the latter."""
    found: dict[str, list[str]] = {}
    # The exporter's words in the order of their text; those of the buyer add what is left.
    for word in sorted(words, key=lambda w: (w.side == "buyer", w.field != "title", w.start)):
        ours, theirs = (word.word, word.partner)
        if word.side == "buyer":
            ours, theirs = theirs, ours
        known = found.setdefault(theirs, [])
        if ours.casefold() not in {one.casefold() for one in known}:
            known.append(ours)
    return {theirs: " ".join(ours) for theirs, ours in found.items()}


def _cut(text: str, words: Sequence[MatchedWord]) -> int:
    """Return where a text may be cut: at a blank or after a sign, inside no marked word."""
    if len(text) <= SHOWN + SHOWN // 4:
        return len(text)
    breaks = [text.rfind(sign, 0, SHOWN) for sign in ("\n", " ", "。", "、")]
    cut = max(breaks) + 1 or SHOWN
    inside = [word.start for word in words if word.start < cut < word.end]
    return min([cut, *inside])


def marked_text(title: str, text: str, words: Sequence[MatchedWord], *, side: Side) -> MarkedText:
    """Return title and text of one side with the words of that side marked."""
    own = [word for word in words if word.side == side]
    in_title = [word for word in own if word.field == "title"]
    in_text = [word for word in own if word.field == "text"]
    cut = _cut(text, in_text)
    later = [
        replace(word, start=word.start - cut, end=word.end - cut)
        for word in in_text
        if word.start >= cut
    ]
    sooner = [word for word in in_text if word.end <= cut]
    met = [(ours, theirs) for theirs, ours in links(words).items()]
    return MarkedText(
        marked(title, in_title),
        marked(text[:cut], sooner),
        marked(text[cut:], later),
        tuple(
            (ours, theirs) if side == "exporter" else (theirs, ours)
            for ours, theirs in met
            if ours.casefold() != theirs.casefold()
        ),
    )
