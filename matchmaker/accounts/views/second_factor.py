"""Codes for signing in: setting them up, giving them, replacing them."""

from __future__ import annotations

import segno
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.forms import CodeForm, SetSecondFactorForm
from matchmaker.accounts.services import second_factor as codes
from matchmaker.accounts.services.sessions import renew_token
from matchmaker.accounts.views.blueprint import (
    TRIES_A_MINUTE,
    after_fresh_password,
    asked_next,
    bp,
    carry,
    settings_here,
)
from matchmaker.db.clock import utcnow
from matchmaker.web.access import requires, signed_in
from matchmaker.web.limits import limiter
from matchmaker.web.transaction import keep_on_failure


@bp.route("/second-factor", methods=["GET", "POST"])
@requires(signed_in, before_second_factor=True)
@limiter.limit(TRIES_A_MINUTE, methods=["POST"])
def second_factor() -> ResponseReturnValue:
    """Ask for a code before anything else is shown."""
    if not g.user.has_second_factor or g.second_factor_given:
        return redirect(asked_next() or url_for("home.index"), 303)
    form = CodeForm()
    shown = codes.present_code(g.user, utcnow()) if settings_here().shows_secrets else None
    if request.method == "GET":
        return render_template("accounts/second_factor.html", form=form, shown=shown)
    if not form.validate():
        return render_template("accounts/second_factor.html", form=form, shown=shown), 422
    if not codes.give_code(g.session, form.code.data, now=utcnow()):
        keep_on_failure()
        form.code.errors = [_("This code does not fit, or was used already. Wait for the next.")]
        return render_template("accounts/second_factor.html", form=form, shown=shown), 422
    target = asked_next()
    carry(renew_token(g.session))
    return redirect(target or url_for("home.index"), 303)


@bp.route("/second-factor/set", methods=["GET", "POST"])
@requires(signed_in, before_second_factor=True)
@limiter.limit(TRIES_A_MINUTE, methods=["POST"])
@after_fresh_password
def set_second_factor() -> ResponseReturnValue:
    """Show a new secret as a QR code, and keep it once a code of it is given."""
    if g.user.has_second_factor and not g.second_factor_given:
        return redirect(url_for("accounts.second_factor"), 303)
    form = SetSecondFactorForm()
    now = utcnow()
    if request.method == "GET":
        secret, form.offer.data = codes.offer_secret(g.user, now=now)
        return _page_of_secret(form, secret)
    kept = codes.offered_secret(g.user, form.offer.data or "", now=now)
    if kept is None:
        flash(_("The page was open too long. Here is a new code to scan."), "warning")
        return redirect(url_for("accounts.set_second_factor"), 303)
    if not form.validate():
        return _page_of_secret(form, kept), 422
    fresh = codes.set_second_factor(g.user, kept, form.code.data, session=g.session, now=now)
    if fresh is None:
        form.code.errors = [_("This code does not fit. Look whether the phone's clock is right.")]
        return _page_of_secret(form, kept), 422
    carry(renew_token(g.session))
    return render_template("accounts/recovery_codes.html", codes=fresh)


def _page_of_secret(form: SetSecondFactorForm, secret: str) -> str:
    uri = codes.setup_uri(g.user, secret, office=settings_here().office_name)
    picture = segno.make(uri, micro=False).svg_data_uri(scale=5, border=3, light="#fff")
    return render_template(
        "accounts/set_second_factor.html", form=form, secret=secret, picture=picture
    )


@bp.route("/second-factor/recovery-codes", methods=["GET", "POST"])
@requires(signed_in)
@after_fresh_password
def recovery_codes() -> ResponseReturnValue:
    """Replace the recovery codes by new ones, which are shown once."""
    if request.method == "GET":
        return render_template("accounts/renew_recovery_codes.html", form=CodeForm())
    fresh = codes.renew_recovery_codes(g.user, now=utcnow())
    return render_template("accounts/recovery_codes.html", codes=fresh)


@bp.post("/second-factor/remove")
@requires(signed_in)
@after_fresh_password
def remove_second_factor() -> ResponseReturnValue:
    """Sign in with the password alone from now on; not for staff."""
    codes.remove_second_factor(g.user, now=utcnow())
    flash(_("You sign in with your password alone from now on."), "success")
    return redirect(url_for("accounts.settings"), 303)
