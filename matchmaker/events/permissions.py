"""Who may see and run events."""

from __future__ import annotations

from matchmaker.accounts.models import User
from matchmaker.companies.permissions import ACTING_STAFF, DIRECTORY_STAFF
from matchmaker.events.models import Event


def can_see_unpublished(user: User | None, _object: object = None) -> bool:
    """Officers, administrators and observers see what is being prepared."""
    return user is not None and user.role in DIRECTORY_STAFF


def can_see(user: User | None, event: Event) -> bool:
    """Anybody sees a published event, staff also one that is being prepared."""
    return event.published_at is not None or can_see_unpublished(user)


def can_run(user: User | None, _event: Event | None = None) -> bool:
    """Officers and administrators create, change and publish events."""
    return user is not None and user.role in ACTING_STAFF
