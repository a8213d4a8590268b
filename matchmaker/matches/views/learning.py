"""Pages of learning: what is in use, what was learnt, how it did; taking into use, going back."""

from __future__ import annotations

from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.db.clock import utcnow
from matchmaker.engines.matching.learning import PARTS, Calibration
from matchmaker.engines.matching.trial import BANDS, LEAST, LEAST_OF_A_KIND
from matchmaker.jobs.enums import ENDED
from matchmaker.jobs.queries import progress_of
from matchmaker.matches import permissions
from matchmaker.matches.models import LearnedModel
from matchmaker.matches.queries import learned as queries
from matchmaker.matches.services import learning as services
from matchmaker.matches.services.vectors import last_job
from matchmaker.matches.views.blueprint import bp
from matchmaker.matches.words import learning as words
from matchmaker.matches.words import terms
from matchmaker.web.access import requires


def _seen() -> str:
    """Return what the page showed as in use, as it was sent back."""
    return request.form.get("seen", "")


@bp.get("/learning")
@requires(permissions.can_read_review)
def learning() -> ResponseReturnValue:
    """Show which weights are in use and what was learnt so far."""
    job = last_job(services.JOB_KIND)
    running = job is not None and job.state not in ENDED
    return render_template(
        "matches/learning.html",
        current=queries.learned_in_use(),
        material=queries.material(),
        models=queries.learned_models(),
        job=job,
        progress=progress_of(job, words.STAGES) if running else None,
        told=words.told(job.result) if job is not None and job.result else None,
        least=LEAST,
        least_of_a_kind=LEAST_OF_A_KIND,
        new_decisions=services.NEW_DECISIONS,
        words=words,
        can_review=permissions.can_review(g.user),
    )


@bp.get("/learning/progress")
@requires(permissions.can_read_review)
def learning_progress() -> ResponseReturnValue:
    """Say how far learning is, for the script that watches it."""
    return jsonify(progress_of(last_job(services.JOB_KIND), words.STAGES))


@bp.post("/learning")
@requires(permissions.can_review)
def start_learning() -> ResponseReturnValue:
    """Have weights learnt from the decisions that stand."""
    services.start_learning(actor=g.user, now=utcnow())
    return redirect(url_for(".learning"), 303)


@bp.get("/learning/models/<public_id>")
@requires(permissions.can_read_review, on=queries.learned_model)
def learned_model(model: LearnedModel) -> ResponseReturnValue:
    """Show one learnt model: its weights beside the office's, and how it did."""
    current = queries.learned_in_use()
    return render_template(
        "matches/learned_model.html",
        model=model,
        figures=model.figures,
        current=current,
        weights=_beside(model.figures["prior_weights"], model.weights),
        bands=_bands(model),
        terms=terms,
        words=words,
        can_review=permissions.can_review(g.user),
    )


def _beside(before: dict[str, float], after: dict[str, float]) -> list[tuple[str, float, float]]:
    """Return each part with its share of all weight before and after, 0 to 1."""
    whole, new_whole = sum(before.values()), sum(after.values())
    return [(part, before[part] / whole, after[part] / new_whole) for part in PARTS]


def _bands(model: LearnedModel) -> list[dict[str, Any]]:
    """Return the tenths of the score: the share approved there, and what was decided later."""
    later = {band["low"]: band for band in model.figures["bands"]}
    calibration = Calibration.from_json(model.calibration)
    shares = calibration.at([low + 0.05 for low in BANDS[:-1]]).tolist()
    empty = {"approved": 0, "decisions": 0}
    return [
        {"low": low, "high": high, "said": share} | later.get(low, empty)
        for low, high, share in zip(BANDS[:-1], BANDS[1:], shares, strict=True)
    ]


@bp.post("/learning/models/<public_id>/use")
@requires(permissions.can_review, on=queries.learned_model)
def use_learned_model(model: LearnedModel) -> ResponseReturnValue:
    """Let new runs start from learnt weights."""
    services.take_into_use(model, seen=_seen(), actor=g.user, now=utcnow())
    flash(_("The learnt weights are in use. The next match run starts from them."), "good")
    return redirect(url_for(".learning"), 303)


@bp.post("/learning/office-weights")
@requires(permissions.can_review)
def use_office_weights() -> ResponseReturnValue:
    """Let new runs start from the office's own weights again."""
    services.use_office_weights(seen=_seen(), actor=g.user, now=utcnow())
    flash(_("The weights of the office are in use again."), "good")
    return redirect(url_for(".learning"), 303)
