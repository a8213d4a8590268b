"""Taking apart a JSON document, or JSON lines, into the values that it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass


class DocumentError(ValueError):
    """A document, or a line of it, that is not JSON."""


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in a document: one value, or several, some of which may be unreadable."""

    values: tuple[object, ...]
    several: bool


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        raise DocumentError("is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise DocumentError(
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        ) from None
    except ValueError:
        # Python refuses to read numbers of several thousand digits.
        raise DocumentError("holds a number that is too long") from None


def _line(number: int, text: str) -> object:
    try:
        return _value(text)
    except DocumentError as error:
        return DocumentError(f"line {number} {error}")


def _lines(text: str) -> tuple[object, ...] | None:
    """Return the values of JSON lines, None where it looks like one broken document instead.

    In a broken document few lines are objects by themselves; in JSON lines nearly all are.
    """
    numbered = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    values = tuple(_line(number, line) for number, line in numbered)
    whole = sum(isinstance(value, dict) for value in values)
    return values if len(values) > 1 and 2 * whole >= len(values) else None


def read_document(data: bytes) -> Document:
    """Return what a JSON document, a JSON list or JSON lines hold.

    A line that is not JSON stands among the values as a ``DocumentError``.

    Raises
    ------
    DocumentError
        If the whole is not JSON.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"is not UTF-8: byte {error.start}") from None
    if not text.strip():
        raise DocumentError("is empty")
    try:
        value = _value(text)
    except DocumentError:
        values = _lines(text)
        if values is None:
            raise
        return Document(values, several=True)
    if isinstance(value, list):
        return Document(tuple(value), several=True)
    return Document((value,), several=False)
