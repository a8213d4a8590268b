"""Versions of the text model: fitting one, taking it into use, going back to an earlier one."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
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
from matchmaker.db.turns import take_turn
from matchmaker.engines.matching.data import Vocabulary
from matchmaker.engines.matching.text import TextModel, fit_text_model
from matchmaker.errors import ConflictError, NotAllowedNowError
from matchmaker.jobs.enums import ENDED
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import start_job
from matchmaker.matches.encoders import EncoderState, equipment
from matchmaker.matches.models import MatchRun, TextModelVersion
from matchmaker.matches.services.vectors import NamesBook, Report, last_job, may_begin
from matchmaker.matches.text_files import read_model, write_model
from matchmaker.matches.text_model import (
    FIT_JOB,
    dictionary_digest,
    key_of,
    model_in_use,
    model_of,
    version_in_use,
    vocabulary,
)
from matchmaker.matches.vectors import missing, texts_of_goods

log = logging.getLogger(__name__)

_fitting = threading.Lock()
"""Fitting takes many seconds: who comes second finds what the first made."""


class FitUnderWayError(ConflictError):
    """The text model is being fitted already."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model on its way into use."""

    model: TextModel
    key: str
    figures: dict[str, Any]


def fit(*, report: Report) -> Fitted:
    """Fit a model on the present names with what is at hand here, or find it fitted before.

    Call it while no transaction is open.
    """
    rollback()
    names = vocabulary()
    rollback()
    encoder = equipment().encoder
    key = key_of(names, encoder.name if encoder is not None else None)
    with _fitting:
        begin = time.perf_counter()
        model = read_model(key)
        if model is None:
            log.info("text model is being fitted", extra={"concepts": len(names.concepts)})
            report(0, 0, "text")
            settings: Settings = current_app.extensions["settings"]
            book = NamesBook(encoder, report=report) if encoder is not None else None
            model = fit_text_model(names, dictionary_path=settings.dictionary_path, book=book)
            write_model(key, model)
        seconds = time.perf_counter() - begin
    return Fitted(model, key, _figures(names, seconds))


def _figures(names: Vocabulary, seconds: float) -> dict[str, Any]:
    kinds = Counter(concept.kind for concept in names.concepts)
    return {"seconds": round(seconds, 1), "dictionary": dictionary_digest(), "kinds": dict(kinds)}


def put_in_use(
    fitted: Fitted, *, actor_id: int | None, job_id: int | None, now: datetime
) -> TextModelVersion:
    """Write a fitted model into the list of versions, and take it into use."""
    model = fitted.model
    version = db.session.scalars(
        sa.select(TextModelVersion).where(TextModelVersion.version == model.version_)
    ).one_or_none()
    if version is None:
        version = TextModelVersion(version=model.version_)
        db.session.add(version)
    version.key, version.roads = fitted.key, model.road_names
    version.encoder, version.names = model.encoder_name_, len(model.vocabulary.concepts)
    version.fitted_at, version.fitted_by_id, version.job_id = now, actor_id, job_id
    version.figures = fitted.figures
    db.session.flush()
    _use(version, actor_id=actor_id, now=now)
    return version


def _use(version: TextModelVersion, *, actor_id: int | None, now: datetime) -> None:
    before = version_in_use()
    version.in_use_since = now
    record(
        "text_model.use",
        version.public_id,
        actor_id=actor_id,
        now=now,
        before={"version": before.version} if before is not None else None,
        after={"version": version.version},
    )
    db.session.flush()
    log.info("text model taken into use", extra={"version": version.version})


def ensure_model(*, report: Report) -> TextModel:
    """Return the model in use; where there is none that can be read, fit one and take it into use.

    So a service goes on working after an update or on an empty installation. Call it while no
    transaction is open.
    """
    rollback()
    model, version = model_in_use(), version_in_use()
    rollback()
    if model is not None:
        return model
    if version is not None:
        log.warning("text model in use cannot be read", extra={"version": version.version})
    fitted = fit(report=report)
    with unit_of_work():
        put_in_use(fitted, actor_id=None, job_id=None, now=utcnow())
    return fitted.model


def fit_and_use(*, report: Report) -> Fitted:
    """Fit a model on the present names and take it into use, here and now: for commands."""
    fitted = fit(report=report)
    with unit_of_work():
        put_in_use(fitted, actor_id=None, job_id=None, now=utcnow())
    return fitted


def start_fit(*, actor: User | None, now: datetime) -> Job:
    """Have the model fitted anew by the worker, which then takes it into use.

    Raises
    ------
    FitUnderWayError
        If that is being done already (409).
    NotAllowedNowError
        If texts would be without vectors that they have now (409).
    """
    take_turn(FIT_JOB)
    last = last_job(FIT_JOB)
    if last is not None and last.state not in ENDED:
        raise FitUnderWayError(_l("The text model is being fitted already."))
    _refuse_loss()
    actor_id = actor.id if actor is not None else None
    job = start_job(FIT_JOB, {"actor": actor_id}, actor_id=actor_id, now=now)
    if actor is not None:
        record(f"{FIT_JOB}.start", job.public_id, actor_id=actor.id, now=now)
    return job


def _refuse_loss() -> None:
    """Refuse to leave an encoder whose vectors serve for one that has not caught up, or is broken.

    Where the settings say that none is to be used, that is what the office wants.
    """
    version = version_in_use()
    if version is None or version.encoder is None or model_of(version) is None:
        return
    found = equipment()
    if found.encoder is None and found.state is not EncoderState.OFF:
        raise NotAllowedNowError(
            _l("The sentence encoder cannot be used now: the version in use stays.")
        )
    new = found.encoder.name if found.encoder is not None else version.encoder
    if new != version.encoder and missing(texts_of_goods(), new):
        raise NotAllowedNowError(
            _l("The vectors of the new encoder are still being computed; wait for them.")
        )


def take_back(version: TextModelVersion, *, actor: User, now: datetime) -> None:
    """Take an earlier version into use again.

    Raises
    ------
    NotAllowedNowError
        If its file is not kept any more, or older code fitted it (409).
    """
    if model_of(version) is None:
        raise NotAllowedNowError(_l("The file of this version is not kept any more."))
    _use(version, actor_id=actor.id, now=now)


def follow_model(*, now: datetime) -> None:
    """Have a model fitted where the one in use cannot be read.

    So it is after an update of the code or of a library, and with another secret key.
    """
    if not may_begin(FIT_JOB, now=now):
        return
    version = version_in_use()
    if version is not None and model_of(version) is not None:
        return
    any_run = sa.select(MatchRun.id).where(MatchRun.finished_at.is_not(None)).limit(1)
    if version is None and db.session.scalar(any_run) is None:
        return
    log.warning("text model in use is missing", extra={"known": version is not None})
    start_fit(actor=None, now=now)
