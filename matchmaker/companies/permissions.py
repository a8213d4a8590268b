"""Who may do what with a company and what belongs to it.

The predicates look at loaded rows: a company comes with its `members`, a product, need or file
with its `company` and that one's members.
"""

from __future__ import annotations

from typing import Protocol

from matchmaker.accounts.enums import Role
from matchmaker.accounts.models import User
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Company

DIRECTORY_STAFF = frozenset({Role.OFFICER, Role.OBSERVER, Role.ADMINISTRATOR})
"""Read the whole directory."""
ACTING_STAFF = frozenset({Role.OFFICER, Role.ADMINISTRATOR})
"""May act on a company's behalf; the company sees that it was done."""


class OfCompany(Protocol):
    """Whatever belongs to a company."""

    @property
    def company(self) -> Company: ...


def role_in(user: User | None, company: Company) -> MemberRole | None:
    """Return what the person is in the company, None when no member."""
    if user is None:
        return None
    return next((m.role for m in company.members if m.user_id == user.id), None)


def can_see_inside(user: User | None, company: Company) -> bool:
    """Members see everything of their company; officers, observers and administrators too."""
    if user is None or company.merged_into_id is not None or company.erased_at is not None:
        return False
    return user.role in DIRECTORY_STAFF or role_in(user, company) is not None


def can_edit(user: User | None, company: Company) -> bool:
    """Owners and editors change their company; officers and administrators on its behalf."""
    if user is None or not can_see_inside(user, company):
        return False
    own = role_in(user, company) in {MemberRole.OWNER, MemberRole.EDITOR}
    return own or user.role in ACTING_STAFF


def can_own(user: User | None, company: Company) -> bool:
    """Members and consents are the owners' business alone."""
    return can_see_inside(user, company) and role_in(user, company) is MemberRole.OWNER


def can_edit_its(user: User | None, thing: OfCompany) -> bool:
    """Whoever may change the company may change its products, needs and files."""
    return can_edit(user, thing.company)


def can_see_its(user: User | None, thing: OfCompany) -> bool:
    """Whoever sees the company from inside sees its products, needs and files."""
    return can_see_inside(user, thing.company)


def is_officer(user: User | None, _object: object = None) -> bool:
    """Officers and administrators run events."""
    return user is not None and user.role in ACTING_STAFF
