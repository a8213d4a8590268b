"""Fixed sets of accounts."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the service."""

    MEMBER = "member"
    """Belongs to companies (exporters, buyers, sourcing offices); signs up alone."""
    OFFICER = "officer"
    OBSERVER = "observer"
    """Of another ministry or agency: reads and follows up."""
    INTERPRETER = "interpreter"
    ADMINISTRATOR = "administrator"


STAFF_ROLES = frozenset(Role) - {Role.MEMBER}
"""Come by invitation only, and need a second factor."""
