"""Who may do what with people, sessions and invitations."""

from __future__ import annotations

from matchmaker.accounts.enums import Role
from matchmaker.accounts.models import StaffInvitation, User, UserSession


def can_see_staff(user: User | None, _object: object = None) -> bool:
    """Officers and administrators see who works with them."""
    return user is not None and user.role in {Role.OFFICER, Role.ADMINISTRATOR}


def can_invite_staff(user: User | None, _object: StaffInvitation | None = None) -> bool:
    """Administrators decide who comes in."""
    return user is not None and user.role is Role.ADMINISTRATOR


def can_see_people(user: User | None, _object: User | None = None) -> bool:
    """Administrators look after everybody's account."""
    return user is not None and user.role is Role.ADMINISTRATOR


def can_disable(user: User | None, person: User) -> bool:
    """Administrators keep others out, and never themselves: so one of them always remains."""
    if user is None or user.disabled_at is not None:
        return False
    return can_see_people(user) and person.id != user.id


def can_end(user: User | None, session: UserSession) -> bool:
    """Everybody ends the own sessions, nobody another's."""
    return user is not None and session.user_id == user.id
