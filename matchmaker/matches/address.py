"""The review queue's address: what is filtered and sorted stands in it, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode

from flask import request, url_for
from flask_babel import gettext as _

from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.queries.queue import Flag, QueueFilter, Sort
from matchmaker.matches.words import terms
from matchmaker.web.formats import say_number
from matchmaker.web.forms import SHORT, clean
from matchmaker.web.i18n import best_text

NAMES = ("state", "sector", "mine", "q", "flag", "min", "sort", "page")
ALL_STATES = "all"
Choice = TypeVar("Choice", bound=StrEnum)


def _one_of(kind: type[Choice], value: str) -> Choice | None:
    return kind(value) if value in set(kind) else None


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the address without it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an officer is in the queue of an event."""

    event_id: str
    """Public id."""
    given: Mapping[str, tuple[str, ...]]
    """What stands in the address, by the names in `NAMES`; nonsense filters nothing."""

    def first(self, name: str) -> str:
        return next(iter(self.given.get(name, ())), "")

    def asked(self, officer_id: int) -> QueueFilter:
        """Return the filter for the query."""
        state = self.first("state")
        return QueueFilter(
            state=None
            if state == ALL_STATES
            else _one_of(SuggestionState, state) or SuggestionState.PENDING,
            sector=self.first("sector") or None,
            officer_id=officer_id if self.first("mine") else None,
            text=(clean(self.first("q")) or "")[:SHORT],
            flags=frozenset(Flag(one) for one in self.given.get("flag", ()) if one in set(Flag)),
            min_score=self.min_score,
            sort=_one_of(Sort, self.first("sort")) or Sort.SCORE,
            number=self._number(),
        )

    @property
    def min_score(self) -> float | None:
        digits = self.first("min")
        return int(digits) / 100 if digits.isdecimal() and 0 < len(digits) <= 3 else None

    def _number(self) -> int:
        page = self.first("page")
        return max(1, int(page)) if page.isdecimal() and len(page) < 5 else 1

    @property
    def query(self) -> str:
        """The filters as they stand in an address, for a hidden field."""
        return urlencode(dict(self.given), doseq=True)

    def url(self, **changes: str | None) -> str:
        """Return the queue's address with these filters, some changed, those of None left out."""
        arguments: dict[str, Any] = {name: list(values) for name, values in self.given.items()}
        arguments.update(changes)
        kept = {name: value for name, value in arguments.items() if value}
        return url_for("matches.queue", public_id=self.event_id, **kept)

    @property
    def opening(self) -> str:
        """The queue's address up to the id of the suggestion to open, for a list of many."""
        return self.url(open="x").removesuffix("x")

    def without_flag(self, flag: Flag) -> str:
        flags = [one for one in self.given.get("flag", ()) if one != flag.value]
        given = {**self.given, "flag": tuple(flags)}
        return Place(self.event_id, given).url(page=None)

    def chips(self, sectors: Mapping[str, dict[str, str]]) -> list[Chip]:
        """Return the filters in force in the reader's words."""
        found = [
            self._chip(_("State"), self._state_chip(), "state"),
            self._chip(_("Sector"), self._sector_chip(sectors), "sector"),
            self._chip(_("Assigned to"), _("me") if self.first("mine") else "", "mine"),
            self._chip(_("Company"), self.first("q"), "q"),
            self._chip(_("Score from"), self._score_chip(), "min"),
            self._chip(_("Sort"), self._sort_chip(), "sort"),
        ]
        flags = [Flag(one) for one in self.given.get("flag", ()) if one in set(Flag)]
        return [chip for chip in found if chip.value] + [
            Chip(str(terms.FLAGS[flag]), "", self.without_flag(flag)) for flag in flags
        ]

    def _chip(self, label: str, value: str, name: str) -> Chip:
        return Chip(label, value, self.url(**{name: None, "page": None}))

    def _state_chip(self) -> str:
        given = self.first("state")
        state = _one_of(SuggestionState, given)
        if given == ALL_STATES:
            return str(_("all"))
        waiting = state in {None, SuggestionState.PENDING}
        return "" if state is None or waiting else str(terms.STATES[state])

    def _sector_chip(self, sectors: Mapping[str, dict[str, str]]) -> str:
        sector = self.first("sector")
        return best_text(sectors.get(sector))[0] or sector

    def _score_chip(self) -> str:
        return "" if self.min_score is None else say_number(self.min_score)

    def _sort_chip(self) -> str:
        sort = _one_of(Sort, self.first("sort"))
        return "" if sort in {None, Sort.SCORE} else str(terms.SORTS[sort or Sort.SCORE])


def place_from_address(event_id: str) -> Place:
    """Return the place that the request's address names."""
    return _place(event_id, request.args.to_dict(flat=False))


def place_from_form(event_id: str, query: str | None) -> Place:
    """Return the place that a form carried in a hidden field."""
    return _place(event_id, parse_qs(query or "", max_num_fields=20))


def _place(event_id: str, arguments: Mapping[str, list[str]]) -> Place:
    given = {
        name: tuple(value[:200] for value in arguments[name] if value)
        for name in NAMES
        if name in arguments
    }
    return Place(event_id, {name: values for name, values in given.items() if values})
