"""The review queue, and what officers do in it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.events.models import Event
from matchmaker.matches import permissions
from matchmaker.matches.address import Place, place_from_address, place_from_form
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.forms import BulkForm, DecisionForm
from matchmaker.matches.models import Decision, Suggestion
from matchmaker.matches.queries.pair import (
    decision_to_undo,
    decisions_to_undo,
    suggestion_to_decide,
)
from matchmaker.matches.queries.queue import Flag, Sort, event_to_review
from matchmaker.matches.screen import queue_screen, said_left
from matchmaker.matches.services import decisions
from matchmaker.matches.views.blueprint import bp
from matchmaker.matches.words import terms
from matchmaker.web.access import requires


def _page(
    event: Event,
    place: Place,
    *,
    form: DecisionForm | None = None,
    open_id: str | None = None,
    problem: str | None = None,
) -> str:
    """Draw the queue, or of it only the pair that was asked for."""
    screen = queue_screen(
        event,
        place,
        g.user,
        open_id=open_id or request.args.get("open"),
        decided_id=request.args.get("decided"),
    )
    left = request.args.get("left", "")
    fragment = request.args.get("fragment") == "pair" and screen.pair is not None
    return render_template(
        "matches/_pair.html" if fragment else "matches/queue.html",
        screen=screen,
        form=form or DecisionForm(formdata=None),
        problem=problem,
        left=int(left) if left.isdecimal() and len(left) < 4 else 0,
        can_review=permissions.can_review(g.user),
        terms=terms,
        said_left=said_left,
        states=SuggestionState,
        flags=Flag,
        sorts=Sort,
    )


@bp.get("/events/<public_id>/suggestions")
@requires(permissions.can_read_review, on=event_to_review)
def queue(event: Event) -> ResponseReturnValue:
    """Show the suggestions to review, and the open pair beside them."""
    return _page(event, place_from_address(event.public_id))


@bp.post("/suggestions/<public_id>/decision")
@requires(permissions.can_review, on=suggestion_to_decide)
def decide(suggestion: Suggestion) -> ResponseReturnValue:
    """Add a decision; what was typed is kept when it cannot be added."""
    event, here = suggestion.event, suggestion.public_id
    form = DecisionForm()
    place = place_from_form(event.public_id, form.place.data)
    if not form.validate():
        return _page(event, place, form=form, open_id=here), 422
    seen = form.seen_version()
    try:
        decision = decisions.decide(
            suggestion, form.verdict(), officer=g.user, seen_version=seen, now=utcnow()
        )
    except MatchmakerError as error:
        answer = _page(event, place, form=form, open_id=here, problem=str(error))
        return answer, error.status
    return redirect(place.url(open=form.next.data, decided=decision.public_id), 303)


@bp.post("/decisions/<public_id>/undo")
@requires(permissions.can_review, on=decision_to_undo)
def undo(decision: Decision) -> ResponseReturnValue:
    """Take one's own last decision on a suggestion back, and open it again."""
    suggestion = decision.suggestion
    place = place_from_form(suggestion.event.public_id, request.form.get("place"))
    taken_back = decisions.undo(decision, officer=g.user, now=utcnow())
    return redirect(place.url(open=suggestion.public_id, decided=taken_back.public_id), 303)


@bp.post("/events/<public_id>/suggestions/decisions")
@requires(permissions.can_review, on=event_to_review)
def decide_many(event: Event) -> ResponseReturnValue:
    """Decide alike on those chosen; the changed ones are named and left as they are."""
    form = BulkForm()
    place = place_from_form(event.public_id, form.place.data)
    if not form.validate():
        first = next(iter(next(iter(form.errors.values()))))
        return _page(event, place, problem=str(first)), 422
    try:
        outcome = decisions.decide_many(
            event.id, form.seen_versions(), form.verdict(), officer=g.user, now=utcnow()
        )
    except decisions.ReasonMissingError as error:
        return _page(event, place, problem=str(error)), error.status
    _say(outcome)
    return redirect(place.url(**_became(outcome)), 303)


@bp.post("/decisions/<public_id>/undo-all")
@requires(permissions.can_review, on=decisions_to_undo)
def undo_many(found: Sequence[Decision]) -> ResponseReturnValue:
    """Take back what one decided at once; those changed meanwhile are counted and left."""
    place = place_from_form(found[0].suggestion.event.public_id, request.form.get("place"))
    outcome = decisions.undo_many(found, officer=g.user, now=utcnow())
    return redirect(place.url(open=outcome.done[0].public_id, **_became(outcome)), 303)


def _became(outcome: decisions.BulkOutcome) -> dict[str, str | None]:
    """Return what the queue's address says of a decision on many, so that its page says it."""
    return {
        "decided": outcome.last.public_id if outcome.last else None,
        "left": str(len(outcome.skipped)) if outcome.skipped else None,
    }


def _say(outcome: decisions.BulkOutcome) -> None:
    skipped = outcome.skipped
    if not (outcome.done or skipped):
        flash(_("Nothing was changed: all of them stand so already."), "info")
    if skipped:
        names = terms.listed(
            _(
                "%(exporter)s and %(buyer)s",
                exporter=terms.isolated(one.exhibitor.company.name),
                buyer=terms.isolated(one.buyer.company.name),
            )
            for one in skipped[:10]
        )
        flash(_("Changed meanwhile, and left as they are: %(names)s", names=names), "warning")


def queue_url(event: Event, open_id: str) -> str:
    """Return the queue's address with one suggestion open."""
    return url_for("matches.queue", public_id=event.public_id, open=open_id)
