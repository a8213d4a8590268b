"""Marking the words that matched, in the text they were written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from matchmaker.engines.matching.reasons import Field, MatchedWord, Side

SHOWN = 320
"""Characters of a description that are shown at once; the rest unfolds."""
_ATTRIBUTES = (
    "gender color colour colors colours style method material materials type types size sizes "
    "model brand item items feature features quantity "
    "性別 色 カラー スタイル 素材 材質 種類 サイズ 型番 ブランド 特徴 数量 "
    "صنف رنگ انداز طریقہ مواد قسم سائز ماڈل برانڈ آئٹم خصوصیت مقدار"
)
LABELS = frozenset(_ATTRIBUTES.split())
"""Names of attributes: that both sides state one says nothing of the goods."""
_FIGURE = re.compile(
    r"[A-Za-z]*\d+(?:[.,]\d+)*(?: ?(?:mm|cm|µm|m|kg|g|ml|l|gsm|%)(?![A-Za-z])|[A-Za-z]*)"
)
"""A figure with its decimals and its unit, or a name that holds figures."""


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


def _whole(word: MatchedWord, text: str) -> MatchedWord:
    """Return a word as far as the figure goes that it is a piece of: 1.75mm, not 75mm."""
    if text[word.start : word.end] != word.word:
        return word
    for figure in _FIGURE.finditer(text):
        if figure.start() <= word.start < figure.end() and word.end <= figure.end():
            return replace(word, start=figure.start(), end=figure.end(), word=figure.group())
    return word


def telling(
    words: Iterable[MatchedWord], texts: Mapping[tuple[Side, Field], str]
) -> tuple[MatchedWord, ...]:
    """Return the words that say something of the goods, figures whole, in the engine's order."""
    kept = [
        word for word in words if LABELS.isdisjoint(map(str.casefold, (word.word, word.partner)))
    ]
    whole = [_whole(word, texts[word.side, word.field]) for word in kept]
    said = {(old.side, old.word): new.word for old, new in zip(kept, whole, strict=True)}
    other: dict[Side, Side] = {"exporter": "buyer", "buyer": "exporter"}
    return tuple(
        replace(word, partner=said.get((other[word.side], word.partner), word.partner))
        for word in whole
    )


def links(words: Iterable[MatchedWord]) -> dict[str, str]:
    """Return the words of the exporter that meet each word of the buyer, by the latter.

    The pair that weighs most comes first; several words of the exporter stand as in its text.
    """
    found: dict[str, list[MatchedWord]] = {}
    for word in words:
        theirs = word.partner if word.side == "exporter" else word.word
        found.setdefault(theirs, []).append(word)
    return {
        theirs: " ".join({ours.casefold(): ours for ours in _in_text_order(met)}.values())
        for theirs, met in found.items()
    }


def _in_text_order(met: Iterable[MatchedWord]) -> list[str]:
    """Return the exporter's words of one pair; what only the buyer's names comes last."""
    ordered = sorted(met, key=lambda w: (w.side == "buyer", w.field != "title", w.start))
    return [word.word if word.side == "exporter" else word.partner for word in ordered]


def _cut(text: str, words: Sequence[MatchedWord]) -> int:
    """Return where a text may be cut: at a blank or after a sign, inside no marked word."""
    if len(text) <= SHOWN + SHOWN // 4:
        return len(text)
    breaks = [text.rfind(sign, 0, SHOWN) for sign in ("\n", " ", "。", "、")]
    cut = max(breaks) + 1 or SHOWN
    inside = [word.start for word in words if word.start < cut < word.end]
    return min([cut, *inside])


def marked_text(title: str, text: str, words: Sequence[MatchedWord], *, side: Side) -> MarkedText:
    """Return title and text of one side with the words of that side marked.

    A text that only says the title again is left out.
    """
    if text.strip(" .。").casefold() == title.strip(" .。").casefold():
        text = ""
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
