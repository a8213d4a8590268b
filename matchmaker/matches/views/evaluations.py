"""Evaluating an event's suggestions against the decisions of its officers."""

from __future__ import annotations

import json

from flask import Response, flash, g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.db.clock import utcnow
from matchmaker.events.models import Event
from matchmaker.jobs.enums import ENDED
from matchmaker.jobs.queries import progress_of
from matchmaker.matches import permissions
from matchmaker.matches.evaluation_forms import EvaluationForm
from matchmaker.matches.evaluation_table import HEAD, lines_of
from matchmaker.matches.queries.evaluations import (
    KeptEvaluation,
    evaluation_to_show,
    evaluations_of_event,
    finished_evaluation,
    material_of,
)
from matchmaker.matches.queries.queue import event_to_review
from matchmaker.matches.services import evaluations as services
from matchmaker.matches.views.blueprint import bp
from matchmaker.matches.words import figures as words
from matchmaker.matches.words import terms
from matchmaker.web.access import requires
from matchmaker.web.download import csv_answer


def _page(event: Event, shown: KeptEvaluation | None, form: EvaluationForm | None = None) -> str:
    history = evaluations_of_event(event.id)
    running = next((one for one in history if one.job and one.job.state not in ENDED), None)
    return render_template(
        "matches/evaluation.html",
        event=event,
        shown=shown,
        figures=shown.evaluation.figures if shown is not None else None,
        history=history,
        running=running,
        material=material_of(event.id),
        progress=progress_of(shown.job, words.STAGES) if shown is not None else None,
        form=form or EvaluationForm(formdata=None),
        words=words,
        terms=terms,
        can_review=permissions.can_review(g.user),
    )


@bp.get("/events/<public_id>/evaluation")
@requires(permissions.can_read_review, on=event_to_review)
def evaluation(event: Event) -> ResponseReturnValue:
    """Show the newest finished evaluation of an event, and offer to evaluate."""
    done = (one for one in evaluations_of_event(event.id) if one.evaluation.finished_at)
    return _page(event, next(done, None))


@bp.post("/events/<public_id>/evaluation")
@requires(permissions.can_review, on=event_to_review)
def start_evaluation(event: Event) -> ResponseReturnValue:
    """Start an evaluation."""
    form = EvaluationForm()
    if not form.validate():
        return _page(event, None, form), 422
    made = services.start_evaluation(event, form.first.data, actor=g.user, now=utcnow())
    return redirect(url_for(".one_evaluation", public_id=made.public_id), 303)


@bp.get("/evaluations/<public_id>")
@requires(permissions.can_read_review, on=evaluation_to_show)
def one_evaluation(kept: KeptEvaluation) -> ResponseReturnValue:
    """Show one evaluation: under way, or what it found."""
    return _page(kept.event, kept)


@bp.get("/evaluations/<public_id>/progress")
@requires(permissions.can_read_review, on=evaluation_to_show)
def evaluation_progress(kept: KeptEvaluation) -> ResponseReturnValue:
    """Say how far an evaluation is, for the script that watches it."""
    return jsonify(progress_of(kept.job, words.STAGES))


@bp.post("/evaluations/<public_id>/cancel")
@requires(permissions.can_review, on=evaluation_to_show)
def cancel_evaluation(kept: KeptEvaluation) -> ResponseReturnValue:
    """Ask an evaluation to stop."""
    services.cancel_evaluation(kept, actor=g.user, now=utcnow())
    flash(_("The evaluation is being stopped. It leaves nothing behind."), "info")
    return redirect(url_for(".evaluation", public_id=kept.event.public_id), 303)


@bp.get("/evaluations/<public_id>/figures.csv")
@requires(permissions.can_read_review, on=finished_evaluation)
def evaluation_table(kept: KeptEvaluation) -> ResponseReturnValue:
    """Give the figures as a table, one figure a line."""
    assert kept.evaluation.figures is not None
    return csv_answer("evaluation", HEAD, lines_of(kept.evaluation.figures))


@bp.get("/evaluations/<public_id>/figures.json")
@requires(permissions.can_read_review, on=finished_evaluation)
def evaluation_data(kept: KeptEvaluation) -> ResponseReturnValue:
    """Give the figures as they are kept."""
    made = kept.evaluation
    data = {
        "event": kept.event.code,
        "evaluation": made.public_id,
        "created_at": made.created_at.isoformat(),
        **(made.figures or {}),
    }
    text = json.dumps(data, ensure_ascii=False, indent=2)
    answer = Response(text, mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="evaluation.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
