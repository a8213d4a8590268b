"""What the market asks: the list for everybody, one requirement, and its editing by officers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.companies.permissions import is_officer
from matchmaker.compliance import catalogue_wording as words
from matchmaker.compliance import choices, requirement_queries, wording
from matchmaker.compliance.catalogue_queries import scheme_rows, state
from matchmaker.compliance.forms.pick import Picked
from matchmaker.compliance.forms.requirements import ReasonForm, RequirementForm, values_of
from matchmaker.compliance.models import Requirement
from matchmaker.compliance.requirement_queries import RequirementFilter
from matchmaker.compliance.services import requirements as services
from matchmaker.db.clock import utcnow
from matchmaker.engines.readiness.data import CheckStage, Kind
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError
from matchmaker.reference import queries as reference
from matchmaker.reference.models import Sector
from matchmaker.web.access import requires, signed_in
from matchmaker.web.i18n import best_text, language
from matchmaker.web.listing import asked_sort, chips, page_of, word

bp = Blueprint("requirements", __name__)


@bp.app_context_processor
def catalogue_words() -> dict[str, Any]:
    """Tell every page how requirements, agreements and border cases are said."""
    return {"catalogue_words": words, "is_officer": is_officer}


def _typed_hs() -> str:
    """Return the digits of an HS code that the address names, by digits or by a word."""
    typed = word("hs").replace(".", "")
    if typed.isascii() and typed.isdigit():
        return typed[:10]
    return (reference.resolve_hs(typed) or "") if typed else ""


def _asked() -> RequirementFilter:
    return RequirementFilter(
        text=word("q"),
        sector=word("sector"),
        hs=_typed_hs(),
        kind=word("kind"),
        measure=word("measure"),
        verified=word("verified"),
        stage=word("stage"),
        authority=word("authority"),
        retired=word("retired"),
    )


def _named(text: str, named: Any) -> Any:
    return next((label for code, label in named.items() if code == text), text)


def _chips(asked: RequirementFilter, sectors: Sequence[Sector]) -> list[dict[str, Any]]:
    names = {row.code: best_text(row.names)[0] for row in sectors}
    retired = {"yes": _("Only retired"), "all": _("Retired too")}
    given = (
        ("q", _("Words"), asked.text),
        ("sector", _("Sector"), names.get(asked.sector, asked.sector)),
        ("hs", _("HS code"), asked.hs),
        ("kind", _("Who asks"), _named(asked.kind, wording.KINDS)),
        ("measure", _("Measure"), _named(asked.measure, words.MEASURES)),
        ("verified", _("Checked"), _named(asked.verified, wording.VERIFIED)),
        ("stage", _("When it is looked at"), _named(asked.stage, words.CHECK_STAGES)),
        ("authority", _("Authority"), asked.authority),
        ("retired", _("Retired"), retired.get(asked.retired, "")),
    )
    return chips(given)


@bp.get("/requirements", endpoint="list")
@requires(signed_in)
def list_requirements() -> ResponseReturnValue:
    """List what the market asks, as filtered."""
    asked, sort = _asked(), asked_sort(requirement_queries.SORTS, "title")
    sectors = reference.sectors()
    found = requirement_queries.requirements(asked, sort=sort.key, descending=sort.descending)
    return render_template(
        "compliance/requirements/list.html",
        asked=asked,
        sort=sort,
        typed_hs=word("hs"),
        page=page_of(found),
        counts=requirement_queries.counts(),
        loaded=state(),
        sectors=sectors,
        chips=_chips(asked, sectors),
        kinds=Kind,
        stages=(CheckStage.EVENT, CheckStage.SHIPMENT),
    )


def _draw(row: Requirement, form: ReasonForm | None = None, **more: Any) -> str:
    history = requirement_queries.history(row.code)
    named = {code for v in history for change in v.changes for code in _codes(change)}
    return render_template(
        "compliance/requirements/page.html",
        requirement=row,
        schemes=scheme_rows({*row.met_by, *row.partly_met_by, *row.prerequisites, *named}),
        sectors={s.code: s for s in reference.sectors()},
        hs=reference.hs_rows(row.hs_prefixes, language=language()),
        programmes=requirement_queries.programmes_for(row.code),
        touches=requirement_queries.agreements_on(row.code, scenarios=is_officer(g.user)),
        history=history,
        attributes=wording.ATTRIBUTES | {"event_in_japan": words.EVENT_ATTRIBUTE},
        form=form or ReasonForm(None, data={"version": row.version}),
        **more,
    )


def _codes(change: requirement_queries.FieldChange) -> list[str]:
    if change.name not in {"met_by", "partly_met_by", "prerequisites"}:
        return []
    return [*(change.before or ()), *(change.after or ())]


@bp.get("/requirements/<code>")
@requires(signed_in, on=requirement_queries.requirement)
def page(row: Requirement) -> ResponseReturnValue:
    """Show one requirement with all that belongs to it, and its history."""
    return _draw(row)


def _rows(found: Sequence[Picked]) -> ResponseReturnValue:
    return jsonify([asdict(row) for row in found])


@bp.get("/requirements/sectors")
@requires(is_officer)
def find_sectors() -> ResponseReturnValue:
    """Answer which sectors a typed text may mean."""
    return _rows(choices.find_sectors(word("q")))


@bp.get("/requirements/names")
@requires(is_officer)
def find() -> ResponseReturnValue:
    """Answer which requirements a typed text may mean."""
    return _rows(choices.find_requirements(word("q")))


def _edit_page(form: RequirementForm, row: Requirement | None, **more: Any) -> str:
    return render_template("compliance/requirements/edit.html", form=form, requirement=row, **more)


@bp.get("/requirements/new")
@requires(is_officer)
def add() -> ResponseReturnValue:
    """Show an empty form."""
    given = {"jurisdiction": "JP", "code": "REQ-", "mra_ease": "no", "verified": "no"}
    return _edit_page(RequirementForm(None, data=given).offer(), None)


@bp.post("/requirements/new")
@requires(is_officer)
def save_new() -> ResponseReturnValue:
    """Add a requirement."""
    form = RequirementForm().offer()
    if not form.validate():
        return _edit_page(form, None), 422
    try:
        row = services.add_requirement(
            form.code.data,
            form.content,
            reason=form.reason.data or "",
            actor=g.user,
            now=utcnow(),
        )
    except services.WrongContentError as error:
        form.refuse(error.faults)
        return _edit_page(form, None), error.status
    except services.CodeTakenError as error:
        form.refuse({"code": str(error)})
        return _edit_page(form, None), error.status
    flash(_("The requirement is added. The readiness of products is being renewed."), "success")
    return redirect(url_for(".page", code=row.code), 303)


@bp.get("/requirements/<code>/edit")
@requires(is_officer, on=requirement_queries.requirement)
def edit(row: Requirement) -> ResponseReturnValue:
    """Show what is stored of a requirement, to change it."""
    return _edit_page(RequirementForm(None, data=values_of(row)).offer(), row)


@bp.post("/requirements/<code>/edit")
@requires(is_officer, on=requirement_queries.requirement)
def save(row: Requirement) -> ResponseReturnValue:
    """Change a requirement; readiness is worked out anew."""
    form, code = RequirementForm().offer(), row.code
    form.code.data = code
    if not form.validate():
        return _edit_page(form, row), 422
    try:
        services.change_requirement(
            row,
            form.content,
            reason=form.reason.data or "",
            seen_version=form.seen_version,
            actor=g.user,
            now=utcnow(),
        )
    except services.WrongContentError as error:
        form.refuse(error.faults)
        return _edit_page(form, row), error.status
    except ChangedMeanwhileError as error:
        form.renew(row.version)
        return _edit_page(form, row, said=str(error)), error.status
    flash(_("The requirement is saved. The readiness of products is being renewed."), "success")
    return redirect(url_for(".page", code=code), 303)


def _step(row: Requirement, act: Callable[..., Any], done: str) -> ResponseReturnValue:
    """Take a step that only asks for a reason."""
    form = ReasonForm()
    if not form.validate():
        return _draw(row, form), 422
    try:
        act(
            reason=form.reason.data or "",
            seen_version=form.seen_version,
            actor=g.user,
            now=utcnow(),
        )
    except MatchmakerError as error:
        if isinstance(error, ChangedMeanwhileError):
            form.renew(row.version)
        return _draw(row, form, said=str(error)), error.status
    flash(done, "success")
    return redirect(url_for(".page", code=row.code), 303)


@bp.post("/requirements/<code>/retirement")
@requires(is_officer, on=requirement_queries.requirement)
def retire(row: Requirement) -> ResponseReturnValue:
    """Ask for a requirement no longer."""
    done = _("The requirement is retired: nobody is asked for it any more.")
    return _step(row, lambda **given: services.retire(row, **given), done)


@bp.post("/requirements/<code>/taking-up")
@requires(is_officer, on=requirement_queries.requirement)
def take_up(row: Requirement) -> ResponseReturnValue:
    """Ask for a retired requirement again."""
    done = _("The requirement is asked for again.")
    return _step(row, lambda **given: services.take_up(row, **given), done)


@bp.post("/requirements/<code>/versions/<number>")
@requires(is_officer, on=requirement_queries.requirement_in_version)
def bring_back(found: requirement_queries.InVersion) -> ResponseReturnValue:
    """Let a requirement read as in an earlier version."""
    row, old = found.requirement, found.revision
    done = _("The requirement reads as in version %(number)s again.", number=old.number)
    return _step(row, lambda **given: services.bring_back(row, old, **given), done)
