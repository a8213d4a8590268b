"""Pages of applications: the company's and the officer's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms.fields.choices import SelectChoice

from matchmaker.companies.permissions import is_officer
from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.events.models import Event
from matchmaker.events.queries import event_with_sectors
from matchmaker.participation import permissions, queries, services
from matchmaker.participation.enums import (
    COMPANY_STEPS,
    DECISIONS,
    OFFICER_STEPS,
    WAITING,
    ApplicationKind,
    ApplicationState,
)
from matchmaker.participation.forms import (
    ApplicationForm,
    DecisionForm,
    ManyForm,
    WithdrawalForm,
    application_form,
)
from matchmaker.participation.models import Application
from matchmaker.web.access import requires
from matchmaker.web.i18n import best_text
from matchmaker.web.paging import asked_page, asked_size, paginate

bp = Blueprint("participation", __name__)
State = ApplicationState
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


def _asked_kind(asking: queries.Asking) -> ApplicationKind:
    kind = request.args.get("kind")
    return next((k for k in asking.kinds if k == kind), asking.kinds[0])


def _apply_page(
    asking: queries.Asking, form: ApplicationForm, *, status: int
) -> ResponseReturnValue:
    company = asking.company
    page = render_template(
        "participation/apply.html",
        asking=asking,
        event=asking.event,
        company=company,
        kind=_asked_kind(asking),
        form=form,
        goods=queries.goods_counts([company.id])[company.id],
    )
    return page, status


def _changeable(application: Application | None) -> bool:
    return application is None or State.SUBMITTED in COMPANY_STEPS[application.state]


@bp.route("/events/<public_id>/apply/<company_id>", methods=["GET", "POST"])
@requires(permissions.can_apply, on=queries.asking)
def apply(asking: queries.Asking) -> ResponseReturnValue:
    """Let a company ask to take part."""
    kind = _asked_kind(asking)
    application = asking.applications.get(kind)
    if application is not None and request.method == "GET" and not _changeable(application):
        return redirect(url_for(".application", public_id=application.public_id), 303)
    form = application_form(application)
    if not form.validate_on_submit():
        return _apply_page(asking, form, status=422 if form.is_submitted() else 200)
    wish = form.wish(kind, send=request.form.get("step") != "keep")
    seen, now = form.version.data, utcnow()
    try:
        application = services.apply(
            asking.event, asking.company, wish, actor=g.user, now=now, seen_version=seen
        )
    except MatchmakerError as error:
        form.form_errors = [str(error)]
        return _apply_page(asking, form, status=error.status)
    if wish.send:
        flash(_("The application is sent. We write to you about every step."), "success")
    else:
        flash(_("The draft is kept. It is not sent yet."), "success")
    return redirect(url_for(".application", public_id=application.public_id), 303)


def _application_page(
    application: Application,
    *,
    status: int = 200,
    decision: DecisionForm | None = None,
    withdrawal: WithdrawalForm | None = None,
) -> ResponseReturnValue:
    allowed = OFFICER_STEPS[application.state]
    decision = decision or DecisionForm(formdata=None, version=application.version)
    decision.state.choices = [SelectChoice(s.value, s.label) for s in DECISIONS if s in allowed]
    withdrawal = withdrawal or WithdrawalForm(formdata=None, version=application.version)
    may_withdraw = permissions.can_withdraw(g.user, application)
    page = render_template(
        "participation/application.html",
        application=application,
        event=application.event,
        company=application.company,
        steps=queries.steps_of(application),
        goods=queries.goods_of(application.company),
        decision=decision,
        withdrawal=withdrawal,
        for_office=is_officer(g.user),
        can_decide=bool(allowed) and permissions.can_decide(g.user),
        can_withdraw=may_withdraw and State.WITHDRAWN in COMPANY_STEPS[application.state],
        can_send=may_withdraw and _changeable(application),
    )
    return page, status


def _redrawn(form: DecisionForm | WithdrawalForm, version: int, error: MatchmakerError) -> None:
    """Let a refused form say why, and carry the version the page is drawn from now."""
    form.form_errors = [str(error)]
    form.version.process_data(version)
    form.version.raw_data = None


@bp.get("/applications/<public_id>")
@requires(permissions.can_see, on=queries.whole_application)
def application(application: Application) -> ResponseReturnValue:
    """Show one application, to the company and to the office."""
    return _application_page(application)


@bp.post("/applications/<public_id>/decision")
@requires(permissions.can_decide, on=queries.whole_application)
def decide(application: Application) -> ResponseReturnValue:
    """Take an officer's step."""
    form = DecisionForm()
    if not form.validate():
        return _application_page(application, decision=form, status=422)
    try:
        services.decide_application(
            application,
            form.decided(),
            officer=g.user,
            seen_version=form.version.data,
            reason=form.reason.data or "",
            now=utcnow(),
        )
    except MatchmakerError as error:
        _redrawn(form, application.version, error)
        return _application_page(application, decision=form, status=error.status)
    flash(_("The decision is kept, and the company is told."), "success")
    return redirect(url_for(".application", public_id=application.public_id), 303)


@bp.post("/applications/<public_id>/withdrawal")
@requires(permissions.can_withdraw, on=queries.whole_application)
def withdraw(application: Application) -> ResponseReturnValue:
    """Take an application back."""
    form = WithdrawalForm()
    if not form.validate():
        return _application_page(application, withdrawal=form, status=422)
    try:
        services.withdraw_application(
            application,
            actor=g.user,
            seen_version=form.version.data,
            reason=form.reason.data or "",
            now=utcnow(),
        )
    except MatchmakerError as error:
        _redrawn(form, application.version, error)
        return _application_page(application, withdrawal=form, status=error.status)
    flash(_("The application is withdrawn."), "success")
    return redirect(url_for(".application", public_id=application.public_id), 303)


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
        form.form_errors = form.form_errors or [_("Choose at least one application.")]
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
