"""What officers do with the glossary: add, change, withdraw, restore, load a file."""

from __future__ import annotations

import hashlib
import json
import logging
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.db.audit import record
from matchmaker.db.base import db, random_id
from matchmaker.db.turns import take_turn
from matchmaker.errors import (
    ChangedMeanwhileError,
    ConflictError,
    MatchmakerError,
    NotAllowedNowError,
)
from matchmaker.matches.queries.glossary import TEXTS, entry_or_none, standing_entries
from matchmaker.reference.models import GlossaryEntry

log = logging.getLogger(__name__)
LANGUAGES = ("en", "ja", "ur")


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What an officer says of one thing; other words are separated by semicolons."""

    en: str = ""
    ja: str = ""
    ur: str = ""
    search_en: str = ""
    search_ja: str = ""
    search_ur: str = ""
    note: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """Those in which it has a name."""
        return tuple(language for language in LANGUAGES if getattr(self, language))

    def key(self, languages: Sequence[str] = LANGUAGES) -> tuple[str, ...]:
        """By which two entries are the same thing: the names, without width and case."""
        names = (getattr(self, language) for language in languages)
        return tuple(unicodedata.normalize("NFKC", name).casefold() for name in names)


@dataclass(frozen=True, slots=True)
class Plan:
    """What loading a file would do; ``mark`` changes when what it would change has changed."""

    added: tuple[EntryFacts, ...]
    changed: tuple[tuple[GlossaryEntry, EntryFacts], ...]
    same: int
    mark: str


class TooFewLanguagesError(MatchmakerError):
    """An entry joins two languages at least."""


class SameEntryError(ConflictError):
    """The glossary has this thing already; ``found`` is its entry."""

    def __init__(self, found: GlossaryEntry, message: Any = None) -> None:
        super().__init__(message or _l("The glossary has an entry with these names already."))
        self.found = found


def facts_of(entry: GlossaryEntry) -> EntryFacts:
    """Return what stands in an entry."""
    return EntryFacts(**{name: getattr(entry, name) for name in TEXTS})


def add_entry(facts: EntryFacts, *, public_id: str, actor: User, now: datetime) -> GlossaryEntry:
    """Add an entry; sent again with the same `public_id`, return the one there is.

    Raises
    ------
    TooFewLanguagesError
        If it has a name in one language only.
    SameEntryError
        If an entry has the same names, or the form was sent before with other words (409).
    """
    take_turn("glossary")
    found = entry_or_none(public_id)
    if found is not None:
        if facts_of(found) != facts or found.withdrawn_at is not None:
            raise SameEntryError(
                found, _l("This form was sent before. Open the entry to change it.")
            )
        return found
    _refuse_same(facts)
    return _add(facts, public_id=public_id, actor=actor, now=now)


def change_entry(
    entry: GlossaryEntry, facts: EntryFacts, *, seen_version: int, actor: User, now: datetime
) -> None:
    """Change an entry.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed it after the page was drawn (409).
    NotAllowedNowError
        If it is withdrawn (409).
    TooFewLanguagesError
        If it has a name in one language only.
    SameEntryError
        If another entry has the same names (409).
    """
    if entry.withdrawn_at is not None:
        raise NotAllowedNowError(_l("The entry is withdrawn. Bring it back to change it."))
    if entry.version != seen_version:
        raise ChangedMeanwhileError(
            _l("Somebody has changed this entry meanwhile. What they wrote still stands.")
        )
    _refuse_same(facts, entry)
    if facts_of(entry) != facts:
        _change(entry, facts, actor=actor, now=now)


def withdraw_entry(entry: GlossaryEntry, *, actor: User, now: datetime) -> None:
    """Take an entry out of the glossary; it is kept, and can be brought back."""
    if entry.withdrawn_at is None:
        entry.withdrawn_at = entry.changed_at = now
        db.session.flush()
        record("glossary.withdraw", entry.public_id, actor_id=actor.id, now=now)


def restore_entry(entry: GlossaryEntry, *, actor: User, now: datetime) -> None:
    """Bring a withdrawn entry back.

    Raises
    ------
    SameEntryError
        If an entry with the same names was added meanwhile (409).
    """
    if entry.withdrawn_at is None:
        return
    _refuse_same(facts_of(entry), entry)
    entry.withdrawn_at, entry.changed_at = None, now
    db.session.flush()
    record("glossary.restore", entry.public_id, actor_id=actor.id, now=now)


def plan_of(rows: Sequence[EntryFacts], columns: Collection[str] = TEXTS) -> Plan:
    """Say what loading these rows would do: each is new, or an entry with the same names.

    Columns that the file does not have stay as they are in an entry.
    """
    take_turn("glossary")
    told = [language for language in LANGUAGES if language in columns]
    kept = [name for name in TEXTS if name not in columns]
    standing = {facts_of(entry).key(told): entry for entry in standing_entries()}
    added = tuple(facts for facts in rows if facts.key(told) not in standing)
    known = []
    for facts in rows:
        entry = standing.get(facts.key(told))
        if entry is not None:
            known.append((entry, replace(facts, **{name: getattr(entry, name) for name in kept})))
    changed = tuple((entry, facts) for entry, facts in known if facts_of(entry) != facts)
    content = [
        [asdict(facts) for facts in added],
        [[entry.public_id, entry.version, asdict(facts)] for entry, facts in changed],
    ]
    mark = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]
    return Plan(added, changed, len(known) - len(changed), mark)


def load_entries(plan: Plan, *, seen_mark: str, actor: User, now: datetime) -> None:
    """Do what a plan says.

    Raises
    ------
    ChangedMeanwhileError
        If the glossary was changed after the plan was shown (409).
    """
    if plan.mark != seen_mark:
        raise ChangedMeanwhileError(
            _l("The glossary or the table was changed meanwhile. Look again at what it would do.")
        )
    for facts in plan.added:
        _add(facts, public_id=random_id(), actor=actor, now=now)
    for entry, facts in plan.changed:
        _change(entry, facts, actor=actor, now=now)
    given = {"added": len(plan.added), "changed": len(plan.changed)}
    log.info("glossary loaded", extra=given)


def _refuse_same(facts: EntryFacts, own: GlossaryEntry | None = None) -> None:
    if len(facts.languages) < 2:
        raise TooFewLanguagesError(_l("Write the name in at least two languages."))
    take_turn("glossary")
    for entry in standing_entries():
        if entry is not own and facts_of(entry).key() == facts.key():
            raise SameEntryError(entry)


def _add(facts: EntryFacts, *, public_id: str, actor: User, now: datetime) -> GlossaryEntry:
    entry = GlossaryEntry(
        public_id=public_id,
        created_by_id=actor.id,
        created_at=now,
        changed_at=now,
        **asdict(facts),
    )
    db.session.add(entry)
    db.session.flush()
    record("glossary.add", public_id, actor_id=actor.id, now=now, after=_written(facts))
    return entry


def _change(entry: GlossaryEntry, facts: EntryFacts, *, actor: User, now: datetime) -> None:
    before = _written(facts_of(entry))
    for name in TEXTS:
        setattr(entry, name, getattr(facts, name))
    entry.changed_at = now
    db.session.flush()
    record(
        "glossary.change",
        entry.public_id,
        actor_id=actor.id,
        now=now,
        before=before,
        after=_written(facts),
    )


def _written(facts: EntryFacts) -> dict[str, Any]:
    """Return an entry as the audit log keeps it."""
    return {name: text for name, text in asdict(facts).items() if text}
