"""Pairs of companies that are kept apart: adding, listing and lifting them."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.companies.models import Company
from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.matches import permissions
from matchmaker.matches.block_forms import BlockForm, CompanyBlockForm
from matchmaker.matches.models import BlockedPair, Suggestion
from matchmaker.matches.queries.blocked import (
    BlockFilter,
    block_to_lift,
    blocked_pairs,
    living_company,
    others_like,
)
from matchmaker.matches.queries.pair import suggestion_to_decide
from matchmaker.matches.services import blocked
from matchmaker.matches.views.blueprint import bp
from matchmaker.matches.views.queue import queue_url
from matchmaker.matches.words import terms
from matchmaker.web.access import requires, safe_next
from matchmaker.web.listing import chips, word
from matchmaker.web.paging import Page, asked_page, asked_size


def _page(asked: BlockFilter) -> Page[Any]:
    rows, total, number = blocked_pairs(asked, number=asked_page(), size=asked_size())
    return Page(rows, number, asked_size(), total)


def _say(aside: int) -> None:
    if aside:
        said = ngettext(
            "The two are kept apart. %(num)d suggestion that waited was put aside.",
            "The two are kept apart. %(num)d suggestions that waited were put aside.",
            aside,
        )
        flash(said, "success")
    else:
        flash(_("The two are kept apart. No suggestion of them was waiting."), "success")


@bp.get("/blocked-pairs", endpoint="blocked_pairs")
@requires(permissions.can_read_review)
def all_pairs() -> ResponseReturnValue:
    """List the pairs that are kept apart, or those that were."""
    asked = BlockFilter(text=word("q"), lifted=word("state") == "lifted")
    return render_template(
        "matches/blocked_pairs.html",
        page=_page(asked),
        asked=asked,
        chips=chips([("q", _("Company"), asked.text)]),
        terms=terms,
        can_review=permissions.can_review(g.user),
    )


def _suggestion_page(suggestion: Suggestion, form: BlockForm, problem: str | None = None) -> str:
    return render_template(
        "matches/block_suggestion.html", suggestion=suggestion, form=form, problem=problem
    )


@bp.get("/suggestions/<public_id>/block")
@requires(permissions.can_review, on=suggestion_to_decide)
def block_suggestion(suggestion: Suggestion) -> ResponseReturnValue:
    """Ask why the two companies of a suggestion are to be kept apart."""
    return _suggestion_page(suggestion, BlockForm(None))


@bp.post("/suggestions/<public_id>/block", endpoint="keep_apart")
@requires(permissions.can_review, on=suggestion_to_decide)
def keep_apart(suggestion: Suggestion) -> ResponseReturnValue:
    """Keep the two companies of a suggestion apart, and go back to the queue."""
    form = BlockForm()
    if not form.validate():
        return _suggestion_page(suggestion, form), 422
    exporter, buyer = suggestion.exhibitor.company, suggestion.buyer.company
    back = queue_url(suggestion.event, suggestion.public_id)
    try:
        _block, aside = blocked.keep_apart(
            exporter, buyer, form.grounds(), officer=g.user, now=utcnow()
        )
    except MatchmakerError as error:
        return _suggestion_page(suggestion, form, str(error)), error.status
    _say(aside)
    return redirect(back, 303)


def _company_page(
    company: Company, form: CompanyBlockForm | None, problem: str | None = None
) -> str:
    asked = BlockFilter(company_id=company.id, lifted=word("state") == "lifted")
    return render_template(
        "matches/blocked_of_company.html",
        company=company,
        page=_page(asked),
        asked=asked,
        form=form or _company_form(company, empty=True),
        problem=problem,
        typed=word("q"),
        terms=terms,
        can_review=permissions.can_review(g.user),
    )


def _company_form(company: Company, *, empty: bool = False) -> CompanyBlockForm:
    form = CompanyBlockForm(None) if empty else CompanyBlockForm()
    return form.offer(others_like(company, word("q")))


@bp.get("/companies/<public_id>/blocked-pairs")
@requires(permissions.can_read_review, on=living_company)
def blocked_of_company(company: Company) -> ResponseReturnValue:
    """Show whom a company is kept apart from, and let another company be chosen."""
    return _company_page(company, None)


@bp.post("/companies/<public_id>/blocked-pairs", endpoint="keep_company_apart")
@requires(permissions.can_review, on=living_company)
def keep_company_apart(company: Company) -> ResponseReturnValue:
    """Keep a company apart from another one."""
    form = _company_form(company)
    if not form.validate():
        return _company_page(company, form), 422
    try:
        _block, aside = blocked.keep_apart(
            company,
            living_company(form.other.data),
            form.grounds(),
            officer=g.user,
            now=utcnow(),
        )
    except MatchmakerError as error:
        return _company_page(company, form, str(error)), error.status
    _say(aside)
    return redirect(url_for(".blocked_of_company", public_id=company.public_id), 303)


@bp.post("/blocked-pairs/<public_id>/lift")
@requires(permissions.can_review, on=block_to_lift)
def lift(block: BlockedPair) -> ResponseReturnValue:
    """Let two companies be proposed to each other again, and go back to where it was pressed."""
    blocked.lift(block, officer=g.user, now=utcnow())
    flash(_("The two may be proposed to each other again, from the next run on."), "success")
    return redirect(safe_next(request.form.get("next")) or url_for(".blocked_pairs"), 303)
