"""Match runs: starting one, computing it, keeping what it found, repeating it."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import rollback, unit_of_work
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.data import Fair
from matchmaker.engines.matching.encoder import KeptBook
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.run import MatchResult, match
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.snapshot import (
    RunInput,
    Snapshot,
    restore,
    result_digest,
    take,
)
from matchmaker.engines.matching.text import TextModel
from matchmaker.errors import ConflictError
from matchmaker.events.models import Event
from matchmaker.events.queries import event_by_code
from matchmaker.jobs.services import cancel_job, start_job
from matchmaker.matches.fair import EventFair, read_fair
from matchmaker.matches.models import MatchRun, RunSnapshot
from matchmaker.matches.queries.learned import learned_in_use, weights_of
from matchmaker.matches.queries.runs import running_run
from matchmaker.matches.services.renewal import follow_missed
from matchmaker.matches.services.suggestions import put_suggestions
from matchmaker.matches.services.text_models import ensure_model, fit
from matchmaker.matches.services.vectors import Report, keep_event_vectors
from matchmaker.matches.text_model import text_model_of_version
from matchmaker.matches.vectors import kept_book
from matchmaker.reference.day_queries import office_day

log = logging.getLogger(__name__)

JOB_KIND = "match_run"


class RunUnderWayError(ConflictError):
    """Another run of the same event has not ended."""


class NotRepeatableError(ConflictError):
    """The run has no snapshot, or its text model is not kept any more."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What an officer chose for a run."""

    weights: Weights
    limits: Limits
    seed: int = 0
    learned: str | None = None
    """Public id of the learnt model whose weights these are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run found, not yet written."""

    event_fair: EventFair
    snapshot: Snapshot
    result: MatchResult
    text_version: str
    data_at: datetime


def _refuse_second(event: Event) -> None:
    # Two starts at once come one after the other: the first holds the event's row.
    db.session.execute(sa.select(Event.id).where(Event.id == event.id).with_for_update())
    if running_run(event.id) is not None:
        raise RunUnderWayError(
            _l("A match run of this event is under way. Wait until it ends, or cancel it.")
        )


def start_run(event: Event, settled: Settled, *, actor: User | None, now: datetime) -> MatchRun:
    """Add a run and the job that carries it out.

    Raises
    ------
    RunUnderWayError
        If another run of the event has not ended.
    """
    _refuse_second(event)
    actor_id = actor.id if actor is not None else None
    run = _new_run(event.id, settled, actor_id=actor_id, now=now)
    db.session.flush()
    job = start_job(JOB_KIND, {"run": run.id}, actor_id=actor_id, now=now)
    run.job_id = job.id
    record("match_run.start", run.public_id, actor_id=actor_id, now=now, after=_chosen(settled))
    db.session.flush()
    return run


def cancel_run(run: MatchRun, *, actor: User, now: datetime) -> None:
    """Ask a run (loaded with its job) to stop; it leaves nothing.

    Raises
    ------
    NotAllowedNowError
        If it has ended already.
    """
    assert run.job is not None
    cancel_job(run.job, now=now)
    record("match_run.cancel", run.public_id, actor_id=actor.id, now=now)


def _chosen(settled: Settled) -> dict[str, Any]:
    return {
        "weights": asdict(settled.weights),
        "limits": asdict(settled.limits),
        "seed": settled.seed,
        "learned": settled.learned,
    }


def _new_run(event_id: int, settled: Settled, *, actor_id: int | None, now: datetime) -> MatchRun:
    run = MatchRun(event_id=event_id, started_by_id=actor_id, created_at=now, **_chosen(settled))
    db.session.add(run)
    return run


def settled_of(run: MatchRun) -> Settled:
    """Return what was chosen for a run."""
    return Settled(Weights(**run.weights), Limits(**run.limits), run.seed, run.learned)


def settled_by_default(limits: Limits, seed: int = 0) -> Settled:
    """Return what a run uses where nobody chooses: learnt weights in use, else the usual ones."""
    model = learned_in_use()
    if model is None:
        return Settled(Weights(), limits, seed)
    return Settled(weights_of(model), limits, seed, model.public_id)


def read_inputs(
    event_id: int, text: TextModel, *, data_at: datetime
) -> tuple[EventFair, KeptBook | None]:
    """Read an event's participants and the vectors of their texts, in one short transaction."""
    rollback()
    event_fair = read_fair(event_id, today=office_day(data_at))
    book = kept_book(_passages(event_fair.fair), model=text, until=data_at)
    rollback()
    return event_fair, book


def _passages(fair: Fair) -> list[Passage]:
    return [
        *(product.passage for product in fair.products),
        *(need.passage for need in fair.needs),
    ]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause the collector of cycles: it walks over the whole text model again and again.

    A run makes hundreds of thousands of small objects and no cycles; this saves a third of it.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_no_collection()
def compute(event_id: int, settled: Settled, *, report: Report) -> Outcome:
    """Read the inputs and match them; no transaction is open while the model works."""
    report(0, 0, "text")
    text = ensure_model(report=report)
    keep_event_vectors(event_id, text, report=report)
    report(0, 0, "read")
    data_at = utcnow()
    event_fair, book = read_inputs(event_id, text, data_at=data_at)
    given = RunInput(event_fair.fair, settled.weights, settled.limits, settled.seed, text.version_)
    report(0, 0, "match")
    result = match(
        event_fair.fair,
        text=text,
        book=book,
        weights=settled.weights,
        limits=settled.limits,
        seed=settled.seed,
        progress=lambda done, total: report(done, total, "match"),
    )
    report(0, 0, "write")
    return Outcome(event_fair, take(given), result, text.version_, data_at)


@_no_collection()
def keep_outcome(run: MatchRun, outcome: Outcome, *, now: datetime) -> dict[str, Any]:
    """Write what a run found: the suggestions, and with the run all that it came from."""
    result = outcome.result
    if db.session.get(RunSnapshot, outcome.snapshot.digest) is None:
        kept = RunSnapshot(digest=outcome.snapshot.digest, content=outcome.snapshot.data)
        db.session.add(kept)
        db.session.flush()
    counts = put_suggestions(run, result, outcome.event_fair, now=now)
    follow_missed(run.event_id, read_at=outcome.data_at, now=now)
    run.model_version = result.model_version[:64]
    run.text_version = outcome.text_version[:64]
    run.data_at = outcome.data_at
    run.snapshot_digest = outcome.snapshot.digest
    run.result_digest = result_digest(result)
    run.summary = {
        **result.diagnostics,
        **counts,
        "unmatched": [
            {"side": one.side, "company": one.company, "reason": one.reason.value}
            for one in result.unmatched
        ],
    }
    run.finished_at = now
    db.session.flush()
    log.info("match run kept", extra={"run": run.public_id, **counts})
    return {"run": run.public_id, **counts}


def run_event(event: Event, settled: Settled, *, report: Report) -> MatchRun:
    """Run a whole match here and now, in transactions of its own: for commands.

    Raises
    ------
    RunUnderWayError
        If another run of the event has not ended.
    """
    event_id = event.id
    if running_run(event_id) is not None:
        raise RunUnderWayError(_l("A match run of this event is under way."))
    outcome = compute(event_id, settled, report=report)
    with unit_of_work():
        _refuse_second(db.session.get_one(Event, event_id))
        run = _new_run(event_id, settled, actor_id=None, now=utcnow())
        db.session.flush()
        keep_outcome(run, outcome, now=utcnow())
        run_id = run.id
    return db.session.get_one(MatchRun, run_id)


def run_now(event_code: str) -> int:
    """Run a match of an event with the defaults; return how many suggestions it makes.

    Raises
    ------
    NoResultFound
        If there is no such event.
    """
    event = event_by_code(event_code)
    run = run_event(event, settled_by_default(Limits()), report=lambda *_: None)
    assert run.summary is not None
    made: int = run.summary["suggestions"]
    return made


def repeat_run(run: MatchRun) -> str:
    """Match a run's snapshot again; return the digest of the result, to be compared.

    Raises
    ------
    NotRepeatableError
        If the run has no snapshot that can be read, or its text model is not kept any more.
    """
    if run.snapshot_digest is None:
        raise NotRepeatableError(_l("This run has not ended: there is nothing to repeat."))
    kept = db.session.get_one(RunSnapshot, run.snapshot_digest)
    try:
        given = restore(Snapshot(kept.content, kept.digest))
    except ValueError as error:
        log.warning("snapshot not readable", extra={"run": run.public_id, "why": str(error)})
        raise NotRepeatableError(_l("The kept inputs are damaged, or of an older form.")) from None
    text = text_model_of_version(given.text_version)
    data_at = run.data_at
    rollback()
    if text is None:
        # The same names, dictionary and encoder give the same model again.
        text = fit(report=lambda *_: None).model
    if text.version_ != given.text_version:
        raise NotRepeatableError(
            _l("The names of goods have changed since, and the text model of then is not kept.")
        )
    book = kept_book(_passages(given.fair), model=text, until=data_at)
    rollback()
    result = match(
        given.fair,
        text=text,
        book=book,
        weights=given.weights,
        limits=given.limits,
        seed=given.seed,
    )
    return result_digest(result)
