"""New passwords."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.forms import AddressForm, ChangePasswordForm, NewPasswordForm
from matchmaker.accounts.services import password_change
from matchmaker.accounts.services.links import RESET, person_of
from matchmaker.accounts.services.sign_in import confirm_password
from matchmaker.accounts.views.blueprint import MAILS_A_MINUTE, TRIES_A_MINUTE, bp, dead_link
from matchmaker.db.clock import utcnow
from matchmaker.web.access import public, requires, signed_in
from matchmaker.web.limits import limiter
from matchmaker.web.transaction import keep_on_failure


@bp.route("/forgot-password", methods=["GET", "POST"])
@requires(public, before_second_factor=True)
@limiter.limit(MAILS_A_MINUTE, methods=["POST"])
def forgot_password() -> ResponseReturnValue:
    """Ask for the address to which the link goes; the answer is the same for all."""
    form = AddressForm()
    if request.method == "GET":
        return render_template("accounts/forgot_password.html", form=form)
    if not form.validate():
        return render_template("accounts/forgot_password.html", form=form), 422
    password_change.ask_reset(form.email.data, now=utcnow())
    return redirect(url_for("accounts.mail_sent"), 303)


@bp.route("/reset-password/<token>", methods=["GET", "POST"])
@requires(public, before_second_factor=True)
@limiter.limit(TRIES_A_MINUTE, methods=["POST"])
def reset_password(token: str) -> ResponseReturnValue:
    """Set a new password by the link of a mail."""
    person = person_of(RESET, token, now=utcnow())
    if person is None:
        return dead_link()
    form = NewPasswordForm(email=person.email)
    if request.method == "GET":
        return render_template("accounts/reset_password.html", form=form, person=person)
    if not form.validate():
        return render_template("accounts/reset_password.html", form=form, person=person), 422
    password_change.reset_password(token, form.password.data, now=utcnow())
    session.clear()
    flash(_("Your new password is set. Sign in with it."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@requires(signed_in)
@limiter.limit(TRIES_A_MINUTE, methods=["POST"])
def change_password() -> ResponseReturnValue:
    """Set a new password; the present one is asked for."""
    form = ChangePasswordForm(email=g.user.email)
    if request.method == "GET":
        return render_template("accounts/change_password.html", form=form)
    if not form.validate():
        return render_template("accounts/change_password.html", form=form), 422
    if not confirm_password(g.session, form.present.data, now=utcnow()):
        keep_on_failure()
        form.present.errors = [_("That is not your password.")]
        return render_template("accounts/change_password.html", form=form), 422
    password_change.change_password(g.user, form.password.data, session=g.session, now=utcnow())
    flash(_("Your password is changed. Your other devices are signed out."), "success")
    return redirect(url_for("accounts.settings"), 303)
