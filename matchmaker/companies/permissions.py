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
from matchmaker.companies.sight import SeenCompany, SeenFile, SeenMember

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


def can_invite(user: User | None, company: Company) -> bool:
    """Owners invite; where a company has none yet, as after loading a list, the trade office."""
    if can_own(user, company):
        return True
    without_owner = all(m.role is not MemberRole.OWNER for m in company.members)
    return without_owner and is_officer(user) and can_see_inside(user, company)


def can_manage_member(user: User | None, seen: SeenMember) -> bool:
    """Owners change the parts of others and their own."""
    return can_own(user, seen.company)


def can_remove_member(user: User | None, seen: SeenMember) -> bool:
    """Owners remove anybody; everybody may leave."""
    if user is None or not can_see_inside(user, seen.company):
        return False
    return can_own(user, seen.company) or seen.member.user_id == user.id


def can_see_page(user: User | None, seen: SeenCompany) -> bool:
    """Those inside see a company's page, and those of the other side where it agreed to that.

    Where both have accepted each other, a later withdrawal from the directory does not take the
    page from the partner. What the page shows to whom is `can_see_all`.
    """
    if user is None or seen.company.merged_into_id is not None:
        return False
    if seen.company.erased_at is not None:
        return False
    if can_see_inside(user, seen.company):
        return True
    return seen.released or (seen.agreed and seen.from_other_side)


def can_see_all(user: User | None, seen: SeenCompany) -> bool:
    """Contacts, address, register number, turnover and prices: those inside, and partners."""
    inside = can_see_inside(user, seen.company)
    return inside or (seen.released and can_see_page(user, seen))


def can_see_file(user: User | None, seen: SeenFile) -> bool:
    """Whoever sees the page sees the pictures of its products; other files only those inside."""
    if can_see_inside(user, seen.seen.company):
        return True
    product = seen.file.product
    shown = product is not None and product.withdrawn_at is None
    return shown and can_see_page(user, seen.seen)


def can_edit_its(user: User | None, thing: OfCompany) -> bool:
    """Whoever may change the company may change its products, needs and files."""
    return can_edit(user, thing.company)


def can_see_its(user: User | None, thing: OfCompany) -> bool:
    """Whoever sees the company from inside sees its products, needs and files."""
    return can_see_inside(user, thing.company)


def is_officer(user: User | None, _object: object = None) -> bool:
    """Officers and administrators run events."""
    return user is not None and user.role in ACTING_STAFF
