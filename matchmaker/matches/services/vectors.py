"""Computing sentence vectors: once a cleaned text and encoder, in small steps that are kept."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from matchmaker.accounts.models import User
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import rollback, unit_of_work
from matchmaker.db.turns import take_turn
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import (
    Encoder,
    EncodingBook,
    Sense,
    digest_of,
    embed,
    whole_of,
)
from matchmaker.engines.matching.text import TextModel
from matchmaker.jobs.enums import ENDED, JobState
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import cancel_job, start_job
from matchmaker.matches.encoders import encoder_named, equipment
from matchmaker.matches.models import TextVector
from matchmaker.matches.name_vectors import shipped_names
from matchmaker.matches.text_model import version_in_use
from matchmaker.matches.vectors import (
    EMBED_JOB,
    kept_of,
    missing,
    packed_whole,
    texts_of_event,
    texts_of_goods,
)

log = logging.getLogger(__name__)

BATCH = 8
"""Texts embedded and kept in one step: about half a second, in which others wait."""
NAMES_AT_ONCE = 64
"""Names are short."""
OVERLAP = timedelta(minutes=10)
"""Longest time from the moment a text says it was saved to the moment others can read it."""
AGAIN_AFTER = timedelta(hours=1)
"""A job that failed is not begun again by itself before."""

Report = Callable[[int, int, str], None]
"""Takes what is done, of how much, and the key of the stage."""

_embedding = threading.Lock()
"""Two threads that want the vector of one text compute it once."""


def _unheard(_done: int, _total: int, _stage: str) -> None:
    pass


def keep_vectors(
    passages: Sequence[Passage], encoder: Encoder, *, report: Report = _unheard
) -> int:
    """Embed the passages whose vectors are missing, and keep each batch for itself.

    Whoever is stopped in the middle has kept what was done, and goes on from there. Call it while
    no transaction is open. Returns how many texts were embedded.
    """
    rollback()
    wanted = missing(passages, encoder.name)
    rollback()
    made = 0
    for start in range(0, len(wanted), BATCH):
        report(start, len(wanted), "vectors")
        made += _keep_batch(wanted[start : start + BATCH], encoder)
    if wanted:
        report(len(wanted), len(wanted), "vectors")
        log.info("vectors kept", extra={"encoder": encoder.name, "texts": made})
    return made


def _keep_batch(passages: Sequence[Passage], encoder: Encoder) -> int:
    with _embedding:
        still = missing(passages, encoder.name)
        rollback()
        if not still:
            return 0
        senses = embed(still, encoder)
        _keep(
            encoder,
            {digest_of(one): sense.to_bytes() for one, sense in zip(still, senses, strict=True)},
        )
    return len(still)


def _keep(encoder: Encoder, contents: dict[str, bytes]) -> None:
    """Write vectors; what another process has written meanwhile stays."""
    now = utcnow()
    with unit_of_work():
        on_postgresql = db.session.get_bind().dialect.name == "postgresql"
        insert = (postgresql.insert if on_postgresql else sqlite.insert)(TextVector.__table__)  # type: ignore[arg-type]
        db.session.execute(
            insert.on_conflict_do_nothing(),
            [
                {"encoder": encoder.name, "digest": digest, "content": content, "created_at": now}
                for digest, content in contents.items()
            ],
        )


class NamesBook:
    """Vectors of names of goods: those shipped, those kept, and the rest computed and kept.

    Call it while no transaction is open.
    """

    def __init__(self, encoder: Encoder, *, report: Report = _unheard) -> None:
        self.encoder_name = encoder.name
        self._encoder = encoder
        self._report = report
        self._shipped = shipped_names(encoder.name)

    def wholes(self, passages: Sequence[Passage]) -> Any:
        """Return float32 of shape (n_passages, dimensions), see `Book`."""
        digests = [digest_of(passage) for passage in passages]
        rollback()
        kept = kept_of(self.encoder_name, set(digests) - self._shipped.keys())
        rollback()
        new = {
            digest: passage
            for digest, passage in zip(digests, passages, strict=True)
            if passage.title and digest not in kept and digest not in self._shipped
        }
        kept |= self._compute(new)
        vectors = np.zeros((len(passages), self._encoder.dimensions), dtype=np.float32)
        for row, digest in enumerate(digests):
            content = kept.get(digest) or self._shipped.get(digest)
            if content is not None:
                vectors[row] = whole_of(content, self._encoder.dimensions)
        return vectors

    def sense(self, passage: Passage) -> Sense | None:
        """Return a name with its vector; names have no sub-texts."""
        (whole,) = self.wholes([passage])
        return Sense.from_bytes(packed_whole(whole), self._encoder.dimensions)

    def _compute(self, wanted: dict[str, Passage]) -> dict[str, bytes]:
        made: dict[str, bytes] = {}
        digests = list(wanted)
        for start in range(0, len(digests), NAMES_AT_ONCE):
            self._report(start, len(digests), "names")
            some = digests[start : start + NAMES_AT_ONCE]
            wholes = EncodingBook(self._encoder).wholes([wanted[digest] for digest in some])
            batch = {one: packed_whole(whole) for one, whole in zip(some, wholes, strict=True)}
            _keep(self._encoder, batch)
            made |= batch
        return made


def keep_event_vectors(event_id: int, model: TextModel, *, report: Report = _unheard) -> None:
    """Compute what a run over an event under a model misses, where its encoder is to be had."""
    rollback()
    encoder = encoder_named(model.encoder_name_)
    passages = texts_of_event(event_id) if encoder is not None else []
    rollback()
    if encoder is not None:
        keep_vectors(passages, encoder, report=report)


def encoders_wanted() -> list[Encoder]:
    """Return whose vectors are to be at hand: the model in use, and what the settings ask for."""
    version = version_in_use()
    found = [encoder_named(version.encoder) if version is not None else None, equipment().encoder]
    return list({one.name: one for one in found if one is not None}.values())


def last_job(kind: str) -> Job | None:
    """Return the newest job of a kind."""
    return db.session.scalars(
        sa.select(Job).where(Job.kind == kind).order_by(Job.id.desc()).limit(1)
    ).one_or_none()


def may_begin(kind: str, *, now: datetime) -> bool:
    """Whether work may begin by itself: none is under way, stopped by somebody or just failed."""
    last = last_job(kind)
    if last is None or last.state is JobState.DONE:
        return True
    failed_at = last.finished_at if last.state is JobState.FAILED else None
    return failed_at is not None and failed_at < now - AGAIN_AFTER


def start_embedding(*, actor: User | None, now: datetime) -> Job:
    """Have the missing vectors of all texts computed; what is under way is returned instead."""
    take_turn(EMBED_JOB)
    last = last_job(EMBED_JOB)
    if last is not None and last.state not in ENDED:
        return last
    actor_id = actor.id if actor is not None else None
    job = start_job(EMBED_JOB, {}, actor_id=actor_id, now=now)
    if actor is not None:
        record(f"{EMBED_JOB}.start", job.public_id, actor_id=actor.id, now=now)
    return job


def stop(job: Job, *, actor: User, now: datetime) -> None:
    """Ask work to stop; what is computed stays, and it begins again when somebody says so.

    Raises
    ------
    NotAllowedNowError
        If it has ended already.
    """
    cancel_job(job, now=now)
    record(f"{job.kind}.stop", job.public_id, actor_id=actor.id, now=now)


def follow_texts(*, now: datetime) -> None:
    """Begin where texts without vectors are found; looks only at texts saved since the last time.

    Saving a text wakes the worker by itself: this finds what a crash or a load by file left.
    """
    wanted = encoders_wanted()
    if not wanted or not may_begin(EMBED_JOB, now=now):
        return
    last = _last_whole()
    done = (last.result or {}).get("encoders", {}) if last is not None else {}
    for encoder in wanted:
        # Without an earlier time to go by, the job itself finds out, and is that time.
        since = last.created_at - OVERLAP if last and encoder.name in done else None
        if since is None or missing(texts_of_goods(since=since), encoder.name):
            start_embedding(actor=None, now=now)
            return


def _last_whole() -> Job | None:
    """Return the newest job that looked at all texts to the end."""
    return db.session.scalars(
        sa.select(Job)
        .where(Job.kind == EMBED_JOB, Job.state == JobState.DONE)
        .order_by(Job.id.desc())
        .limit(1)
    ).one_or_none()


def embed_goods(*, report: Report = _unheard) -> dict[str, Any]:
    """Compute the missing vectors of all texts; return counts by encoder, kept with the job."""
    rollback()
    encoders = encoders_wanted()
    passages = texts_of_goods()
    rollback()
    number = len({digest_of(passage) for passage in passages})
    return {
        "encoders": {
            encoder.name: {
                "made": keep_vectors(passages, encoder, report=report),
                "texts": number,
            }
            for encoder in encoders
        }
    }
