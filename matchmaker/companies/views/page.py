"""A company's page: what each reader may see of it."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from matchmaker.companies import page_queries, permissions
from matchmaker.companies.forms.business import BUSINESS_TYPE_LABELS
from matchmaker.companies.forms.size import SUPPLIER_LABELS
from matchmaker.companies.sight import SeenCompany
from matchmaker.companies.views.acts import say_act
from matchmaker.companies.views.blueprint import bp
from matchmaker.companies.wording_of_goods import PERIODS, UNITS
from matchmaker.reference.queries import certificate_schemes
from matchmaker.web.access import requires


def seen(public_id: str) -> SeenCompany:
    """Return the company as the one who asks meets it."""
    return page_queries.seen_company(public_id, asker=g.user)


@bp.get("/companies/<public_id>")
@requires(permissions.can_see_page, on=seen)
def page(seen: SeenCompany) -> ResponseReturnValue:
    """Show the company: all to those inside and to partners, the offer to the other side."""
    company = seen.company
    inside = permissions.can_see_inside(g.user, company)
    acts = page_queries.acts_for(company) if inside else ()
    return render_template(
        "companies/page.html",
        company=company,
        goods=page_queries.goods_of(company),
        inside=inside,
        can_edit=permissions.can_edit(g.user, company),
        is_member=permissions.role_in(g.user, company) is not None,
        sees_all=permissions.can_see_all(g.user, seen),
        schemes={scheme.code: scheme.names for scheme in certificate_schemes()},
        acts=[(entry, person, say_act(entry)) for entry, person in acts],
        business_types=BUSINESS_TYPE_LABELS,
        supplier_kinds=SUPPLIER_LABELS,
        units=UNITS,
        periods=PERIODS,
    )
