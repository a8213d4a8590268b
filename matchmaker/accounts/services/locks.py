"""Wrong passwords and codes are counted; too many lock the sign-in for a while, never for good."""

from __future__ import annotations

from datetime import datetime, timedelta

from matchmaker.accounts.models import User

TRIES = 10
FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=2)


def is_locked(user: User, *, now: datetime) -> bool:
    """Whether the person's sign-in is locked at the moment."""
    return user.locked_until is not None and user.locked_until > now


def count_failure(user: User, *, now: datetime) -> bool:
    """Count one wrong password or code; return whether it locked the sign-in.

    Every ten lock it: 15 minutes, then twice as long each time, two hours at most.
    """
    user.failed_count += 1
    if user.failed_count % TRIES:
        return False
    earlier = min(user.failed_count // TRIES - 1, 8)
    user.locked_until = now + min(FIRST_PAUSE * 2**earlier, LONGEST_PAUSE)
    return True


def forget_failures(user: User) -> None:
    """Start counting anew: the person has proved who it is."""
    user.failed_count, user.locked_until = 0, None
