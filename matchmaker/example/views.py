"""One-click sign-in and the mailbox page of example mode, on this machine only."""

from __future__ import annotations

import sqlalchemy as sa
from flask import (
    Blueprint,
    abort,
    current_app,
    has_request_context,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from matchmaker.accounts.identity import COOKIE_KEY
from matchmaker.accounts.models import UserSession
from matchmaker.accounts.services.sessions import hash_token, start_session
from matchmaker.config import Settings
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.example.way_in import on_this_machine, person_of
from matchmaker.jobs.models import OutboxMessage
from matchmaker.web.access import Person, requires
from matchmaker.web.i18n import language
from matchmaker.web.paging import asked_page, paginate

bp = Blueprint("example", __name__, url_prefix="/example")

MAILS_A_PAGE = 25


@bp.app_context_processor
def mailbox_link() -> dict[str, str]:
    """Tell pages that speak of a mail where it lies."""
    if not has_request_context() or not on_this_machine():
        return {}
    return {"example_mailbox": url_for("example.mailbox")}


def at_this_machine(_person: Person | None, _object: object = None) -> bool:
    """Whoever sits at this machine may try the example."""
    return on_this_machine()


@bp.post("/sign-in")
@requires(at_this_machine, before_second_factor=True, anonymous=True)
def sign_in() -> ResponseReturnValue:
    """Sign in as the example person of a role, in the language of the page that was pressed on.

    The officer's second factor counts as given.
    """
    settings: Settings = current_app.extensions["settings"]
    person = person_of(request.form.get("role", ""))
    if person is None:
        abort(404)
    now = utcnow()
    person.language = language()
    token = start_session(person, device="Example", settings=settings, now=now)
    if person.is_staff:
        db.session.execute(
            sa.update(UserSession)
            .where(UserSession.token_hash == hash_token(token))
            .values(second_factor_at=now)
        )
    session.clear()
    session[COOKIE_KEY] = token
    return redirect(url_for("home.index"), 303)


@bp.get("/mailbox")
@requires(at_this_machine, before_second_factor=True, anonymous=True)
def mailbox() -> ResponseReturnValue:
    """Show the mails that the service has written, the newest first."""
    newest = sa.select(OutboxMessage).order_by(OutboxMessage.id.desc())
    page = paginate(newest, number=asked_page(), size=MAILS_A_PAGE)
    return render_template("example/mailbox.html", page=page)


@bp.get("/mailbox/<public_id>")
@requires(at_this_machine, before_second_factor=True, anonymous=True)
def mail(public_id: str) -> ResponseReturnValue:
    """Show one mail as text, with its links alive."""
    found = db.session.scalars(
        sa.select(OutboxMessage).where(OutboxMessage.public_id == public_id)
    ).one_or_none()
    if found is None:
        abort(404)
    return render_template("example/mail.html", mail=found)
