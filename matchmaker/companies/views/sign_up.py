"""Registering a company."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.services.sign_up import register
from matchmaker.companies.enums import Side
from matchmaker.companies.forms.sign_up import AddCompanyForm, SignUpForm
from matchmaker.companies.services.register import register_company, sign_up_company
from matchmaker.companies.views.blueprint import bp
from matchmaker.db.base import random_id
from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.web.access import public, requires, signed_in
from matchmaker.web.i18n import language
from matchmaker.web.limits import limiter


def _asked_side() -> Side | None:
    kind = request.args.get("kind", "")
    return Side(kind) if kind in set(Side) else None


def _draw(side: Side, form: SignUpForm | AddCompanyForm, *extra: str) -> str:
    return render_template("companies/sign_up.html", side=side, form=form, extra=extra)


@bp.get("/sign-up")
@requires(public)
def sign_up() -> ResponseReturnValue:
    """Ask which side the company is on, then for person and company."""
    side = _asked_side()
    if g.user is not None:
        return redirect(url_for("companies.add", kind=side), 303)
    if side is None:
        return render_template("companies/side.html", endpoint="companies.sign_up")
    return _draw(side, SignUpForm(None, side=side, data={"language": language()}))


@bp.post("/sign-up")
@requires(public)
@limiter.limit("30 per hour")
def send_sign_up() -> ResponseReturnValue:
    """Register person and company; the answer is the same for an address that is known."""
    side = _asked_side()
    if side is None or g.user is not None:
        return redirect(url_for("companies.sign_up"), 303)
    form = SignUpForm(request.form, side=side)
    if not form.validate():
        return _draw(side, form), 422
    now = utcnow()
    person = form.name.data, form.email.data, form.password.data
    try:
        user = register(*person, language=language(), now=now)
    except MatchmakerError as weak:
        form.password.errors = [str(weak)]
        return _draw(side, form), weak.status
    if user is not None:
        sign_up_company(form.company(), owner=user, now=now)
    return redirect(url_for("companies.check_mail"), 303)


@bp.get("/sign-up/check-mail")
@requires(public)
def check_mail() -> ResponseReturnValue:
    """Say that a mail is under way."""
    return render_template("companies/check_mail.html")


@bp.get("/companies/new")
@requires(signed_in)
def add() -> ResponseReturnValue:
    """Ask for a further company of the person."""
    side = _asked_side()
    if side is None:
        return render_template("companies/side.html", endpoint="companies.add")
    known = {"language": language(), "new_id": random_id()}
    return _draw(side, AddCompanyForm(None, side=side, data=known))


@bp.post("/companies/new")
@requires(signed_in)
@limiter.limit("30 per hour")
def send_add() -> ResponseReturnValue:
    """Register a further company; the same form sent twice makes one."""
    side = _asked_side()
    if side is None:
        return redirect(url_for("companies.add"), 303)
    form = AddCompanyForm(request.form, side=side)
    if not form.validate():
        return _draw(side, form), 422
    company = register_company(
        form.company(), owner=g.user, now=utcnow(), public_id=form.new_id.data
    )
    flash(_("The company is registered. Complete its profile now."), "success")
    return redirect(url_for("companies.profile", public_id=company.public_id), 303)
