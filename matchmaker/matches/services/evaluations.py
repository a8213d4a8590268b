"""Evaluating an event's suggestions against the decisions about them: started, computed, kept."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.config import Settings
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import rollback, unit_of_work
from matchmaker.engines.evaluation.intervals import Figure
from matchmaker.engines.evaluation.pairs import GoodsPair, score_pairs
from matchmaker.engines.evaluation.review import Judged, review, share
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.data import Buyer, Exporter, Fair, Need, Product
from matchmaker.engines.matching.gates import Gate
from matchmaker.engines.matching.snapshot import Snapshot, restore
from matchmaker.errors import ConflictError, NotAllowedNowError
from matchmaker.events.models import Event
from matchmaker.jobs.services import cancel_job, start_job
from matchmaker.matches.fair import read_fair
from matchmaker.matches.models import Evaluation
from matchmaker.matches.queries.evaluations import (
    DecidedPair,
    KeptEvaluation,
    decided_pairs,
    last_finished_run,
    material_of,
    running_evaluation,
    snapshots_of,
)
from matchmaker.matches.text_model import model_in_use
from matchmaker.matches.vectors import kept_book
from matchmaker.reference.day_queries import office_day

log = logging.getLogger(__name__)

JOB_KIND = "evaluate"
FIRST = 5
"""Places of a list that count, where nothing else is asked for: an officer looks at a few."""
FIRSTS = (3, 5, 10)
SEED = 0
Report = Callable[[int, int, str], None]
"""Takes what is done, of how much, and the key of the stage."""


class EvaluationUnderWayError(ConflictError):
    """Another evaluation of the same event has not ended."""


class NothingToEvaluateError(ConflictError):
    """The event has neither a finished run nor a decision."""


def _refuse(event: Event) -> None:
    # Two starts at once come one after the other: the first holds the event's row.
    db.session.execute(sa.select(Event.id).where(Event.id == event.id).with_for_update())
    if running_evaluation(event.id) is not None:
        raise EvaluationUnderWayError(_l("An evaluation of this event is under way."))
    found = material_of(event.id)
    if not found.decided and found.run_at is None:
        raise NothingToEvaluateError(
            _l("There is nothing to evaluate yet: no run has ended, and nothing is decided.")
        )


def start_evaluation(event: Event, first: int, *, actor: User, now: datetime) -> Evaluation:
    """Add an evaluation and the job that makes it; ``first`` places of a list count.

    Raises
    ------
    EvaluationUnderWayError
        If another one of the event has not ended (409).
    NothingToEvaluateError
        If no run of the event has ended and nothing is decided (409).
    """
    _refuse(event)
    evaluation = Evaluation(event_id=event.id, created_by_id=actor.id, created_at=now)
    db.session.add(evaluation)
    db.session.flush()
    arguments = {"evaluation": evaluation.id, "first": first}
    evaluation.job_id = start_job(JOB_KIND, arguments, actor_id=actor.id, now=now).id
    record("evaluation.start", evaluation.public_id, actor_id=actor.id, now=now)
    db.session.flush()
    return evaluation


def cancel_evaluation(kept: KeptEvaluation, *, actor: User, now: datetime) -> None:
    """Ask an evaluation to stop; it leaves nothing.

    Raises
    ------
    NotAllowedNowError
        If it has ended already (409).
    """
    if kept.job is None:  # made by command, where it ends before it is kept
        raise NotAllowedNowError(_l("This work has already ended."))
    cancel_job(kept.job, now=now)
    record("evaluation.cancel", kept.evaluation.public_id, actor_id=actor.id, now=now)


def keep_figures(evaluation: Evaluation, figures: dict[str, Any], *, now: datetime) -> None:
    """Write what an evaluation found."""
    evaluation.figures = figures
    evaluation.finished_at = now
    db.session.flush()
    log.info("evaluation kept", extra={"evaluation": evaluation.public_id})


def evaluate_event(event: Event, first: int, *, report: Report) -> Evaluation:
    """Evaluate an event here and now, in transactions of its own: for commands.

    Raises
    ------
    EvaluationUnderWayError, NothingToEvaluateError
        As `start_evaluation`.
    """
    event_id = event.id
    with unit_of_work():
        _refuse(db.session.get_one(Event, event_id))
    figures = compute(event_id, first, report=report)
    with unit_of_work():
        evaluation = Evaluation(event_id=event_id, created_at=utcnow())
        db.session.add(evaluation)
        keep_figures(evaluation, figures, now=utcnow())
        number = evaluation.id
    return db.session.get_one(Evaluation, number)


@dataclass(slots=True)
class _Goods:
    """Products, needs and companies by their ids."""

    products: dict[str, Product] = field(default_factory=dict)
    needs: dict[str, Need] = field(default_factory=dict)
    exporters: dict[str, Exporter] = field(default_factory=dict)
    buyers: dict[str, Buyer] = field(default_factory=dict)

    def add(self, fair: Fair) -> None:
        self.products |= {one.id: one for one in fair.products}
        self.needs |= {one.id: one for one in fair.needs}
        self.exporters |= {one.id: one for one in fair.exporters}
        self.buyers |= {one.id: one for one in fair.buyers}

    def pair(self, decided: DecidedPair) -> GoodsPair | None:
        try:
            product, need = self.products[decided.product], self.needs[decided.need]
            return GoodsPair(
                product, need, self.exporters[product.exporter], self.buyers[need.buyer]
            )
        except KeyError:
            return None


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What an evaluation reads, in one short transaction."""

    decided: list[DecidedPair]
    now: Fair
    snapshots: dict[int, Snapshot]
    run: dict[str, Any] | None


def _read(event_id: int) -> _Inputs:
    decided = decided_pairs(event_id)
    runs = {one.run_id for one in decided if one.is_judged and one.run_id is not None}
    return _Inputs(
        decided,
        read_fair(event_id, today=office_day(utcnow())).fair,
        snapshots_of(runs),
        _of_last_run(event_id),
    )


def compute(event_id: int, first: int, *, report: Report) -> dict[str, Any]:
    """Return the figures of an event's decisions; no transaction is open while it works."""
    rollback()
    report(0, 0, "read")
    inputs = _read(event_id)
    rollback()
    judged, pairs, missing = _pairs(inputs)
    report(0, 0, "text")
    text = model_in_use()
    book = kept_book(_passages(pairs, inputs.now), model=text) if text is not None else None
    rollback()
    settings: Settings = current_app.extensions["settings"]
    scores = score_pairs(
        pairs,
        text=text,
        book=book,
        dictionary_path=settings.dictionary_path,
        catalogue=inputs.now.products,
        progress=lambda done, total: report(done, total, "compare"),
    )
    found = review(
        [Judged(one.exporter, one.buyer, one.score, one.approved) for one in judged],
        scores,
        k=first,
        seed=SEED,
        progress=lambda done, total: report(done, total, "figures"),
    )
    return {
        "k": first,
        "seed": SEED,
        "decisions": _of_decisions(inputs.decided, missing),
        "run": inputs.run,
        "text_version": text.version_ if text is not None else None,
        **asdict(found),
    }


def _passages(pairs: Sequence[GoodsPair], now: Fair) -> list[Passage]:
    goods = [one for pair in pairs for one in (pair.product, pair.need)]
    return [one.passage for one in (*goods, *now.products)]


def _pairs(inputs: _Inputs) -> tuple[list[DecidedPair], list[GoodsPair], int]:
    """Return the judged suggestions, their goods as they were scored, and how many lack them.

    The inputs of the run that scored a pair say what the model read; where they are not kept,
    or are of an older form, the goods are taken as they are now.
    """
    now = _Goods()
    now.add(inputs.now)
    kept = {number: _restored(snapshot) for number, snapshot in inputs.snapshots.items()}
    judged: list[DecidedPair] = []
    pairs: list[GoodsPair] = []
    wanted = [one for one in inputs.decided if one.is_judged]
    for one in wanted:
        then = kept.get(one.run_id) if one.run_id is not None else None
        pair = (then.pair(one) if then is not None else None) or now.pair(one)
        if pair is not None:
            judged.append(one)
            pairs.append(pair)
    return judged, pairs, len(wanted) - len(judged)


def _restored(snapshot: Snapshot) -> _Goods | None:
    try:
        fair = restore(snapshot).fair
    except ValueError as error:
        log.warning("snapshot not readable", extra={"why": str(error)})
        return None
    goods = _Goods()
    goods.add(fair)
    return goods


def _of_decisions(decided: Sequence[DecidedPair], missing: int) -> dict[str, Any]:
    """Return counts of the decisions, the share approved and the median time they took."""
    judged = [one for one in decided if one.is_judged]
    waited = [one.waited / timedelta(hours=1) for one in decided if one.waited is not None]
    others = Counter(one.reason.value for one in decided if one.reason and not one.is_judged)
    return {
        "approved": sum(one.approved for one in decided),
        "rejected": sum(not one.approved for one in decided),
        "judged": len(judged) - missing,
        "missing": missing,
        "other_reasons": dict(sorted(others.items())),
        "share_approved": _plain(
            share([one.approved for one in decided], [one.buyer for one in decided], seed=SEED)
        ),
        "median_hours": round(median(waited), 2) if waited else None,
        "runs": len({one.run_id for one in judged if one.run_id is not None}),
    }


def _plain(figure: Figure | None) -> dict[str, Any] | None:
    return asdict(figure) if figure is not None else None


def _of_last_run(event_id: int) -> dict[str, Any] | None:
    """Return whom the last run reached, and how evenly, from what was kept with it."""
    run = last_finished_run(event_id)
    if run is None or run.summary is None:
        return None
    without: Iterable[dict[str, str]] = run.summary.get("unmatched", ())
    left = Counter((one["side"], one["reason"] == Gate.PARTNERS_FULL.value) for one in without)
    sides = {}
    for side in ("exporter", "buyer"):
        companies = run.summary.get(f"{side}s", 0)
        suggested = companies - left[side, True] - left[side, False]
        sides[side] = {
            "companies": companies,
            "suggested": suggested,
            "could": suggested + left[side, True],
        }
    return {
        "run": run.public_id,
        "at": run.created_at.isoformat(),
        "coverage": sides,
        "exposure": run.summary.get("exposure", {}),
    }
