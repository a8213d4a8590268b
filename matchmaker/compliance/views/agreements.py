"""Agreements: the list, one of them, adding and changing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.companies.permissions import is_officer
from matchmaker.compliance import agreement_queries, permissions
from matchmaker.compliance.catalogue_queries import requirements_by_code, scheme_rows
from matchmaker.compliance.enums import BINDING_STAGES
from matchmaker.compliance.forms.agreements import AgreementForm, values_of
from matchmaker.compliance.models import Agreement
from matchmaker.compliance.services import agreements as services
from matchmaker.db.clock import utcnow
from matchmaker.engines.readiness.data import Ease
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError
from matchmaker.web.access import requires, signed_in

bp = Blueprint("agreements", __name__)


@bp.get("/agreements", endpoint="list")
@requires(signed_in)
def list_agreements() -> ResponseReturnValue:
    """List the agreements; officers see scenarios too."""
    found = agreement_queries.agreements(scenarios=is_officer(g.user))
    return render_template(
        "compliance/agreements/list.html",
        agreements=found,
        binding=[row for row in found if row.stage in BINDING_STAGES],
    )


@bp.get("/agreements/<public_id>")
@requires(permissions.can_see_agreement, on=agreement_queries.agreement)
def page(agreement: Agreement) -> ResponseReturnValue:
    """Show one agreement and what it accepts."""
    codes = {row.requirement_code for row in agreement.accepts}
    same_time = agreement_queries.overlaps(
        codes, agreement.starts_on, agreement.ends_on, except_id=agreement.id
    )
    return render_template(
        "compliance/agreements/page.html",
        agreement=agreement,
        requirements=requirements_by_code(codes),
        schemes=scheme_rows({row.certificate_code for row in agreement.accepts}),
        overlaps=[o for o in same_time if permissions.can_see_agreement(g.user, o.agreement)],
        binds=agreement.stage in BINDING_STAGES,
    )


def _edit_page(form: AgreementForm, agreement: Agreement | None, **more: Any) -> str:
    requirements = requirements_by_code().values()
    return render_template(
        "compliance/agreements/edit.html",
        form=form.spare(),
        agreement=agreement,
        easable=[r for r in requirements if r.mra_ease != Ease.NO and r.retired_at is None],
        titles={row.code: row.titles for row in requirements},
        schemes=scheme_rows(),
        **more,
    )


def _wants_rows(form: AgreementForm) -> bool:
    """Add empty rows where the button for it was pressed; nothing is saved then."""
    if "more_rows" not in request.form:
        return False
    form.spare(len(form.accepts.entries) + 5)
    return True


def _refused(
    form: AgreementForm, agreement: Agreement | None, error: MatchmakerError
) -> ResponseReturnValue:
    """Draw the form again with what the service did not take."""
    more: dict[str, Any] = {}
    if isinstance(error, services.WrongAgreementError):
        form.refuse(error)
    elif isinstance(error, services.OverlapError):
        more["overlaps"] = error.found
    else:
        more["said"] = str(error)
    if isinstance(error, ChangedMeanwhileError) and agreement is not None:
        form.renew(agreement.version)
    return _edit_page(form, agreement, **more), error.status


@bp.get("/agreements/new")
@requires(is_officer)
def add() -> ResponseReturnValue:
    """Show an empty form."""
    return _edit_page(AgreementForm(None, data={"stage": "scenario"}), None)


@bp.post("/agreements/new")
@requires(is_officer)
def save_new() -> ResponseReturnValue:
    """Add an agreement."""
    form = AgreementForm()
    if _wants_rows(form):
        return _edit_page(form, None)
    if not form.validate():
        return _edit_page(form, None), 422
    try:
        agreement = services.add_agreement(
            form.facts, both_apply=bool(form.both_apply.data), actor=g.user, now=utcnow()
        )
    except MatchmakerError as error:
        return _refused(form, None, error)
    flash(_("The agreement is saved."), "success")
    return redirect(url_for(".page", public_id=agreement.public_id), 303)


@bp.get("/agreements/<public_id>/edit")
@requires(is_officer, on=agreement_queries.agreement)
def edit(agreement: Agreement) -> ResponseReturnValue:
    """Show what is stored of an agreement, to change it."""
    return _edit_page(AgreementForm(None, data=values_of(agreement)), agreement)


@bp.post("/agreements/<public_id>/edit")
@requires(is_officer, on=agreement_queries.agreement)
def save(agreement: Agreement) -> ResponseReturnValue:
    """Change an agreement."""
    form = AgreementForm()
    if _wants_rows(form):
        return _edit_page(form, agreement)
    if not form.validate():
        return _edit_page(form, agreement), 422
    try:
        services.change_agreement(
            agreement,
            form.facts,
            both_apply=bool(form.both_apply.data),
            seen_version=form.seen_version,
            actor=g.user,
            now=utcnow(),
        )
    except MatchmakerError as error:
        return _refused(form, agreement, error)
    flash(_("The agreement is saved."), "success")
    return redirect(url_for(".page", public_id=agreement.public_id), 303)
