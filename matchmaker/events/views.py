"""Pages of the calendar and of an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_interval, format_skeleton, get_timezone_gmt
from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.exc import NoResultFound

from matchmaker.companies.models import Company
from matchmaker.companies.permissions import can_edit
from matchmaker.companies.queries import companies_of
from matchmaker.db.clock import utcnow
from matchmaker.errors import ChangedMeanwhileError
from matchmaker.events import permissions, queries, services
from matchmaker.events.enums import EventKind
from matchmaker.events.forms import (
    FIRST_YEAR,
    LAST_YEAR,
    EventForm,
    PublicationForm,
    event_form,
)
from matchmaker.events.ics import calendar_file as write_calendar_file
from matchmaker.events.models import Event
from matchmaker.mail.services import link
from matchmaker.reference.day_queries import office_day
from matchmaker.reference.queries import country_of_side
from matchmaker.web.access import public, requires
from matchmaker.web.formats import say_date
from matchmaker.web.i18n import language
from matchmaker.web.paging import asked_page, asked_size, paginate

bp = Blueprint("events", __name__)
KEPT_S, KEPT_MOST = 60, 300
_kept: dict[tuple[str, int, int, str, int, int], tuple[Markup, Markup]] = {}


RUNS = {
    "en": (" – ", ("EEE d", "EEE d MMM yyyy"), ("EEE d MMM", "EEE d MMM yyyy")),
    "ja": ("～", ("yyyy年M月d日（EEE）", "d日（EEE）"), ("yyyy年M月d日（EEE）", "M月d日（EEE）")),
}
"""Between the days; the two days of one month; those of one year."""


def say_days(first: date, last: date) -> str:
    """Write a run of days: Fri 23 – Sun 25 Oct 2026, 2026年10月23日（金）～25日（日）."""
    code = language()
    if first == last:
        return say_date(first)
    if code not in RUNS or first.year != last.year:
        return format_interval(first, last, "yMMMEd", locale=code)
    between, same_month, same_year = RUNS[code]
    patterns = same_month if first.month == last.month else same_year
    days = zip((first, last), patterns, strict=True)
    return between.join(format_date(day, pattern, locale=code) for day, pattern in days)


def say_month(day: date) -> str:
    """Write a month: October 2026, 2026年10月."""
    return format_skeleton("yMMMM", day, locale=language())


def say_offset(moment: datetime) -> str:
    """Write how far a moment's zone is from UTC then: UTC+05:00."""
    return get_timezone_gmt(moment, locale="en").replace("GMT", "UTC")


bp.add_app_template_filter(say_days, "days")
bp.add_app_template_filter(say_month, "month")
bp.add_app_template_filter(say_offset, "utc_offset")


def _month(text: str) -> date | None:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return month if FIRST_YEAR <= month.year <= LAST_YEAR else None


def _asked() -> queries.CalendarFilter:
    """Read the filter from the address; nonsense filters nothing."""
    kind = request.args.get("kind", "")
    return queries.CalendarFilter(
        sector=request.args.get("sector") or None,
        country=request.args.get("country") or None,
        month=_month(request.args.get("month", "")),
        kind=EventKind(kind) if kind in set(EventKind) else None,
        unpublished=permissions.can_see_unpublished(g.user),
    )


@bp.get("/events")
@requires(public)
def calendar() -> ResponseReturnValue:
    """Show the events there are: the next one first, past ones below."""
    asked, today = _asked(), office_day(utcnow())
    page = paginate(queries.calendar(asked, today=today), number=asked_page(), size=asked_size())
    return render_template(
        "events/calendar.html",
        asked=asked,
        choices=queries.calendar_choices(unpublished=asked.unpublished),
        kinds=EventKind,
        page=page,
        upcoming=[event for event in page.rows if event.ends_on >= today],
        past=[event for event in page.rows if event.ends_on < today],
        can_run=permissions.can_run(g.user),
    )


def _shown_event(public_id: str) -> queries.ShownEvent:
    """Load an event for everybody; to those who may not see it yet it does not exist."""
    shown = queries.shown_event(public_id)
    if not permissions.can_see(g.user, shown.event):
        raise NoResultFound
    return shown


@dataclass(frozen=True, slots=True)
class OwnCompanies:
    """The companies the reader may bring to an event, by what they would come as."""

    exporters: list[Company]
    buyers: list[Company]


def _own_companies() -> OwnCompanies:
    own = [c for c in companies_of(g.user) if can_edit(g.user, c)] if g.user else []
    return OwnCompanies(
        exporters=[c for c in own if c.is_exporter],
        buyers=[c for c in own if c.is_buyer or c.is_sourcing_office],
    )


def _draw(event: Event) -> tuple[Markup, Markup]:
    """Draw the head and the body of an event's page."""
    can_run = permissions.can_run(g.user)
    coming = queries.who_is_coming(event)
    hero = render_template("events/_hero.html", event=event, own=_own_companies(), can_run=can_run)
    body = render_template("events/_body.html", event=event, coming=coming, can_run=can_run)
    return Markup(hero), Markup(body)  # noqa: S704  (drawn by our templates, which escape)


def _drawn(shown: queries.ShownEvent) -> tuple[Markup, Markup]:
    """Return the head and the body, for visitors from memory: many of them open the same page.

    They are drawn anew when the event changes, when somebody joins or leaves, when the application
    window or the event begins or ends, and after a minute, as companies change what they offer.
    """
    if g.user is not None:
        return _draw(shown.event)
    event, now = shown.event, utcnow()
    steps = (event.applications_open_at, event.applications_close_at, event.begins_at)
    phase = sum(now >= moment for moment in (*steps, event.over_at))
    minute = int(now.timestamp()) // KEPT_S
    key = (event.public_id, event.version, shown.taking_part, language(), phase, minute)
    drawn = _kept.get(key)
    if drawn is None:
        drawn = _draw(event)
        if len(_kept) >= KEPT_MOST:
            _kept.clear()
        _kept[key] = drawn  # another thread may clear at any moment: answer with what is at hand
    return drawn


@bp.get("/events/<public_id>")
@requires(public, on=_shown_event)
def page(shown: queries.ShownEvent) -> ResponseReturnValue:
    """Show one event to everybody."""
    hero, body = _drawn(shown)
    can_run = permissions.can_run(g.user)
    return render_template(
        "events/page.html", event=shown.event, hero=hero, body=body, can_run=can_run
    )


@bp.get("/events/<public_id>.ics")
@requires(public, on=_shown_event)
def calendar_file(shown: queries.ShownEvent) -> ResponseReturnValue:
    """Give an event as a file for the reader's own calendar."""
    event = shown.event
    body = write_calendar_file(event, url=link("events.page", public_id=event.public_id))
    answer = Response(body, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{event.code}.ics"'
    return answer


@bp.route("/events/new", methods=["GET", "POST"])
@requires(permissions.can_run)
def create() -> ResponseReturnValue:
    """Add an event."""
    form = EventForm(country=country_of_side("exporter"), time_zone="")
    if not form.validate_on_submit():
        return _form_page(form, None, status=422 if form.is_submitted() else 200)
    try:
        event = services.create_event(form.details(), actor=g.user, now=utcnow())
    except services.CodeTakenError as error:
        form.code.errors = [str(error)]
        return _form_page(form, None, status=error.status)
    flash(_("The event is saved. Only the office sees it until you publish it."), "success")
    return redirect(url_for(".page", public_id=event.public_id), 303)


@bp.route("/events/<public_id>/edit", methods=["GET", "POST"])
@requires(permissions.can_run, on=queries.event_with_sectors)
def edit(event: Event) -> ResponseReturnValue:
    """Change an event."""
    form = event_form(event)
    if not form.validate_on_submit():
        return _form_page(form, event, status=422 if form.is_submitted() else 200)
    seen = form.version.data or 0
    try:
        services.change_event(event, form.details(), seen_version=seen, actor=g.user, now=utcnow())
    except services.CodeTakenError as error:
        form.code.errors = [str(error)]
        return _form_page(form, event, status=error.status)
    except ChangedMeanwhileError as error:
        form.form_errors = [
            str(error),
            _("What you typed still stands below. Save again to put it in place of theirs."),
        ]
        form.version.process_data(event.version)
        form.version.raw_data = None
        return _form_page(form, event, status=error.status)
    flash(_("The event is saved."), "success")
    return redirect(url_for(".page", public_id=event.public_id), 303)


def _form_page(form: EventForm, event: Event | None, *, status: int) -> ResponseReturnValue:
    return render_template("events/edit.html", form=form, event=event), status


@bp.post("/events/<public_id>/publish")
@requires(permissions.can_run, on=queries.event_with_sectors)
def publish(event: Event) -> ResponseReturnValue:
    """Show an event to everybody."""
    form = PublicationForm()
    seen = form.version.data or 0
    services.publish_event(event, seen_version=seen, actor=g.user, now=utcnow())
    flash(_("The event is published: everybody can see it."), "success")
    return redirect(url_for(".page", public_id=event.public_id), 303)


@bp.post("/events/<public_id>/unpublish")
@requires(permissions.can_run, on=queries.event_with_sectors)
def unpublish(event: Event) -> ResponseReturnValue:
    """Hide an event from everybody but staff."""
    form = PublicationForm()
    seen = form.version.data or 0
    services.unpublish_event(event, seen_version=seen, actor=g.user, now=utcnow())
    flash(_("The event is hidden: only the office sees it."), "success")
    return redirect(url_for(".page", public_id=event.public_id), 303)
