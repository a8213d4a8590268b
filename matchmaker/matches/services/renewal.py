"""One company's suggestions, worked out anew as soon as it has changed: no run of a whole fair."""

from __future__ import annotations

import gc
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from matchmaker.companies.models import Company
from matchmaker.companies.services.following import company_changed
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import rollback
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.readings import Readings
from matchmaker.engines.matching.reasons import Reasons, Side
from matchmaker.engines.matching.run import Suggestion as Found
from matchmaker.engines.matching.standing import match_company
from matchmaker.engines.matching.text import TextModel
from matchmaker.matches.encoders import encoder_named
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.fair import EventFair, read_fair
from matchmaker.matches.places import Board, Pair, Place, Placed, Wanted
from matchmaker.matches.queries import following
from matchmaker.matches.queries.blocked import standing_pairs
from matchmaker.matches.queries.following import LIVING, LastRun, Row
from matchmaker.matches.services.suggestions import (
    hold_event,
    insert_rows,
    put_aside,
    renew_rows,
    row_of,
    still_there,
)
from matchmaker.matches.services.vectors import encoders_wanted, keep_vectors
from matchmaker.matches.text_model import text_model_of_version
from matchmaker.matches.vectors import kept_book
from matchmaker.reference.day_queries import office_day

log = logging.getLogger(__name__)

READ_AT_ONCE = 100
"""Texts read ahead in one step; a company that is followed waits for one at the most."""
MOST_MODELS = 3
"""Text models whose readings are kept."""
_readings: dict[str, Readings] = {}
"""By the version of the model."""
_ready: set[int] = set()
"""Runs whose events this process has read ahead."""
COMMITTED_WITHIN = timedelta(minutes=1)
"""Longest time from the moment something says it was saved to its commit."""
LOOKED_AT = 4
"""Partners looked at for each place a company may have: some have no room for it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found for a company at one event, not yet written."""

    run: LastRun
    event_fair: EventFair | None
    """None: the text model of the run is gone, and nothing could be scored."""
    found: tuple[Found, ...]
    saved: frozenset[str]
    """The company's products and needs that the run did not know as they are."""
    changed_at: Mapping[int, datetime]
    """By participant, when its company was last changed, as of the reading."""


def look_for(company_id: int) -> list[Looked]:
    """Score a company at every coming event that has a run; no transaction is open meanwhile.

    Each event is measured as its last run was: same text model, same weights. Where the company
    has left, or withdrew its consent, nothing is found.
    """
    rollback()
    today = office_day(utcnow())
    public_id = db.session.get_one(Company, company_id).public_id
    runs = following.last_runs(company_id, today=today)
    texts = following.texts_of(company_id)
    encoders = encoders_wanted()
    rollback()
    for encoder in encoders:
        keep_vectors(texts, encoder)
    looked = [_look_at(run, company_id, public_id, today) for run in runs]
    rollback()
    return looked


def _look_at(run: LastRun, company_id: int, public_id: str, today: date) -> Looked:
    changed_at = following.last_changes(run.event_id)
    saved = following.goods_saved_since(company_id, run.data_at - COMMITTED_WITHIN)
    event_fair = read_fair(run.event_id, today=today, company_id=company_id)
    if public_id not in event_fair.exhibitors.keys() | event_fair.buyers.keys():
        return Looked(run, event_fair, (), saved, changed_at)
    text = text_model_of_version(run.text_version)
    if text is None:
        log.warning("text model of the run is gone", extra={"version": run.text_version})
        return Looked(run, None, (), saved, changed_at)
    fair = event_fair.fair
    passages = [*(one.passage for one in fair.products), *(one.passage for one in fair.needs)]
    book = kept_book(passages, model=text)
    rollback()
    found = match_company(
        fair,
        public_id,
        text=text,
        book=book,
        reader=_reader_of(text),
        weights=run.weights,
        least_score=run.limits.least_score,
        most=LOOKED_AT * max(run.limits.per_exporter, run.limits.per_buyer),
    )
    return Looked(run, event_fair, found, saved, changed_at)


def keep(
    company_id: int, looked: Sequence[Looked], *, job_id: int, now: datetime
) -> dict[str, Any]:
    """Write what was found, as far as it is not overtaken; return how many came and went.

    A later job of the same company knows more, and after a run that ended meanwhile another job
    comes; both find this one's outcome unwritten. A company that lost its only suggestion to the
    change is followed in its turn.
    """
    total = {"made": 0, "renewed": 0, "superseded": 0, "unscored": 0}
    again: set[int] = set()
    for one in looked:
        hold_event(one.run.event_id)
        if following.later_job_follows(company_id, job_id):
            break
        if not following.is_last_run(one.run):
            continue
        writing = _Writing(company_id, one, now)
        for name, number in writing.write().items():
            total[name] += number
        again |= writing.to_follow
    for number in sorted(again):
        company_changed(number, actor_id=None, now=now)
    log.info("company followed", extra={"company": company_id, **total})
    return {"company": company_id, "events": len(looked), **total}


def follow_missed(event_id: int, *, read_at: datetime, now: datetime) -> None:
    """Have those followed again that changed while a run was under way, which may not know it.

    Call it in the transaction that writes the run.
    """
    for company_id in following.followed_since(event_id, read_at):
        company_changed(company_id, actor_id=None, now=now)


def be_ready(*, now: datetime) -> None:
    """Load and read what the first company followed would wait for; nothing once that is done.

    A sweeper of the worker, which begins with it.
    """
    today = office_day(now)
    runs = [run for run in following.all_last_runs(today=today) if run.run_id not in _ready]
    for run in runs:
        text = text_model_of_version(run.text_version)
        if text is not None:
            _read_ahead(run, text, today)
        _ready.add(run.run_id)
    if runs:
        gc.freeze()  # what stays for good is not walked over again and again


def _read_ahead(run: LastRun, text: TextModel, today: date) -> None:
    fair = read_fair(run.event_id, today=today).fair
    passages = [*(one.passage for one in fair.products), *(one.passage for one in fair.needs)]
    book = kept_book(passages, model=text)
    rollback()  # a sweeper holds a transaction that others wait for
    encoder = encoder_named(text.encoder_name_)
    if encoder is not None:
        encoder.encode(["Scissors"])
    reader = _reader_of(text)
    for start in range(0, len(passages), READ_AT_ONCE):
        reader.read(passages[start : start + READ_AT_ONCE], book)
    first = [one.id for one in fair.exporters[:1]] + [one.id for one in fair.buyers[:1]]
    for company in first:
        match_company(fair, company, text=text, book=book, reader=reader, most=1)


def _reader_of(text: TextModel) -> Readings:
    """Return what this process has read by a text model: others' texts seldom change."""
    reader = _readings.setdefault(text.version_, Readings(text))
    while len(_readings) > MOST_MODELS:
        _readings.pop(next(iter(_readings)), None)
    return reader


class _Writing:
    """The writing of one company's suggestions at one event."""

    def __init__(self, company_id: int, looked: Looked, now: datetime) -> None:
        self.company_id = company_id
        self.run = looked.run
        self.looked = looked
        self.now = now
        self.to_follow: set[int] = set()
        """Companies to be followed again."""

    def write(self) -> dict[str, int]:
        event_fair = self.looked.event_fair
        if event_fair is None:
            gone = following.on_withdrawn_goods(self.run.event_id, self.company_id)
            return {"superseded": put_aside(gone, now=self.now), "unscored": 1}
        rows = {row.pair: row for row in following.rows_of_event(self.run.event_id)}
        possible = self._possible(event_fair, rows)
        board = Board(
            (Place(row.pair, row.score, row.is_firm) for row in rows.values() if _lives(row)),
            self.run.limits,
        )
        own = following.parts_of(self.run.event_id, self.company_id)
        counts = {"made": 0, "renewed": 0, "superseded": 0}
        for side in (0, 1):
            wanted = [
                Wanted(pair, one.values["score"], one.new)
                for pair, one in possible.items()
                if pair[side] in own
            ]
            placed = board.settle(side, own, wanted)
            fresh = [possible[pair].values for pair in placed.kept if pair not in rows]
            insert_rows(fresh, event_id=self.run.event_id, run_id=self.run.run_id, now=self.now)
            counts["made"] += len(fresh)
            counts["renewed"] += self._renew(placed.kept, possible, rows)
            gone = [rows[pair].id for pair in chain(placed.displaced, placed.dropped)]
            counts["superseded"] += put_aside(gone, now=self.now)
            self._note_followers(board, side, placed)
        return counts

    def _possible(self, event_fair: EventFair, rows: Mapping[Pair, Row]) -> dict[Pair, _Possible]:
        """Return who could be suggested, the best first.

        Left out is who has left, was kept apart or rejected since the reading.
        """
        exhibitors, buyers = still_there(self.run.event_id)
        apart = standing_pairs()
        products = {one.id: one.passage for one in event_fair.fair.products}
        needs = {one.id: one.passage for one in event_fair.fair.needs}
        possible = {}
        for found in self.looked.found:
            if (found.exporter, found.buyer) in apart:
                continue
            values = row_of(found, event_fair)
            pair = (values["exhibitor_id"], values["buyer_id"])
            rejected = pair in rows and rows[pair].state is SuggestionState.REJECTED
            if pair[0] in exhibitors and pair[1] in buyers and not rejected:
                possible[pair] = _Possible(
                    values,
                    new=not self.looked.saved.isdisjoint((found.product, found.need)),
                    texts={"exporter": products[found.product], "buyer": needs[found.need]},
                )
        return possible

    def _renew(
        self, kept: Sequence[Pair], possible: Mapping[Pair, _Possible], rows: Mapping[Pair, Row]
    ) -> int:
        """Renew what is pending or was put aside, as far as anything of it is different."""
        known = {pair: (rows[pair].id, rows[pair].state) for pair in kept if pair in rows}
        contents = following.contents_of([number for number, _ in known.values()])
        changed = [
            possible[pair].values
            for pair, (number, state) in known.items()
            if state is SuggestionState.SUPERSEDED or possible[pair].differs(contents[number])
        ]
        return renew_rows(changed, known, run_id=self.run.run_id, now=self.now)

    def _note_followers(self, board: Board, side: int, placed: Placed) -> None:
        """Note who lost the only suggestion, and whether a partner changed since the reading."""
        other = 1 - side
        left = board.without_any(other, {pair[other] for pair in placed.dropped})
        self.to_follow |= set(following.companies_of(left).values())
        partners = {pair[other] for pair in placed.kept}
        present = following.last_changes(self.run.event_id)
        if any(present[number] != self.looked.changed_at.get(number) for number in partners):
            self.to_follow.add(self.company_id)


def _lives(row: Row) -> bool:
    return row.state in LIVING


@dataclass(frozen=True, slots=True)
class _Possible:
    """A suggestion that could be made, as it would be written."""

    values: dict[str, Any]
    new: bool
    texts: Mapping[Side, Passage]

    def differs(self, kept: Mapping[str, Any]) -> bool:
        """Whether it has something new for an officer.

        The last digits of a sum are nothing new. Nor is another choice of words that meet, as
        long as those marked stand where they did: how rare a word is, a run knows better.
        """
        if _without_words(kept) != _without_words(self.values):
            return True
        words = Reasons.from_json(kept["reasons"]["why"]).words
        return any(
            getattr(self.texts[word.side], word.field)[word.start : word.end] != word.word
            for word in words
        )


def _without_words(values: Mapping[str, Any]) -> dict[str, Any]:
    reasons = values["reasons"]
    why = {name: one for name, one in reasons.get("why", {}).items() if name != "words"}
    return {name: _rounded(values[name]) for name in following.MODEL_COLUMNS[:-1]} | {
        "reasons": _rounded({**reasons, "why": why})
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, Collection) and not isinstance(value, str):
        return [_rounded(one) for one in value]
    return value
