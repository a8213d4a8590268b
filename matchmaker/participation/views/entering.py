"""Entering companies for an event on their behalf."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.companies.models import Company
from matchmaker.companies.queries import company_with_members
from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.events.models import Event
from matchmaker.events.queries import event_with_sectors, open_events
from matchmaker.participation import entry_queries, permissions, queries, services
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.views.blueprint import bp
from matchmaker.web.access import requires
from matchmaker.web.forms import clean
from matchmaker.web.paging import asked_page, asked_size, paginate

MOST_AT_ONCE = 100


def _asked() -> entry_queries.EntryFilter:
    """Read the filter from the address; nonsense filters nothing."""
    buys = request.args.get("kind") == ApplicationKind.BUYER
    return entry_queries.EntryFilter(
        kind=ApplicationKind.BUYER if buys else ApplicationKind.EXHIBITOR,
        text=request.args.get("q", "").replace("\x00", "").strip()[:200],
    )


def _companies_page(
    event: Event, problem: str = "", chosen: tuple[str, ...] = (), *, status: int = 200
) -> ResponseReturnValue:
    asked = _asked()
    statement = entry_queries.companies_to_enter(event, asked)
    found = paginate(statement, number=asked_page(), size=asked_size())
    numbers = [company.id for company in found.rows]
    page = render_template(
        "participation/enter.html",
        event=event,
        asked=asked,
        kinds=ApplicationKind,
        page=found,
        goods=queries.goods_counts(numbers),
        refusing=queries.refusing(numbers),
        problem=problem,
        chosen=chosen,
    )
    return page, status


@bp.get("/events/<public_id>/applications/new")
@requires(permissions.can_decide, on=event_with_sectors)
def choose_companies(event: Event) -> ResponseReturnValue:
    """List the companies that do not take part yet."""
    return _companies_page(event)


@bp.post("/events/<public_id>/applications/new")
@requires(permissions.can_decide, on=event_with_sectors)
def enter_companies(event: Event) -> ResponseReturnValue:
    """Send applications on behalf of the companies ticked in the list."""
    ticked = request.form.getlist("chosen")[:MOST_AT_ONCE]
    chosen = tuple(public_id for text in ticked if (public_id := clean(text)))
    if not chosen:
        return _companies_page(event, _("Choose at least one company."), status=422)
    kind, now = _asked().kind, utcnow()
    try:
        entered = services.enter_many(event, kind, chosen, officer=g.user, now=now)
    except MatchmakerError as error:
        return _companies_page(event, str(error), chosen, status=error.status)
    number, left = len(entered.done), entered.left
    if number:
        text = ngettext("%(num)d company is entered.", "%(num)d companies are entered.", number)
        flash(text, "success")
    if left:
        flash(
            ngettext(
                "%(num)d company was left alone: it has applied meanwhile.",
                "%(num)d companies were left alone: they have applied meanwhile.",
                left,
            ),
            "warning",
        )
    state = ApplicationState.SUBMITTED
    waiting = url_for(".applications", public_id=event.public_id, kind=kind, state=state)
    return redirect(waiting, 303)


@bp.get("/companies/<public_id>/events")
@requires(permissions.can_enter, on=company_with_members)
def choose_event(company: Company) -> ResponseReturnValue:
    """List the events that an officer can enter a company for."""
    return render_template(
        "participation/choose_event.html",
        company=company,
        events=open_events(utcnow()),
        kinds=queries.kinds_of(company),
        sent=entry_queries.applications_of_company(company),
    )
