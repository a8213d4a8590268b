"""How an event stands, and the list of its applications, for the officer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.events.models import Event
from matchmaker.events.queries import event_with_sectors
from matchmaker.participation import permissions, queries, services
from matchmaker.participation.enums import (
    DECISIONS,
    WAITING,
    ApplicationKind,
    ApplicationState,
)
from matchmaker.participation.forms import ManyForm
from matchmaker.participation.views.blueprint import bp
from matchmaker.web.access import requires
from matchmaker.web.i18n import best_text
from matchmaker.web.paging import asked_page, asked_size, paginate

MOST_AT_ONCE = 100


@bp.get("/events/<public_id>/overview")
@requires(permissions.can_decide, on=event_with_sectors)
def overview(event: Event) -> ResponseReturnValue:
    """Show the officer how an event stands and what to do next."""
    return render_template(
        "participation/overview.html",
        event=event,
        counts=queries.counts(event),
        kinds=ApplicationKind,
        states=ApplicationState,
        waiting=sorted(WAITING),
    )


@dataclass(frozen=True, slots=True)
class Sort:
    """By what the list is sorted; stands in the address as `applied` or `-applied`."""

    key: str
    descending: bool

    def url(self, key: str) -> str:
        """Return the address of the list by another column, or turned round."""
        turned = key == self.key and not self.descending
        return _list_url(sort=f"-{key}" if turned else key, page=None)


def _list_url(**changes: Any) -> str:
    """Return the address of the list as it is asked for, but for some arguments."""
    arguments = {**request.args.to_dict(flat=False), "left": None, **changes}
    return url_for(".applications", **(arguments | (request.view_args or {})))


def _asked() -> queries.ListFilter:
    """Read the filter from the address; nonsense filters nothing."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    sort = request.args.get("sort", "")
    return queries.ListFilter(
        text=request.args.get("q", "").replace("\x00", "").strip()[:200],
        kind=ApplicationKind(kind) if kind in set(ApplicationKind) else None,
        state=ApplicationState(state) if state in set(ApplicationState) else None,
        sector=request.args.get("sector") or None,
        refusing=request.args.get("suggestions") == "no",
        sort=sort.removeprefix("-") if sort.removeprefix("-") in queries.SORTS else "applied",
        descending=sort.startswith("-"),
    )


def _chips(asked: queries.ListFilter, sectors: dict[str, str]) -> list[dict[str, str]]:
    """Return the filters in force, each with the address of the list without it."""
    given = (
        ("q", _("Company"), asked.text),
        ("kind", _("Kind"), asked.kind.label if asked.kind else ""),
        ("state", _("State"), asked.state.label if asked.state else ""),
        ("sector", _("Sector"), sectors.get(asked.sector or "", asked.sector or "")),
        ("suggestions", _("Suggestions"), _("Not agreed to") if asked.refusing else ""),
    )
    return [
        {"label": label, "value": value, "remove_url": _list_url(**{name: None, "page": None})}
        for name, label, value in given
        if value
    ]


def _list_page(
    event: Event,
    *,
    form: ManyForm | None = None,
    chosen: set[str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    asked = _asked()
    sectors = {sector.code: best_text(sector.names)[0] for sector in event.sectors}
    statement = queries.applications(event, asked)
    found = paginate(statement, number=asked_page(), size=asked_size())
    page = render_template(
        "participation/applications.html",
        event=event,
        asked=asked,
        sort=Sort(asked.sort, asked.descending),
        chips=_chips(asked, sectors),
        sectors=sectors,
        kinds=ApplicationKind,
        states=ApplicationState,
        decisions=DECISIONS,
        page=found,
        counts=queries.counts(event),
        goods=queries.goods_counts([row.company_id for row in found.rows]),
        refusing=queries.refusing([row.company_id for row in found.rows]),
        left=queries.applications_named(event, request.args.getlist("left")[:MOST_AT_ONCE]),
        form=form or ManyForm(formdata=None),
        chosen=chosen or set(),
    )
    return page, status


@bp.get("/events/<public_id>/applications")
@requires(permissions.can_decide, on=event_with_sectors)
def applications(event: Event) -> ResponseReturnValue:
    """List an event's applications for the officer."""
    return _list_page(event)


def _chosen() -> dict[str, int]:
    """Read the rows ticked, each as its public id and the version it was drawn from."""
    pairs = (text.rpartition(".") for text in request.form.getlist("chosen")[:MOST_AT_ONCE])
    return {
        public_id: int(version)
        for public_id, _dot, version in pairs
        if public_id and version.isdecimal() and len(version) < 10
    }


@bp.post("/events/<public_id>/applications")
@requires(permissions.can_decide, on=event_with_sectors)
def decide_many(event: Event) -> ResponseReturnValue:
    """Take the same step with the applications ticked in the list."""
    form, chosen = ManyForm(), _chosen()
    if not form.validate() or not chosen:
        if not chosen:
            form.form_errors = [_("Choose at least one application.")]
        return _list_page(event, form=form, chosen=set(chosen), status=422)
    try:
        done = services.decide_many(
            event,
            chosen,
            ApplicationState(form.state.data),
            officer=g.user,
            reason=form.reason.data or "",
            now=utcnow(),
        )
    except MatchmakerError as error:
        form.reason.errors = [str(error)]
        return _list_page(event, form=form, chosen=set(chosen), status=error.status)
    number = len(done.done)
    flash(
        ngettext(
            "%(num)d application decided. Members with an account are told by mail.",
            "%(num)d applications decided. Members with an account are told by mail.",
            number,
        ),
        "success" if number else "warning",
    )
    left = [application.public_id for application in done.left]
    return redirect(_list_url(left=left), 303)
