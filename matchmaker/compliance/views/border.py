"""The border log: the list with its counts, one case, and what its company does about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.companies.models import Company
from matchmaker.companies.permissions import can_see_inside, is_officer
from matchmaker.compliance import border_queries, choices, paper_queries, permissions
from matchmaker.compliance import catalogue_wording as words
from matchmaker.compliance.border_queries import BorderFilter
from matchmaker.compliance.catalogue_queries import requirements_by_code
from matchmaker.compliance.enums import BorderAct, CorrectiveState
from matchmaker.compliance.forms.border import CaseForm, CorrectionForm, values_of
from matchmaker.compliance.forms.pick import Picked
from matchmaker.compliance.models import BorderCase, Requirement
from matchmaker.compliance.services import border as services
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError
from matchmaker.reference import queries as reference
from matchmaker.web.access import requires
from matchmaker.web.download import csv_answer
from matchmaker.web.i18n import best_text, language
from matchmaker.web.listing import asked_sort, chips, here_with, word
from matchmaker.web.paging import asked_page, asked_size, paginate

bp = Blueprint("border", __name__)
NEWEST_FIRST = "-happened"


def _asked() -> BorderFilter:
    """Read the filter from the address; nonsense filters nothing."""
    act, state, year = word("act"), word("state"), word("year")
    hs = word("hs").replace(".", "")
    return BorderFilter(
        text=word("q"),
        hs=hs if hs.isascii() and hs.isdigit() else (reference.resolve_hs(hs) or "" if hs else ""),
        sector=word("sector"),
        requirement=word("requirement"),
        act=BorderAct(act) if act in set(BorderAct) else None,
        state=CorrectiveState(state) if state in set(CorrectiveState) else None,
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
    )


def _title(code: str, known: dict[str, Requirement]) -> str:
    return best_text(known[code].titles)[0] if code in known else code


def _chips(asked: BorderFilter, known: dict[str, Requirement]) -> list[dict[str, Any]]:
    sectors = {row.code: best_text(row.names)[0] for row in reference.top_sectors()}
    given = (
        ("q", _("Words"), asked.text),
        ("hs", _("HS code"), asked.hs),
        ("sector", _("Sector"), sectors.get(asked.sector, asked.sector)),
        ("requirement", _("Requirement"), _title(asked.requirement, known)),
        ("act", _("What the authority did"), words.BORDER_ACTS[asked.act] if asked.act else ""),
        ("state", _("Progress"), words.CORRECTIVE_STATES[asked.state] if asked.state else ""),
        ("year", _("Year"), str(asked.year or "")),
    )
    return chips(given)


@bp.get("/border-log", endpoint="list")
@requires(permissions.can_read_border_log)
def list_cases() -> ResponseReturnValue:
    """List the cases as filtered, with how many there are by requirement and by goods."""
    asked, sort = _asked(), asked_sort(border_queries.SORTS, NEWEST_FIRST)
    known = requirements_by_code()
    statement = border_queries.cases(asked, sort=sort.key, descending=sort.descending)
    return render_template(
        "compliance/border/list.html",
        asked=asked,
        sort=sort,
        page=paginate(statement, number=asked_page(), size=asked_size()),
        counts=border_queries.counts(),
        by_requirement=border_queries.by_requirement(asked),
        by_product=border_queries.by_product(asked),
        most_bars=border_queries.MOST_BARS,
        requirements=known,
        sectors=reference.top_sectors(),
        chips=_chips(asked, known),
        here_with=here_with,
    )


@bp.get("/border-log/file")
@requires(permissions.can_read_border_log)
def file() -> ResponseReturnValue:
    """Give the list, as filtered, as a file."""
    asked, sort = _asked(), asked_sort(border_queries.SORTS, NEWEST_FIRST)
    rows = db.session.scalars(
        border_queries.cases(asked, sort=sort.key, descending=sort.descending)
    )
    known = requirements_by_code()
    head = (
        _("Day"),
        _("Port or airport"),
        _("Authority"),
        _("What the authority did"),
        _("Goods"),
        _("HS code"),
        _("Exporter"),
        _("Product"),
        _("Quantity"),
        _("Unit"),
        _("Requirement that was not met"),
        _("Cause"),
        _("Corrective action"),
        _("How far it is"),
        _("To be done by"),
        _("Done on"),
        _("Source"),
    )
    return csv_answer("border-log", head, (_cells(row, known) for row in rows))


def _cells(row: BorderCase, known: dict[str, Requirement]) -> tuple[Any, ...]:
    return (
        row.happened_on.isoformat(),
        row.place,
        row.authority,
        str(words.BORDER_ACTS[row.act]),
        row.goods,
        row.hs_code,
        row.company.name if row.company else None,
        row.product.name if row.product else None,
        f"{row.quantity.normalize():f}" if row.quantity is not None else None,
        str(words.UNITS[row.unit]) if row.unit else None,
        _title(row.requirement_code or "", known),
        row.cause,
        row.corrective,
        str(words.CORRECTIVE_STATES[row.corrective_state]),
        row.corrective_due.isoformat() if row.corrective_due else None,
        row.corrected_on.isoformat() if row.corrected_on else None,
        row.source,
    )


def _rows(found: Sequence[Picked]) -> ResponseReturnValue:
    return jsonify([asdict(row) for row in found])


@bp.get("/border-log/companies")
@requires(is_officer)
def find_companies() -> ResponseReturnValue:
    """Answer which exporters a typed text may mean."""
    return _rows(choices.exporters_found(word("q")))


@bp.get("/border-log/products")
@requires(is_officer)
def find_products() -> ResponseReturnValue:
    """Answer which products a typed text may mean."""
    return _rows(choices.products_found(word("q")))


def _draw(case: BorderCase, form: CorrectionForm | None = None, **more: Any) -> str:
    given = {"version": case.version, "corrective": case.corrective}
    return render_template(
        "compliance/border/page.html",
        case=case,
        requirement=requirements_by_code([case.requirement_code]).get(case.requirement_code)
        if case.requirement_code
        else None,
        hs=reference.hs_rows([case.hs_code] if case.hs_code else [], language=language()),
        units=words.UNITS,
        form=form or CorrectionForm(None, data=given),
        may_correct=permissions.can_correct_case(g.user, case),
        may_read_log=permissions.can_read_border_log(g.user),
        **more,
    )


@bp.get("/border-log/<public_id>")
@requires(permissions.can_see_case, on=border_queries.case)
def page(case: BorderCase) -> ResponseReturnValue:
    """Show one case to the office and to its company."""
    return _draw(case)


@bp.post("/border-log/<public_id>/correction")
@requires(permissions.can_correct_case, on=border_queries.case)
def correct(case: BorderCase) -> ResponseReturnValue:
    """Keep what the company does about a case."""
    form = CorrectionForm()
    if not form.validate():
        return _draw(case, form), 422
    try:
        services.write_correction(
            case,
            form.corrective.data or "",
            seen_version=form.seen_version,
            actor=g.user,
            now=utcnow(),
        )
    except ChangedMeanwhileError as error:
        form.renew(case.version)
        return _draw(case, form, said=str(error)), error.status
    flash(_("What you do about it is saved. The office closes the case."), "success")
    return redirect(url_for(".page", public_id=case.public_id), 303)


@bp.get("/companies/<public_id>/border-cases")
@requires(can_see_inside, on=paper_queries.exporter_with_members)
def of_company(company: Company) -> ResponseReturnValue:
    """List the cases of one company."""
    cases = border_queries.cases_of(company)
    return render_template(
        "compliance/border/company.html",
        company=company,
        cases=cases,
        requirements=requirements_by_code(
            {c.requirement_code for c in cases if c.requirement_code}
        ),
    )


def _edit_page(form: CaseForm, case: BorderCase | None, **more: Any) -> str:
    return render_template("compliance/border/edit.html", form=form, case=case, **more)


def _about(form: CaseForm) -> services.About:
    """Return the company and the product that were chosen."""
    companies = border_queries.exporters_named(form.company.data)
    products = border_queries.products_named(form.product.data)
    return services.About(companies[0] if companies else None, products[0] if products else None)


def _refused(
    form: CaseForm, case: BorderCase | None, error: MatchmakerError
) -> ResponseReturnValue:
    """Draw the form again with what the service did not take."""
    if isinstance(error, services.WrongCaseError):
        form.refuse(error.faults)
        return _edit_page(form, case), error.status
    if case is not None:
        form.renew(case.version)
    return _edit_page(form, case, said=str(error)), error.status


@bp.get("/border-log/new")
@requires(is_officer)
def add() -> ResponseReturnValue:
    """Show an empty form."""
    given: dict[str, Any] = {"language": language()}
    companies = border_queries.exporters_named(request.args.getlist("company")[:1])
    given["company"] = tuple(row.public_id for row in companies)
    return _edit_page(CaseForm(None, data=given).offer(), None)


@bp.post("/border-log/new")
@requires(is_officer)
def save_new() -> ResponseReturnValue:
    """Add a case."""
    form = CaseForm().offer()
    if not form.validate():
        return _edit_page(form, None), 422
    try:
        case = services.add_case(form.facts, _about(form), actor=g.user, now=utcnow())
    except services.WrongCaseError as error:
        return _refused(form, None, error)
    flash(_("The case is saved."), "success")
    return redirect(url_for(".page", public_id=case.public_id), 303)


@bp.get("/border-log/<public_id>/edit")
@requires(is_officer, on=border_queries.case)
def edit(case: BorderCase) -> ResponseReturnValue:
    """Show what is stored of a case, to change it."""
    return _edit_page(CaseForm(None, data=values_of(case)).offer(), case)


@bp.post("/border-log/<public_id>/edit")
@requires(is_officer, on=border_queries.case)
def save(case: BorderCase) -> ResponseReturnValue:
    """Change a case."""
    form = CaseForm().offer()
    if not form.validate():
        return _edit_page(form, case), 422
    try:
        services.change_case(
            case,
            form.facts,
            _about(form),
            seen_version=form.seen_version,
            actor=g.user,
            now=utcnow(),
        )
    except (services.WrongCaseError, ChangedMeanwhileError) as error:
        return _refused(form, case, error)
    flash(_("The case is saved."), "success")
    return redirect(url_for(".page", public_id=case.public_id), 303)
