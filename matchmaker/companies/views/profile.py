"""A company's profile, in steps that save as you go."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import NoResultFound

from matchmaker.accounts.models import User
from matchmaker.companies import permissions, queries
from matchmaker.companies.completeness import (
    STEP_LABELS,
    checks_of,
    gaps,
    is_stale,
    steps_of,
)
from matchmaker.companies.enums import Step
from matchmaker.companies.forms.identity import ContactForm, IdentityForm
from matchmaker.companies.forms.profile import step_form
from matchmaker.companies.forms.size import HistoryForm
from matchmaker.companies.forms.steps import StepForm
from matchmaker.companies.models import Company
from matchmaker.companies.models.company import SME_MAX_TURNOVER_PKR
from matchmaker.companies.services.profile import RegisterNumberTakenError, save_step
from matchmaker.companies.views.blueprint import bp
from matchmaker.db.clock import utcnow
from matchmaker.errors import ChangedMeanwhileError
from matchmaker.web.access import requires


@dataclass(frozen=True, slots=True)
class Place:
    """One step of one company's profile."""

    company: Company
    step: Step


def place(public_id: str, step: str) -> Place:
    """Return a step of a profile, if a company of this kind has it."""
    company = queries.company_with_profile(public_id)
    if step not in steps_of(company):
        raise NoResultFound
    return Place(company, Step(step))


def can_fill_in(user: User | None, here: Place) -> bool:
    """Whoever may change the company may change each step of its profile."""
    return permissions.can_edit(user, here.company)


def _draw(here: Place, form: StepForm, *extra: str) -> str:
    steps = steps_of(here.company)
    missing = {gap.step for gap in gaps(here.company)}
    number = steps.index(here.step)
    return render_template(
        "companies/step.html",
        company=here.company,
        step=here.step,
        form=form,
        extra=extra,
        labels=STEP_LABELS,
        steps=steps,
        missing=missing,
        previous=steps[number - 1] if number else None,
        sme_limit=SME_MAX_TURNOVER_PKR,
    )


@bp.get("/companies/<public_id>/profile")
@requires(permissions.can_see_inside, on=queries.company_with_profile)
def profile(company: Company) -> ResponseReturnValue:
    """Show what stands in the profile, what is missing and why it matters."""
    missing = gaps(company)
    return render_template(
        "companies/profile.html",
        company=company,
        missing=missing,
        total=checks_of(company),
        steps=steps_of(company),
        labels=STEP_LABELS,
        stale=is_stale(company, now=utcnow()),
        can_edit=permissions.can_edit(g.user, company),
    )


@bp.get("/companies/<public_id>/profile/<step>")
@requires(can_fill_in, on=place)
def step(here: Place) -> ResponseReturnValue:
    """Show one step."""
    form = step_form(here.step, here.company)
    if isinstance(form, ContactForm) and permissions.role_in(g.user, here.company) is not None:
        form.propose(g.user.name, g.user.email)
    return _draw(here, form)


def _changed_rows(form: HistoryForm) -> bool:
    """Add or remove a row where a button asks for it, for those without script."""
    if "add_row" in request.form:
        form.add_row()
        return True
    if "remove_row" in request.form:
        form.remove_row(request.form["remove_row"])
        return True
    return False


@bp.post("/companies/<public_id>/profile/<step>")
@requires(can_fill_in, on=place)
def save(here: Place) -> ResponseReturnValue:
    """Save one step and go on to the next."""
    form = step_form(here.step, here.company, request.form)
    if isinstance(form, HistoryForm) and _changed_rows(form):
        return _draw(here, form)
    if not form.validate():
        return _draw(here, form), 422
    seen = form.version.data
    try:
        save_step(here.company, form.given(), actor=g.user, seen_version=seen, now=utcnow())
    except ChangedMeanwhileError as error:
        form.show_stored()
        form.renew(here.company.version)
        return _draw(here, form, str(error)), error.status
    except RegisterNumberTakenError as error:
        assert isinstance(form, IdentityForm)
        form.register_number.errors = [str(error)]
        return _draw(here, form), error.status
    flash(_("Saved: %(step)s", step=STEP_LABELS[here.step]), "success")
    return redirect(_next_url(here), 303)


def _next_url(here: Place) -> str:
    steps = steps_of(here.company)
    after = steps[steps.index(here.step) + 1 :]
    name = here.company.public_id
    if after and "leave" not in request.form:
        return url_for("companies.step", public_id=name, step=after[0])
    return url_for("companies.profile", public_id=name)
