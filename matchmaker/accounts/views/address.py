"""Another address to sign in with."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.forms import EmptyForm, NewAddressForm
from matchmaker.accounts.services import address_change as services
from matchmaker.accounts.views.blueprint import (
    MAILS_A_MINUTE,
    TRIES_A_MINUTE,
    after_fresh_password,
    bp,
    dead_link,
)
from matchmaker.db.clock import utcnow
from matchmaker.web.access import public, requires, signed_in
from matchmaker.web.limits import limiter


@bp.route("/account/address", methods=["GET", "POST"])
@requires(signed_in)
@limiter.limit(MAILS_A_MINUTE, methods=["POST"])
@after_fresh_password
def change_address() -> ResponseReturnValue:
    """Ask for the new address; the answer is the same for one that has an account."""
    form = NewAddressForm()
    if request.method == "GET":
        return render_template("accounts/change_address.html", form=form)
    if not form.validate():
        return render_template("accounts/change_address.html", form=form), 422
    try:
        services.ask_new_address(g.user, form.email.data, now=utcnow())
    except services.SameAddressError as error:
        form.email.errors = [str(error)]
        return render_template("accounts/change_address.html", form=form), 422
    return redirect(url_for("accounts.mail_sent"), 303)


@bp.route("/confirm-address/<token>", methods=["GET", "POST"])
@requires(public, before_second_factor=True)
@limiter.limit(TRIES_A_MINUTE, methods=["POST"])
def confirm_new_address(token: str) -> ResponseReturnValue:
    """Change the address by the link of a mail: it shows a button, the button changes."""
    found = services.read_new_address(token, now=utcnow())
    if found is None:
        return dead_link()
    user, email = found
    if request.method == "GET":
        page = "accounts/confirm_new_address.html"
        return render_template(page, person=user, email=email, form=EmptyForm())
    services.change_address(user, email, now=utcnow())
    flash(_("Your address is changed. Sign in with it from now on."), "success")
    return redirect(url_for("accounts.settings"), 303)
