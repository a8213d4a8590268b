"""The people of a company."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.accounts.models import User
from matchmaker.accounts.queries import user_by_email
from matchmaker.companies import member_queries, permissions
from matchmaker.companies.forms.members import (
    SHORT_ROLE_LABELS,
    AcceptForm,
    InvitationForm,
    RoleForm,
)
from matchmaker.companies.models import Company, MemberInvitation
from matchmaker.companies.services import members as services
from matchmaker.companies.sight import SeenMember
from matchmaker.companies.views.blueprint import bp
from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.web.access import public, requires
from matchmaker.web.i18n import language
from matchmaker.web.limits import limiter


def _draw(company: Company, form: InvitationForm) -> str:
    may_invite = permissions.can_invite(g.user, company)
    waiting = member_queries.waiting_invitations(company, now=utcnow()) if may_invite else ()
    return render_template(
        "companies/members.html",
        company=member_queries.company_with_people(company.public_id),
        form=form,
        role_form=RoleForm(None),
        labels=SHORT_ROLE_LABELS,
        waiting=waiting,
        can_own=permissions.can_own(g.user, company),
        can_invite=may_invite,
    )


@bp.get("/companies/<public_id>/members")
@requires(permissions.can_see_inside, on=member_queries.company_with_people)
def members(company: Company) -> ResponseReturnValue:
    """Show who acts for the company."""
    return _draw(company, InvitationForm(None))


@bp.post("/companies/<public_id>/members")
@requires(permissions.can_invite, on=member_queries.company_with_people)
@limiter.limit("20 per hour")
def invite(company: Company) -> ResponseReturnValue:
    """Mail an invitation to a colleague."""
    form = InvitationForm(request.form)
    if not form.validate():
        return _draw(company, form), 422
    asked = form.email.data, form.role.data
    try:
        services.invite(company, *asked, actor=g.user, language=language(), now=utcnow())
    except services.AlreadyMemberError as error:
        form.email.errors = [str(error)]
        return _draw(company, form), error.status
    flash(_("The invitation is under way. Its link works for seven days."), "success")
    return redirect(url_for("companies.members", public_id=company.public_id), 303)


def can_revoke(user: User | None, invitation: MemberInvitation) -> bool:
    """Whoever may invite may take an invitation back."""
    return permissions.can_invite(user, invitation.company)


@bp.post("/membership-invitations/<public_id>/revocation")
@requires(can_revoke, on=member_queries.invitation_to_revoke)
def revoke_invitation(invitation: MemberInvitation) -> ResponseReturnValue:
    """Make an invitation useless."""
    services.revoke_invitation(invitation, actor=g.user, now=utcnow())
    flash(_("The invitation is taken back."), "success")
    return redirect(url_for("companies.members", public_id=invitation.company.public_id), 303)


@bp.post("/companies/<public_id>/members/<person_id>/role")
@requires(permissions.can_manage_member, on=member_queries.member_of)
def change_role(seen: SeenMember) -> ResponseReturnValue:
    """Change what a member may do."""
    form = RoleForm(request.form)
    if form.validate():
        services.change_role(seen.company, seen.member, form.role.data, actor=g.user, now=utcnow())
        flash(_("The change is saved."), "success")
    return redirect(url_for("companies.members", public_id=seen.company.public_id), 303)


@bp.post("/companies/<public_id>/members/<person_id>/removal")
@requires(permissions.can_remove_member, on=member_queries.member_of)
def remove_member(seen: SeenMember) -> ResponseReturnValue:
    """Take a member out of the company, or leave it."""
    leaving = seen.member.user_id == g.user.id
    services.remove_member(seen.company, seen.member, actor=g.user, now=utcnow())
    if leaving:
        flash(_("You have left %(company)s.", company=seen.company.name), "success")
        return redirect(url_for("home.index"), 303)
    flash(_("The person no longer belongs to the company."), "success")
    return redirect(url_for("companies.members", public_id=seen.company.public_id), 303)


def _draw_invitation(invitation: MemberInvitation, form: AcceptForm, *extra: str) -> str:
    known = user_by_email(invitation.email)
    return render_template(
        "companies/accept.html",
        invitation=invitation,
        living=services.is_living(invitation, now=utcnow()),
        labels=SHORT_ROLE_LABELS,
        form=form,
        extra=extra,
        has_account=known is not None and known.confirmed_at is not None,
        is_meant=g.user is not None and g.user.email == invitation.email,
    )


@bp.get("/memberships/<token>")
@requires(public, on=member_queries.invitation_by_token)
def accept_membership(invitation: MemberInvitation) -> ResponseReturnValue:
    """Show the invitation: to join, to sign in, or to make an account first."""
    gone = not services.is_living(invitation, now=utcnow())
    return _draw_invitation(invitation, AcceptForm(None)), 410 if gone else 200


@bp.post("/memberships/<token>")
@requires(public, on=member_queries.invitation_by_token)
@limiter.limit("30 per hour")
def send_accept_membership(invitation: MemberInvitation) -> ResponseReturnValue:
    """Join the company; somebody new gets an account, which the mailed link confirms."""
    now = utcnow()
    if g.user is not None:
        services.accept(invitation, user=g.user, now=now)
        flash(_("You now act for %(company)s.", company=invitation.company.name), "success")
        page = url_for("companies.page", public_id=invitation.company.public_id)
        return redirect(page, 303)
    form = AcceptForm(request.form)
    if not form.validate():
        return _draw_invitation(invitation, form), 422
    try:
        services.accept_as_new(
            invitation,
            name=form.name.data,
            password=form.password.data,
            language=language(),
            now=now,
        )
    except MatchmakerError as error:
        return _draw_invitation(invitation, form, str(error)), error.status
    flash(_("Your account is ready. Sign in with your e-mail address and password."), "success")
    home = url_for("companies.page", public_id=invitation.company.public_id)
    return redirect(url_for("accounts.sign_in", next=home), 303)
