"""A company's suggested partners, as its people see them."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from matchmaker.companies.models import Company
from matchmaker.companies.permissions import can_see_inside
from matchmaker.companies.queries import company_with_members
from matchmaker.db.clock import utcnow
from matchmaker.matches.partners import partners_of
from matchmaker.matches.permissions import can_read_review
from matchmaker.matches.queries.following import is_being_followed, waiting_of
from matchmaker.matches.queries.partners import wants_suggestions
from matchmaker.matches.views.blueprint import bp
from matchmaker.matches.words import terms
from matchmaker.reference.day_queries import office_day
from matchmaker.web.access import requires


@bp.get("/companies/<public_id>/matches")
@requires(can_see_inside, on=company_with_members)
def of_company(company: Company) -> ResponseReturnValue:
    """Show who is suggested to a company and why, without contacts and prices."""
    return render_template(
        "matches/of_company.html",
        company=company,
        partners=partners_of(company, sees_all=can_read_review(g.user)),
        agreed=wants_suggestions(company),
        being_followed=is_being_followed(company.id),
        waiting=waiting_of(company.id, today=office_day(utcnow())),
        reviews=can_read_review(g.user),
        terms=terms,
    )
