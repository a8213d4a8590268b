"""A company's papers: the list, one paper, entering, correcting, withdrawing."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.companies.models import Company
from matchmaker.companies.permissions import can_edit, can_see_inside
from matchmaker.compliance import (
    catalogue_queries,
    overview,
    paper_queries,
    permissions,
    scheme_search,
)
from matchmaker.compliance.forms.papers import DecisionForm, PaperForm
from matchmaker.compliance.models import HeldPaper
from matchmaker.compliance.services import papers as services
from matchmaker.compliance.wording import (
    PAPER_STATES,
    PAPER_TAGS,
    REFUSALS,
    step_words,
)
from matchmaker.config import Settings
from matchmaker.db.base import random_id
from matchmaker.db.clock import utcnow
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError
from matchmaker.reference import queries as reference
from matchmaker.reference.day_queries import office_day
from matchmaker.web.access import requires, signed_in

bp = Blueprint("papers", __name__)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


@bp.app_context_processor
def words() -> dict[str, Any]:
    """Tell every page how papers are called and how long they last."""
    return {
        "paper_states": PAPER_STATES,
        "paper_tags": PAPER_TAGS,
        "paper_refusals": REFUSALS,
        "paper_step": step_words,
        "paper_days_left": lambda paper: overview.days_left(paper, office_day(utcnow())),
    }


@bp.get("/companies/<public_id>/certificates", endpoint="list")
@requires(can_see_inside, on=paper_queries.exporter_with_members)
def list_papers(company: Company) -> ResponseReturnValue:
    """List a company's papers, those that end first on top."""
    withdrawn = request.args.get("withdrawn")
    gone = paper_queries.withdrawn_of(company, withdrawn) if withdrawn else None
    papers = paper_queries.papers_of(company)
    return render_template(
        "compliance/papers.html",
        company=company,
        papers=papers,
        withdrawn=gone,
        soon=overview.lapse_soon(papers, office_day(utcnow())),
        may_edit=can_edit(g.user, company),
    )


@bp.get("/certificates/schemes")
@requires(signed_in)
def schemes() -> ResponseReturnValue:
    """Answer what a typed text may mean, for the list beneath the field."""
    found = scheme_search.search(reference.certificate_schemes(), request.args.get("q", "")[:200])
    rows = [scheme_search.as_row(scheme) for scheme in found]
    return jsonify(
        [{"code": r.code, "display": "", "name": r.name, "path": r.issuer} for r in rows]
    )


def _draw_choice(company: Company) -> str:
    """Let the company say which certificate it is: first those that its products lack."""
    known = {scheme.code: scheme for scheme in reference.certificate_schemes()}
    text = request.args.get("scheme_text", "")[:200]
    offered = paper_queries.products_on_offer(company)
    loaded = catalogue_queries.state() is not None
    answers = overview.answers_for(company, offered if loaded else (), as_of=office_day(utcnow()))
    wanted = [known[code] for code in overview.wanted_schemes(answers) if code in known]
    return render_template(
        "compliance/paper_choice.html",
        company=company,
        text=text,
        found=scheme_search.search(known.values(), text),
        wanted=wanted,
    )


def _form(company: Company, paper: HeldPaper | None, *, sent: bool, **given: Any) -> PaperForm:
    form = PaperForm() if sent else PaperForm(None, data=given)
    products = {p.public_id: p for p in (paper.products if paper else ())}
    products |= {p.public_id: p for p in paper_queries.products_on_offer(company)}
    return form.offer(reference.certificate_schemes(), list(products.values()))


def _draw(company: Company, form: PaperForm, paper: HeldPaper | None = None, **more: Any) -> str:
    return render_template(
        "compliance/paper_edit.html",
        company=company,
        paper=paper,
        form=form,
        scheme=paper_queries.scheme(form.scheme_code.data or ""),
        **more,
    )


@bp.get("/companies/<public_id>/certificates/new")
@requires(can_edit, on=paper_queries.exporter_with_members)
def add(company: Company) -> ResponseReturnValue:
    """Ask which certificate it is, then what is printed on it."""
    scheme = paper_queries.scheme(request.args.get("scheme", ""))
    if scheme is None:
        return _draw_choice(company)
    given = {"scheme_code": scheme.code, "new_id": random_id()}
    product = request.args.get("product")
    scope = {"scope": "some", "products": [product]} if product else {}
    return _draw(company, _form(company, None, sent=False, **given, **scope))


def _refused(form: PaperForm, error: MatchmakerError) -> dict[str, Any]:
    """Say beside the form what the service did not take; return what the page needs besides."""
    if isinstance(error, services.SamePaperError):
        return {"standing": error.standing, "said": str(error)}
    if error.status in {413, 415}:
        form.scan.errors = [*form.scan.errors, str(error)]
        return {}
    return {"said": str(error)}


def _is_good(form: PaperForm) -> bool:
    if not form.validate():
        return False
    return not form.refuse(services.faults(form.facts, now=utcnow()))


@bp.post("/companies/<public_id>/certificates/new")
@requires(can_edit, on=paper_queries.exporter_with_members)
def save_new(company: Company) -> ResponseReturnValue:
    """Enter a paper; it waits for the office."""
    form = _form(company, None, sent=True)
    if not _is_good(form):
        return _draw(company, form), 422
    try:
        paper = services.add_paper(
            company,
            form.facts,
            public_id=form.public_id,
            scan=form.sent_scan(_settings().files_path),
            actor=g.user,
            now=utcnow(),
        )
    except MatchmakerError as error:
        return _draw(company, form, **_refused(form, error)), error.status
    flash(
        _("The certificate is saved. It counts as soon as the office has verified it."), "success"
    )
    return redirect(url_for("papers.page", public_id=paper.public_id), 303)


@bp.get("/certificates/<public_id>")
@requires(permissions.can_see_paper, on=paper_queries.paper)
def page(paper: HeldPaper) -> ResponseReturnValue:
    """Show one paper, its scan and what happened to it."""
    return draw_paper(paper, DecisionForm(None, data={"version": paper.version}))


def just_decided() -> HeldPaper | None:
    """Return the paper that the officer decided before this page, to undo it."""
    decided = request.args.get("decided")
    return paper_queries.paper_or_none(decided) if decided else None


def draw_paper(paper: HeldPaper, form: DecisionForm, **more: Any) -> str:
    """Draw the page of a paper; officers get the decision beside the scan."""
    may_decide = permissions.can_decide_paper(g.user, paper)
    return render_template(
        "compliance/paper.html",
        paper=paper,
        company=paper.company,
        steps=paper_queries.steps_of(paper),
        form=form,
        may_edit=permissions.can_edit_paper(g.user, paper),
        may_decide=may_decide,
        decided=just_decided() if may_decide else None,
        **more,
    )


@bp.get("/certificates/<public_id>/edit")
@requires(permissions.can_edit_paper, on=paper_queries.paper)
def edit(paper: HeldPaper) -> ResponseReturnValue:
    """Show what is stored of a paper, to correct it."""
    if paper.state not in services.CORRECTABLE:
        return redirect(url_for("papers.page", public_id=paper.public_id), 303)
    return _draw(
        paper.company, _form(paper.company, paper, sent=False, **PaperForm.values(paper)), paper
    )


@bp.post("/certificates/<public_id>/edit")
@requires(permissions.can_edit_paper, on=paper_queries.paper)
def save(paper: HeldPaper) -> ResponseReturnValue:
    """Correct a paper; one that was verified waits for the office again."""
    company, public_id = paper.company, paper.public_id
    form = _form(company, paper, sent=True)
    if not _is_good(form):
        return _draw(company, form, paper), 422
    try:
        services.correct_paper(
            paper,
            form.facts,
            seen_version=form.seen_version,
            scan=form.sent_scan(_settings().files_path),
            actor=g.user,
            now=utcnow(),
        )
    except MatchmakerError as error:
        # What was written half-way is forgotten; the page shows the paper as it stands.
        paper = paper_queries.paper(public_id)
        if isinstance(error, ChangedMeanwhileError):
            form.renew(paper.version)
        return _draw(paper.company, form, paper, **_refused(form, error)), error.status
    flash(_("The certificate is saved."), "success")
    return redirect(url_for("papers.page", public_id=public_id), 303)


@bp.post("/certificates/<public_id>/withdrawal")
@requires(permissions.can_edit_paper, on=paper_queries.paper)
def withdraw(paper: HeldPaper) -> ResponseReturnValue:
    """Withdraw a paper; the list offers to undo it."""
    services.withdraw_paper(paper, actor=g.user, now=utcnow())
    here = url_for("papers.list", public_id=paper.company.public_id, withdrawn=paper.public_id)
    return redirect(here, 303)


@bp.post("/certificates/<public_id>/restoration")
@requires(permissions.can_edit_paper, on=paper_queries.paper)
def restore(paper: HeldPaper) -> ResponseReturnValue:
    """Bring a withdrawn paper back."""
    services.restore_paper(paper, actor=g.user, now=utcnow())
    flash(_("The certificate is back in your list."), "success")
    return redirect(url_for("papers.list", public_id=paper.company.public_id), 303)
