"""What a person settles for themselves: name, language, time zone, sessions."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts import permissions, queries
from matchmaker.accounts.forms import ProfileForm
from matchmaker.accounts.models import UserSession
from matchmaker.accounts.services.profile import change_profile
from matchmaker.accounts.services.sessions import end_all_sessions, end_session
from matchmaker.accounts.views.blueprint import bp, settings_here
from matchmaker.db.clock import utcnow
from matchmaker.web.access import requires, signed_in


@bp.route("/account", methods=["GET", "POST"])
@requires(signed_in)
def settings() -> ResponseReturnValue:
    """Show and change what belongs to the person."""
    form = ProfileForm(obj=g.user)
    if request.method == "GET":
        return _page(form)
    if not form.validate():
        return _page(form), 422
    change_profile(
        g.user,
        name=form.name.data,
        language=form.language.data,
        time_zone=form.time_zone.data,
    )
    flash(_("Your settings are saved."), "success")
    return redirect(url_for("accounts.settings"), 303)


def _page(form: ProfileForm) -> str:
    idle = timedelta(minutes=settings_here().session_idle_minutes)
    return render_template(
        "accounts/settings.html",
        form=form,
        sessions=queries.sessions_of(g.user, idle=idle, now=utcnow()),
        present=g.session,
        codes_left=queries.recovery_codes_left(g.user) if g.user.has_second_factor else 0,
        can_see_staff=permissions.can_see_staff(g.user),
    )


@bp.post("/account/sessions/<public_id>/end")
@requires(permissions.can_end, on=queries.session_by_public_id)
def end_one_session(found: UserSession) -> ResponseReturnValue:
    """Sign out one device."""
    end_session(found, now=utcnow())
    flash(_("The device is signed out."), "success")
    return redirect(url_for("accounts.settings"), 303)


@bp.post("/account/sessions/end")
@requires(signed_in, before_second_factor=True)
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    end_all_sessions(g.user, now=utcnow())
    session.clear()
    flash(_("You are signed out on every device."), "success")
    return redirect(url_for("accounts.sign_in"), 303)
