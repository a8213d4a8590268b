"""Who reviews which sector, and how far everybody is."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.db.clock import utcnow
from matchmaker.events.models import Event
from matchmaker.matches import permissions
from matchmaker.matches.forms import AssignmentForm, assignment_form
from matchmaker.matches.queries.assignments import (
    SectorShare,
    officers,
    sector_shares,
    workloads,
)
from matchmaker.matches.queries.queue import event_to_review
from matchmaker.matches.services.assignments import DueDayPassedError, assign_sectors
from matchmaker.matches.views.blueprint import bp
from matchmaker.reference.day_queries import office_day
from matchmaker.web.access import requires


def _assignments_page(event: Event, sectors: list[SectorShare], form: AssignmentForm) -> str:
    return render_template(
        "matches/assignments.html",
        event=event,
        sectors=sectors,
        form=form,
        workloads=workloads(event.id, today=office_day(utcnow())),
        today=office_day(utcnow()),
        can_review=permissions.can_review(g.user),
    )


@bp.get("/events/<public_id>/assignments")
@requires(permissions.can_read_review, on=event_to_review)
def assignments(event: Event) -> ResponseReturnValue:
    """Show who reviews which sector and how far they are."""
    sectors = list(sector_shares(event.id))
    return _assignments_page(event, sectors, assignment_form(sectors, officers()))


@bp.post("/events/<public_id>/assignments")
@requires(permissions.can_review, on=event_to_review)
def assign(event: Event) -> ResponseReturnValue:
    """Set who reviews which sector."""
    sectors = list(sector_shares(event.id))
    form = assignment_form(sectors, officers())
    if not form.validate():
        return _assignments_page(event, sectors, form), 422
    try:
        assign_sectors(event, form.shares(sectors), actor=g.user, now=utcnow())
    except DueDayPassedError as error:
        form.refuse_days(error.sectors, str(error))
        return _assignments_page(event, sectors, form), error.status
    flash(_("The assignments are saved."), "success")
    return redirect(url_for(".assignments", public_id=event.public_id), 303)
