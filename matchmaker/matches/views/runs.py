"""Match runs: starting, watching, looking at what they gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.db.clock import utcnow
from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.score import Weights
from matchmaker.events.models import Event
from matchmaker.jobs.enums import ENDED
from matchmaker.jobs.queries import progress_of
from matchmaker.matches import permissions
from matchmaker.matches.forms import RunForm, run_form
from matchmaker.matches.models import MatchRun
from matchmaker.matches.queries.learned import (
    learned_at_hand,
    learned_in_use,
    learned_model_or_none,
)
from matchmaker.matches.queries.queue import event_to_review
from matchmaker.matches.queries.runs import (
    companies_by_public_id,
    joined_since_run,
    not_agreed_at,
    run_to_show,
    runs_of_event,
)
from matchmaker.matches.services import runs as services
from matchmaker.matches.views.blueprint import bp
from matchmaker.matches.words import learning, terms
from matchmaker.matches.words.text_model import ROADS
from matchmaker.web.access import requires


def _runs_page(event: Event, form: RunForm | None = None) -> str:
    found = runs_of_event(event.id)
    learned = learned_at_hand()
    return render_template(
        "matches/runs.html",
        event=event,
        runs=found,
        running=next((run for run in found if run.job and run.job.state not in ENDED), None),
        form=form or run_form(_to_begin_with(found), learned.current),
        learned=learned,
        terms=terms,
        since_run=joined_since_run(event.id) if permissions.can_review(g.user) else None,
        can_review=permissions.can_review(g.user),
    )


def _to_begin_with(found: Sequence[MatchRun]) -> services.Settled:
    """Return what the form offers of its own: the last limits, the last weights of the office."""
    if not found or "defaults" in request.args:
        return services.Settled(Weights(), Limits())
    chosen = next((run for run in found if run.learned is None), None)
    weights = services.settled_of(chosen).weights if chosen is not None else Weights()
    return replace(services.settled_of(found[0]), weights=weights)


@bp.get("/events/<public_id>/runs")
@requires(permissions.can_read_review, on=event_to_review)
def runs(event: Event) -> ResponseReturnValue:
    """List the runs of an event, and offer to start one."""
    return _runs_page(event)


@bp.post("/events/<public_id>/runs")
@requires(permissions.can_review, on=event_to_review)
def start_run(event: Event) -> ResponseReturnValue:
    """Start a run with the weights and limits chosen."""
    form = RunForm()
    form.offer(learned_in_use())
    if not form.validate():
        return _runs_page(event, form), 422
    run = services.start_run(event, form.settled(), actor=g.user, now=utcnow())
    return redirect(url_for(".run", public_id=run.public_id), 303)


@bp.get("/runs/<public_id>")
@requires(permissions.can_read_review, on=run_to_show)
def run(found: MatchRun) -> ResponseReturnValue:
    """Show one run: under way, or what it gave and who was left without."""
    unmatched = (found.summary or {}).get("unmatched", [])
    return render_template(
        "matches/run.html",
        run=found,
        event=found.event,
        unmatched=unmatched,
        companies=companies_by_public_id([one["company"] for one in unmatched]),
        not_agreed=not_agreed_at(found.event_id) if found.finished_at else (),
        progress=progress_of(found.job, terms.STAGES),
        learnt=learned_model_or_none(found.learned),
        learning=learning,
        roads=ROADS,
        terms=terms,
        can_review=permissions.can_review(g.user),
    )


@bp.get("/runs/<public_id>/progress")
@requires(permissions.can_read_review, on=run_to_show)
def progress(found: MatchRun) -> ResponseReturnValue:
    """Say how far a run is, for the script that watches it."""
    return jsonify(progress_of(found.job, terms.STAGES))


@bp.post("/runs/<public_id>/cancel")
@requires(permissions.can_review, on=run_to_show)
def cancel_run(found: MatchRun) -> ResponseReturnValue:
    """Ask a run to stop."""
    services.cancel_run(found, actor=g.user, now=utcnow())
    flash(_("The run is being stopped. It leaves nothing behind."), "info")
    return redirect(url_for(".runs", public_id=found.event.public_id), 303)
