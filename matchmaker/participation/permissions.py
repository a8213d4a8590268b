"""Who may do what with applications; the company comes with its members."""

from __future__ import annotations

from typing import Protocol

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.companies.permissions import ACTING_STAFF, can_edit, can_see_inside
from matchmaker.events.models import Event
from matchmaker.participation.models import Application


class Asking(Protocol):
    """A company in front of an event."""

    @property
    def event(self) -> Event: ...
    @property
    def company(self) -> Company: ...


def can_apply(user: User | None, asking: Asking) -> bool:
    """Owners and editors apply for their company to a published event; officers for it."""
    return asking.event.published_at is not None and can_edit(user, asking.company)


def can_see(user: User | None, application: Application) -> bool:
    """The company's members and staff see its application."""
    return can_see_inside(user, application.company)


def can_withdraw(user: User | None, application: Application) -> bool:
    """Owners and editors take their application back; officers for them."""
    return can_edit(user, application.company)


def can_decide(user: User | None, _object: object = None) -> bool:
    """Officers and administrators decide on applications and see those of an event."""
    return user is not None and user.role in ACTING_STAFF


def can_enter(user: User | None, company: Company) -> bool:
    """Officers and administrators enter a company for an event on its behalf."""
    return can_decide(user) and can_edit(user, company)
