"""The people of the office, and invitations to them."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts import permissions, queries
from matchmaker.accounts.enums import Role
from matchmaker.accounts.forms import AcceptForm, InvitationForm
from matchmaker.accounts.models import StaffInvitation
from matchmaker.accounts.services import staff as services
from matchmaker.accounts.services.sessions import start_session
from matchmaker.accounts.views.blueprint import (
    TRIES_A_MINUTE,
    after_fresh_password,
    bp,
    carry,
    dead_link,
    settings_here,
)
from matchmaker.accounts.views.devices import device_name
from matchmaker.db.clock import utcnow
from matchmaker.web.access import public, requires
from matchmaker.web.limits import limiter


@bp.get("/staff")
@requires(permissions.can_see_staff)
def staff() -> ResponseReturnValue:
    """List the people of the office and the open invitations."""
    return render_template(
        "accounts/staff.html",
        people=queries.staff_members(),
        invitations=queries.open_invitations(utcnow()),
        role_name=services.role_name,
        can_invite=permissions.can_invite_staff(g.user),
    )


@bp.route("/staff/invite", methods=["GET", "POST"])
@requires(permissions.can_invite_staff)
@after_fresh_password
def invite_staff() -> ResponseReturnValue:
    """Invite somebody to the office."""
    form = InvitationForm()
    if request.method == "GET":
        return render_template("accounts/invite_staff.html", form=form)
    if not form.validate():
        return render_template("accounts/invite_staff.html", form=form), 422
    try:
        services.invite_staff(
            form.email.data,
            role=Role(form.role.data),
            language=form.language.data,
            actor=g.user,
            now=utcnow(),
        )
    except services.AddressTakenError as error:
        form.email.errors = [str(error)]
        return render_template("accounts/invite_staff.html", form=form), 422
    flash(_("The invitation is on its way."), "success")
    return redirect(url_for("accounts.staff"), 303)


@bp.post("/staff/invitations/<public_id>/revoke")
@requires(permissions.can_invite_staff, on=queries.invitation_by_public_id)
def revoke_invitation(invitation: StaffInvitation) -> ResponseReturnValue:
    """Make the link of an invitation useless."""
    services.revoke_invitation(invitation, actor=g.user, now=utcnow())
    flash(_("The invitation is withdrawn."), "success")
    return redirect(url_for("accounts.staff"), 303)


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@requires(public, before_second_factor=True)
@limiter.limit(TRIES_A_MINUTE, methods=["POST"])
def accept_invitation(token: str) -> ResponseReturnValue:
    """Let an invited person choose name and password; the second factor comes next."""
    invitation = queries.invitation_to_accept(token, now=utcnow())
    if invitation is None:
        return dead_link()
    form = AcceptForm(email=invitation.email)
    if request.method == "GET" or not form.validate():
        page = render_template(
            "accounts/accept_invitation.html",
            form=form,
            invitation=invitation,
            role=services.role_name(invitation.role),
        )
        return page, 200 if request.method == "GET" else 422
    now = utcnow()
    user = services.accept_invitation(
        invitation, name=form.name.data, password=form.password.data, now=now
    )
    device = device_name(request.user_agent.string)
    carry(start_session(user, device=device, settings=settings_here(), now=now))
    return redirect(url_for("accounts.set_second_factor"), 303)
