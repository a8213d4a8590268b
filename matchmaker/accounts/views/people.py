"""Everybody who has an account: administrators keep people out, and let them in again."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts import permissions, queries
from matchmaker.accounts.models import User
from matchmaker.accounts.services import disabling
from matchmaker.accounts.services.staff import role_name
from matchmaker.accounts.views.blueprint import after_fresh_password, bp
from matchmaker.db.clock import utcnow
from matchmaker.web.access import requires
from matchmaker.web.forms import SHORT, clean
from matchmaker.web.paging import asked_page, asked_size, paginate


def _person_to_change(public_id: str) -> User:
    return queries.person_to_change(public_id, asker=g.user)


@bp.get("/people")
@requires(permissions.can_see_people)
def people() -> ResponseReturnValue:
    """Find somebody by name or address."""
    text = (clean(request.args.get("q")) or "")[:SHORT]
    page = paginate(queries.people_named(text), number=asked_page(), size=asked_size())
    return render_template("accounts/people.html", page=page, text=text, role_name=role_name)


@bp.get("/people/<public_id>")
@requires(permissions.can_see_people, on=queries.user_by_public_id)
@after_fresh_password
def person(found: User) -> ResponseReturnValue:
    """Show one person, and the button that keeps her out or lets her in."""
    return render_template(
        "accounts/person.html",
        person=found,
        role=role_name(found.role),
        can_disable=permissions.can_disable(g.user, found),
    )


@bp.post("/people/<public_id>/disable")
@requires(permissions.can_disable, on=_person_to_change)
@after_fresh_password
def disable(found: User) -> ResponseReturnValue:
    """Keep a person out."""
    disabling.disable(found, actor=g.user, now=utcnow())
    flash(_("The person is signed out everywhere and kept out."), "success")
    return redirect(url_for("accounts.person", public_id=found.public_id), 303)


@bp.post("/people/<public_id>/enable")
@requires(permissions.can_disable, on=_person_to_change)
@after_fresh_password
def enable(found: User) -> ResponseReturnValue:
    """Let a person in again."""
    disabling.enable(found, actor=g.user, now=utcnow())
    flash(_("The person may sign in again."), "success")
    return redirect(url_for("accounts.person", public_id=found.public_id), 303)
