"""How ready products are, as their company and the office read it; and the importer's duties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.companies import permissions, queries
from matchmaker.companies.models import Company, Need, Product
from matchmaker.compliance import duties as duty_list
from matchmaker.compliance import overview, paper_queries, wording
from matchmaker.compliance.catalogue_queries import requirements_by_code, scheme_rows
from matchmaker.compliance.forms.product import AnswersForm, DaysForm
from matchmaker.compliance.pack import standard_pack
from matchmaker.compliance.product_page import stages_of
from matchmaker.compliance.readiness_queries import asked_attributes
from matchmaker.compliance.services.attributes import answer_questions
from matchmaker.db.clock import utcnow
from matchmaker.errors import ChangedMeanwhileError
from matchmaker.reference import queries as reference
from matchmaker.reference.day_queries import office_day
from matchmaker.web.access import requires
from matchmaker.web.i18n import language

bp = Blueprint("compliance", __name__)


@bp.app_context_processor
def words() -> dict[str, Any]:
    """Tell every page how readiness is said."""
    return {"readiness_words": wording}


def _draw(product: Product, answers: AnswersForm, **more: Any) -> str:
    asked = DaysForm(request.args)
    asked.validate()
    days = asked.days(office_day(utcnow()))
    known = overview.is_known(product)
    hs = reference.hs_rows([product.hs_code] if product.hs_code else [], language=language())
    return render_template(
        "compliance/product.html",
        product=product,
        company=product.company,
        hs=hs.get(product.hs_code or ""),
        days=days,
        form=asked,
        answers=answers,
        stages=stages_of(product, days) if known else (),
        desks=standard_pack().desks,
        may_edit=permissions.can_edit_its(g.user, product),
        **more,
    )


def _asked(product: Product) -> tuple[str, ...]:
    return asked_attributes(product) if overview.is_known(product) else ()


@bp.get("/products/<public_id>/readiness", endpoint="product")
@requires(permissions.can_see_its, on=queries.product_to_edit)
def show_product(product: Product) -> ResponseReturnValue:
    """Say whether Japan lets the product in, and what is missing."""
    given = {"version": product.version, "attributes": product.attributes}
    return _draw(product, AnswersForm(None, data=given).offer(_asked(product)))


@bp.post("/products/<public_id>/attributes")
@requires(permissions.can_edit_its, on=queries.product_to_edit)
def answer(product: Product) -> ResponseReturnValue:
    """Keep what is true of the product; the answer follows at once."""
    form = AnswersForm(request.form).offer(_asked(product))
    if not form.validate():
        return _draw(product, form), 422
    try:
        answer_questions(
            product, form.chosen, seen_version=form.seen_version, actor=g.user, now=utcnow()
        )
    except ChangedMeanwhileError as error:
        form.renew(product.version)
        return _draw(product, form, said=str(error)), error.status
    here = url_for("compliance.product", public_id=product.public_id, **_kept_days())
    return redirect(here, 303)


def _kept_days() -> Mapping[str, Any]:
    kept = ("shipment", "exhibit", "in_japan")
    return {name: request.args[name] for name in kept if request.args.get(name)}


@bp.get("/companies/<public_id>/readiness", endpoint="company")
@requires(permissions.can_see_inside, on=paper_queries.exporter_with_members)
def show_company(company: Company) -> ResponseReturnValue:
    """List a company's products with what stands between them and Japan."""
    today = office_day(utcnow())
    offered = paper_queries.products_on_offer(company)
    answers = overview.answers_for(company, offered, as_of=today)
    first = [answer.worst for answer in answers if answer.worst]
    return render_template(
        "compliance/company.html",
        company=company,
        answers=sorted(answers, key=overview.level_rank),
        requirements=requirements_by_code({row.requirement.code for row in first}),
        schemes=scheme_rows(overview.first_schemes(first)),
        soon=overview.lapse_soon(paper_queries.papers_of(company), today),
        may_edit=permissions.can_edit(g.user, company),
    )


@bp.get("/needs/<public_id>/duties")
@requires(permissions.can_see_its, on=queries.need_to_edit)
def duties(need: Need) -> ResponseReturnValue:
    """List what the importer has to do itself for the goods it looks for."""
    codes = [row.hs_code for row in need.hs_codes]
    known = bool(codes or need.sector_code)
    return render_template(
        "compliance/duties.html",
        need=need,
        company=need.company,
        known=known,
        duties=duty_list.duties_of(need) if known else (),
        hs=reference.hs_rows(codes, language=language()),
    )
