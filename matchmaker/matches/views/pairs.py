"""Adding a pair that the model missed."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.events.models import Event
from matchmaker.matches import permissions
from matchmaker.matches.forms import PairForm
from matchmaker.matches.queries import choices
from matchmaker.matches.queries.queue import event_to_review
from matchmaker.matches.services.pairs import NamedPair
from matchmaker.matches.services.pairs import add_pair as add
from matchmaker.matches.views.blueprint import bp
from matchmaker.matches.views.queue import queue_url
from matchmaker.web.access import requires


def _pair_form() -> PairForm:
    form = PairForm()
    exporter, buyer = request.values.get("exporter", ""), request.values.get("buyer", "")
    form.product.choices = [
        SelectChoice(p.public_id, p.name) for p in choices.products_of(exporter)
    ]
    form.need.choices = [SelectChoice(n.public_id, n.title) for n in choices.needs_of(buyer)]
    return form


def _pair_page(event: Event, form: PairForm, problem: str | None = None) -> str:
    return render_template(
        "matches/add_pair.html",
        event=event,
        form=form,
        exporters=choices.exporters_at(event.id),
        buyers=choices.buyers_at(event.id),
        exporter=request.values.get("exporter", ""),
        buyer=request.values.get("buyer", ""),
        problem=problem,
    )


@bp.route("/events/<public_id>/suggestions/new", methods=["GET", "POST"])
@requires(permissions.can_review, on=event_to_review)
def add_pair(event: Event) -> ResponseReturnValue:
    """Choose two companies, then their product and need, and say why."""
    form = _pair_form()
    if not form.validate_on_submit():
        return _pair_page(event, form), 422 if form.is_submitted() else 200
    named = NamedPair(form.product.data, form.need.data)
    try:
        added = add(event, named, officer=g.user, note=form.note.data, now=utcnow())
    except MatchmakerError as error:
        return _pair_page(event, form, str(error)), error.status
    flash(_("The pair is added. It is open here, and waits for a decision."), "success")
    return redirect(queue_url(event, added.public_id), 303)
