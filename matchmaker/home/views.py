"""The first page, and search."""

from __future__ import annotations

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.companies.queries import companies_of
from matchmaker.db.clock import utcnow
from matchmaker.home import queries, tasks
from matchmaker.reference.day_queries import office_day
from matchmaker.web.access import public, requires, signed_in
from matchmaker.web.forms import clean

bp = Blueprint("home", __name__)

LONGEST_SEARCH = 100


@bp.get("/")
@requires(public)
def index() -> ResponseReturnValue:
    """Show visitors what the service is for, and everybody else what to do next."""
    now = utcnow()
    events = queries.open_events(office_day(now))
    if g.user is None:
        way_in = current_app.extensions.get("example_way_in")
        return render_template(
            "home/welcome.html", events=events, example=way_in() if way_in else None
        )
    if g.user.is_staff:
        todo = tasks.officer_tasks(g.user, now)
        return render_template(
            "home/officer.html", tasks=todo, work=queries.work_at_events(office_day(now))
        )
    companies = [
        (company, tasks.company_tasks(company, g.user, now)) for company in companies_of(g.user)
    ]
    return render_template("home/member.html", companies=companies, events=events)


@bp.get("/company")
@requires(signed_in)
def own_company() -> ResponseReturnValue:
    """Lead to the page of the person's company; home lists them where there is not exactly one."""
    companies = companies_of(g.user)
    if len(companies) != 1:
        return redirect(url_for("home.index"), 303)
    return redirect(url_for("companies.page", public_id=companies[0].public_id), 303)


@bp.get("/search")
@requires(signed_in)
def search() -> ResponseReturnValue:
    """Find companies by name, city, product or need."""
    text = (clean(request.args.get("q")) or "")[:LONGEST_SEARCH]
    found = queries.companies_found(text, g.user) if text else []
    return render_template("home/search.html", text=text, found=found, most=queries.FOUND_MOST)
