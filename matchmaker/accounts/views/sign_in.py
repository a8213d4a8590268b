"""Signing in and out, and proving the address."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.forms import AddressForm, EmptyForm, PasswordForm, SignInForm
from matchmaker.accounts.models import User
from matchmaker.accounts.services import sign_in as signing_in
from matchmaker.accounts.services import sign_up
from matchmaker.accounts.services.links import CONFIRM, person_of
from matchmaker.accounts.services.sessions import end_session
from matchmaker.accounts.views.blueprint import (
    MAILS_A_MINUTE,
    TRIES_A_MINUTE,
    asked_next,
    bp,
    carry,
    dead_link,
)
from matchmaker.accounts.views.devices import device_name
from matchmaker.db.clock import utcnow
from matchmaker.web.access import public, requires, signed_in
from matchmaker.web.limits import limiter
from matchmaker.web.transaction import keep_on_failure


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(public, before_second_factor=True)
@limiter.limit(TRIES_A_MINUTE, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    """Ask for address and password."""
    form = SignInForm()
    if request.method == "GET":
        if g.user is not None:
            return redirect(asked_next() or url_for("home.index"), 303)
        return render_template("accounts/sign_in.html", form=form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    device = device_name(request.user_agent.string)
    found = signing_in.sign_in(form.email.data, form.password.data, device=device, now=utcnow())
    if found is None:
        keep_on_failure()
        return _refused(form)
    return _let_in(*found)


def _refused(form: SignInForm) -> ResponseReturnValue:
    """Say the same whatever the reason was."""
    form.form_errors.append(
        _(
            "Address and password do not fit together, or the address is not confirmed yet. "
            "Look into your mailbox, or set a new password. After many tries wait a while."
        )
    )
    return render_template("accounts/sign_in.html", form=form), 422


def _let_in(person: User, token: str) -> ResponseReturnValue:
    if g.session is not None:
        end_session(g.session, now=utcnow())
    target = asked_next()
    carry(token)
    if person.has_second_factor:
        return redirect(url_for("accounts.second_factor", next=target), 303)
    return redirect(target or url_for("home.index"), 303)


@bp.post("/sign-out")
@requires(signed_in, before_second_factor=True)
def sign_out() -> ResponseReturnValue:
    """End the session of this device."""
    end_session(g.session, now=utcnow())
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/account/confirm-password", methods=["GET", "POST"])
@requires(signed_in, before_second_factor=True)
@limiter.limit(TRIES_A_MINUTE, methods=["POST"])
def confirm_password() -> ResponseReturnValue:
    """Ask for the password again, before a sensitive step."""
    if g.user.has_second_factor and not g.second_factor_given:
        return redirect(url_for("accounts.second_factor"), 303)
    form = PasswordForm()
    if request.method == "GET":
        return render_template("accounts/confirm_password.html", form=form)
    if not form.validate():
        return render_template("accounts/confirm_password.html", form=form), 422
    if not signing_in.confirm_password(g.session, form.password.data, now=utcnow()):
        keep_on_failure()
        form.password.errors = [_("That is not your password.")]
        return render_template("accounts/confirm_password.html", form=form), 422
    return redirect(asked_next() or url_for("accounts.settings"), 303)


@bp.route("/confirm/<token>", methods=["GET", "POST"])
@requires(public, before_second_factor=True)
@limiter.limit(TRIES_A_MINUTE, methods=["POST"])
def confirm(token: str) -> ResponseReturnValue:
    """Prove the address: the link shows a button, the button confirms."""
    if request.method == "GET":
        user = person_of(CONFIRM, token, now=utcnow())
        if user is None:
            return dead_link()
        return render_template("accounts/confirm.html", person=user, form=EmptyForm())
    if sign_up.confirm_address(token, now=utcnow()) is None:
        return dead_link()
    flash(_("Your address is confirmed. You can sign in now."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.route("/confirm", methods=["GET", "POST"])
@requires(public, before_second_factor=True)
@limiter.limit(MAILS_A_MINUTE, methods=["POST"])
def confirm_again() -> ResponseReturnValue:
    """Send the mail that confirms an address once more."""
    form = AddressForm()
    if request.method == "GET":
        return render_template("accounts/confirm_again.html", form=form)
    if not form.validate():
        return render_template("accounts/confirm_again.html", form=form), 422
    sign_up.ask_confirmation_again(form.email.data, now=utcnow())
    return redirect(url_for("accounts.mail_sent"), 303)


@bp.get("/mail-sent")
@requires(public, before_second_factor=True)
def mail_sent() -> ResponseReturnValue:
    """Say that a mail is on its way, if the address is known."""
    return render_template("accounts/mail_sent.html")
