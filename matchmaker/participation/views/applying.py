"""One application: sent by a company, decided by an officer, taken back."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from matchmaker.companies.permissions import is_officer
from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.participation import permissions, queries, services
from matchmaker.participation.enums import (
    COMPANY_STEPS,
    DECISIONS,
    OFFICER_STEPS,
    ApplicationKind,
    ApplicationState,
)
from matchmaker.participation.forms import (
    ApplicationForm,
    DecisionForm,
    WithdrawalForm,
    application_form,
)
from matchmaker.participation.models import Application
from matchmaker.participation.views.blueprint import bp
from matchmaker.web.access import requires

State = ApplicationState


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
        refuses=bool(queries.refusing([company.id])),
    )
    return page, status


@bp.route("/events/<public_id>/apply/<company_id>", methods=["GET", "POST"])
@requires(permissions.can_apply, on=queries.asking)
def apply(asking: queries.Asking) -> ResponseReturnValue:
    """Let a company ask to take part."""
    kind = _asked_kind(asking)
    application = asking.applications.get(kind)
    if application and request.method == "GET" and not application.can_be_sent:
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
        refuses=bool(queries.refusing([application.company_id])),
        decision=decision,
        withdrawal=withdrawal,
        for_office=is_officer(g.user),
        can_decide=bool(allowed) and permissions.can_decide(g.user),
        can_withdraw=may_withdraw and State.WITHDRAWN in COMPANY_STEPS[application.state],
        can_send=may_withdraw and application.can_be_sent,
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
            seen_version=form.version.data or 0,
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
            seen_version=form.version.data or 0,
            reason=form.reason.data or "",
            now=utcnow(),
        )
    except MatchmakerError as error:
        _redrawn(form, application.version, error)
        return _application_page(application, withdrawal=form, status=error.status)
    flash(_("The application is withdrawn."), "success")
    return redirect(url_for(".application", public_id=application.public_id), 303)
