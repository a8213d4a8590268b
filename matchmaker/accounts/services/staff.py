"""Staff come by invitation only."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.accounts import emails
from matchmaker.accounts.enums import STAFF_ROLES, Role
from matchmaker.accounts.models import StaffInvitation, User
from matchmaker.accounts.queries import open_invitations, user_by_email
from matchmaker.accounts.services.passwords import set_password
from matchmaker.accounts.tokens import hash_token, new_token
from matchmaker.config import Settings
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import MatchmakerError, NotAllowedNowError
from matchmaker.mail.services import link, post

INVITATION_LASTS = timedelta(days=7)


class AddressTakenError(MatchmakerError):
    """The address already belongs to an account."""


def role_name(role: Role) -> str:
    """Return a role's name in the language in force."""
    names: dict[Role, str] = {
        Role.MEMBER: _("Member of a company"),
        Role.OFFICER: _("Trade officer"),
        Role.OBSERVER: _("Observer"),
        Role.INTERPRETER: _("Interpreter"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
    return names[role]


def invite_staff(
    email: str, *, role: Role, language: str, actor: User | None, now: datetime
) -> tuple[StaffInvitation, str]:
    """Invite somebody; return the invitation and its link. An earlier one ends.

    `actor` is None when invited by command.

    Raises
    ------
    AddressTakenError
        If the address already belongs to an account.
    """
    if role not in STAFF_ROLES:
        raise MatchmakerError(_l("Choose a role of the office."))
    if user_by_email(email) is not None:
        raise AddressTakenError(
            _l("This address already has an account. Invite another address of the person.")
        )
    for earlier in open_invitations(now):
        if earlier.email == email:
            earlier.revoked_at = now
    token = new_token()
    invitation = StaffInvitation(
        token_hash=hash_token(token),
        email=email,
        role=role,
        language=language,
        invited_by_id=actor.id if actor is not None else None,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    db.session.add(invitation)
    db.session.flush()
    url = link("accounts.accept_invitation", token=token)
    settings: Settings = current_app.extensions["settings"]
    post(
        "staff_invitation",
        lambda: emails.staff_invitation(settings.office_name, role_name(role), url),
        recipient=email,
        language=language,
        now=now,
    )
    record(
        "invitation.send",
        invitation.public_id,
        actor_id=invitation.invited_by_id,
        now=now,
        after={"role": role.value},
    )
    return invitation, url


def revoke_invitation(invitation: StaffInvitation, *, actor: User, now: datetime) -> None:
    """End an invitation that nobody has accepted.

    Raises
    ------
    NotAllowedNowError
        If it was accepted meanwhile.
    """
    if invitation.accepted_at is not None:
        raise NotAllowedNowError(_l("This invitation has been accepted already."))
    if invitation.revoked_at is None:
        invitation.revoked_at = now
        record("invitation.revoke", invitation.public_id, actor_id=actor.id, now=now)
    db.session.flush()


def accept_invitation(
    invitation: StaffInvitation, *, name: str, password: str, now: datetime
) -> User:
    """Make the invited person's account; the second factor comes next.

    Raises
    ------
    AddressTakenError
        If somebody has registered with the address meanwhile.
    WeakPasswordError
        If the password is too easy to guess.
    """
    if user_by_email(invitation.email) is not None:
        raise AddressTakenError(_l("This address has an account meanwhile. Ask the office."))
    user = User(
        email=invitation.email,
        name=name,
        language=invitation.language,
        role=invitation.role,
        created_at=now,
        confirmed_at=now,
    )
    set_password(user, password)
    db.session.add(user)
    invitation.accepted_at = now
    db.session.flush()
    record("invitation.accept", invitation.public_id, actor_id=user.id, now=now)
    record(
        "user.give_role",
        user.public_id,
        actor_id=invitation.invited_by_id,
        now=now,
        after={"role": user.role.value},
    )
    return user
