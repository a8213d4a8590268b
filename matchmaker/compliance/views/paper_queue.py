"""The officers' queue of papers that wait, and their decisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matchmaker.accounts.models import User
from matchmaker.companies.permissions import is_officer
from matchmaker.compliance import paper_queries, permissions
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.forms.papers import DecisionForm
from matchmaker.compliance.models import HeldPaper
from matchmaker.compliance.services import paper_decisions as services
from matchmaker.compliance.views.papers import bp, draw_paper, just_decided
from matchmaker.db.clock import utcnow
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError
from matchmaker.web.access import requires
from matchmaker.web.paging import asked_page, asked_size, paginate

__all__ = ["bp", "decide", "waiting"]

LISTED = (PaperState.SUBMITTED, PaperState.VERIFIED, PaperState.REFUSED, PaperState.REVOKED)


def _asked_state() -> PaperState:
    asked = request.args.get("state", "")
    return next((state for state in LISTED if state == asked), PaperState.SUBMITTED)


@bp.get("/certificates")
@requires(is_officer)
def waiting() -> ResponseReturnValue:
    """List the papers in a state, those that have waited longest first."""
    state = _asked_state()
    return render_template(
        "compliance/papers_waiting.html",
        page=paginate(paper_queries.queue(state), number=asked_page(), size=asked_size()),
        state=state,
        states=LISTED,
        counts=paper_queries.counts_by_state(),
        decided=just_decided(),
    )


def _verify(paper: HeldPaper, form: DecisionForm, officer: User, now: datetime) -> None:
    services.verify_paper(paper, seen_version=form.seen_version, officer=officer, now=now)


def _refuse(paper: HeldPaper, form: DecisionForm, officer: User, now: datetime) -> None:
    services.refuse_paper(
        paper,
        form.chosen_refusal,
        form.note.data or "",
        seen_version=form.seen_version,
        officer=officer,
        now=now,
    )


def _revoke(paper: HeldPaper, form: DecisionForm, officer: User, now: datetime) -> None:
    services.revoke_paper(
        paper, form.note.data or "", seen_version=form.seen_version, officer=officer, now=now
    )


def _undo(paper: HeldPaper, form: DecisionForm, officer: User, now: datetime) -> None:
    services.reopen_paper(paper, seen_version=form.seen_version, officer=officer, now=now)


ACTS: dict[str, Callable[[HeldPaper, DecisionForm, User, datetime], None]] = {
    "verify": _verify,
    "refuse": _refuse,
    "revoke": _revoke,
    "undo": _undo,
}


@bp.post("/certificates/<public_id>/decision")
@requires(permissions.can_decide_paper, on=paper_queries.paper)
def decide(paper: HeldPaper) -> ResponseReturnValue:
    """Add the officer's decision on one paper, and open the next that waits."""
    form = DecisionForm(request.form)
    if not form.validate():
        return draw_paper(paper, form), 422
    try:
        ACTS[form.act.data](paper, form, g.user, utcnow())
    except services.ReasonMissingError as error:
        wrong = form.note if form.chosen_refusal or form.act.data == "revoke" else form.refusal
        wrong.errors = [str(error)]
        return draw_paper(paper, form), error.status
    except MatchmakerError as error:
        if isinstance(error, ChangedMeanwhileError):
            form.renew(paper.version)
        return draw_paper(paper, form, said=str(error)), error.status
    return redirect(_next(paper, form.act.data), 303)


def _next(paper: HeldPaper, act: str) -> str:
    if act in {"undo", "revoke"}:
        return url_for("papers.page", public_id=paper.public_id)
    following = paper_queries.next_waiting(paper)
    if following is None:
        return url_for("papers.waiting", decided=paper.public_id)
    return url_for("papers.page", public_id=following, decided=paper.public_id)
