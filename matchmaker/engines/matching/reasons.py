"""Why a pair is suggested, as data without language; pages and mails say it in theirs.

No price stands in a reason: the other side sees none before both accept.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

Side = Literal["exporter", "buyer"]
Field = Literal["title", "text"]
Span = tuple[Field, int, int]
"""A stretch of a text: the field, and its first character and the one after its last."""


class PartReason(NamedTuple):
    """One part of a directed score; a tuple, for a run makes a hundred thousand of them.

    ``weight`` is its share of the weight of all parts, 0 to 1; ``value`` is 0 to 1, None if
    unknown; ``contribution`` what it gives to the directed score, whose sum that score is.
    """

    part: str
    weight: float
    value: float | None
    contribution: float


@dataclass(frozen=True, slots=True)
class SharedCode:
    """The nearest HS codes of both sides; ``level`` is the number of digits they share."""

    exporter: str
    buyer: str
    shared: str
    level: int


@dataclass(frozen=True, slots=True)
class MatchedWord:
    """A word of one side that meets one of the other, by its characters in that field.

    ``word`` and ``partner`` stand as they were written, each on its own side; they are the same
    word, translations, or names of the concept ``concept``.
    """

    side: Side
    field: Field
    start: int
    end: int
    word: str
    partner: str
    concept: str | None


@dataclass(frozen=True, slots=True)
class ClosePassages:
    """A passage of the product and one of the need that say the like, though in other words.

    ``likeness`` is the cosine of their sentence vectors as the sense road compares them, 0 to 1.
    """

    ours: Span
    theirs: Span
    likeness: float


@dataclass(frozen=True, slots=True)
class SharedConcept:
    """An HS code or sector both texts speak of; ``share`` is its part of their likeness."""

    code: str
    share: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A part that is known and falls short.

    ``missing`` are codes of certificates; ``offered`` and ``wanted`` stand in ``unit`` (days for
    the lead time), and are None where they must not be seen or are no quantities.
    """

    part: str
    missing: tuple[str, ...] = ()
    offered: float | None = None
    wanted: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Raise:
    """What would raise the score, by ``gain`` at most.

    ``sides`` have to state what is unknown, or to improve what falls short.
    """

    part: str
    action: Literal["state", "improve"]
    sides: tuple[Side, ...]
    gain: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """Everything that can be said of one suggestion.

    ``factor`` is what the likeness of the goods lets through of both directed scores.
    """

    factor: float
    supply: tuple[PartReason, ...]
    demand: tuple[PartReason, ...]
    unknown: tuple[str, ...]
    code: SharedCode | None
    words: tuple[MatchedWord, ...]
    concepts: tuple[SharedConcept, ...]
    gaps: tuple[Gap, ...]
    raises: tuple[Raise, ...]
    passages: tuple[ClosePassages, ...] = ()
    """At most two, the closest first; none where the texts' sentence vectors are not at hand."""

    def to_json(self) -> dict[str, Any]:
        """Return the reasons as one dictionary of strings, numbers and tuples.

        What stands in a tuple, as a part or a word, is a tuple of its fields in their order: a
        run keeps thousands of reasons, and the names of the fields would be most of them.
        """
        return {
            "factor": self.factor,
            "supply": self.supply,
            "demand": self.demand,
            "unknown": self.unknown,
            "code": None if self.code is None else _record(SharedCode)(self.code),
            "words": _records(self.words),
            "concepts": _records(self.concepts),
            "gaps": _records(self.gaps),
            "raises": _records(self.raises),
            "passages": _records(self.passages),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reasons:
        """Return the reasons that `to_json` wrote, also after a passage through JSON."""
        reasons: Reasons = from_json(cls, data)
        return reasons


def _records(values: tuple[Any, ...]) -> tuple[Any, ...]:
    kind: Any = type(values[0]) if values else None
    return tuple(map(_record(kind), values)) if values else ()


@cache
def _record(kind: Any) -> attrgetter[tuple[Any, ...]]:
    """Return what takes a dataclass's fields as a tuple."""
    return attrgetter(*(field.name for field in fields(kind)))


def from_json(kind: Any, data: Any) -> Any:
    """Return data as the dataclass, tuple, frozenset or plain value that the type names.

    A dataclass may stand as a mapping, or as a sequence of all its fields in their order.

    Raises
    ------
    TypeError
        If a field is missing or unknown.
    """
    if is_dataclass(kind):
        known = _types_of(kind)  # type: ignore[arg-type]
        if not isinstance(data, Mapping):
            data = dict(zip(known, data, strict=True))
        if not set(data) <= set(known):
            raise TypeError(f"{kind} has no such fields: {sorted(set(data) - set(known))}")
        return kind(**{name: from_json(known[name], value) for name, value in data.items()})  # type: ignore[operator]
    if kind is PartReason:
        return PartReason(**data) if isinstance(data, Mapping) else PartReason(*data)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is types.UnionType:
        return None if data is None else from_json(arguments[0], data)
    if origin is frozenset:
        return frozenset(from_json(arguments[0], item) for item in data)
    if origin is tuple:
        inner = arguments if arguments[-1] is not Ellipsis else arguments[:1] * len(data)
        return tuple(from_json(one, item) for one, item in zip(inner, data, strict=True))
    return data


@cache
def _types_of(kind: Any) -> dict[str, Any]:
    """Return the types of a dataclass's fields; reading them takes longer than using them."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
