"""Who may run, review and see matches."""

from __future__ import annotations

from matchmaker.accounts.models import User
from matchmaker.companies.permissions import ACTING_STAFF, DIRECTORY_STAFF


def can_review(user: User | None, _object: object = None) -> bool:
    """Officers and administrators start runs and decide."""
    return user is not None and user.role in ACTING_STAFF


def can_read_review(user: User | None, _object: object = None) -> bool:
    """Observers see runs, the queue and its history, and change nothing."""
    return user is not None and user.role in DIRECTORY_STAFF
