"""Fixed sets of events."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """What kind of event; home fair, fair abroad or inbound delegation."""

    HOME_FAIR = "home_fair"
    FAIR_ABROAD = "fair_abroad"
    DELEGATION = "delegation"


class ParticipantRole(StrEnum):
    """A company's part in one event."""

    EXHIBITOR = "exhibitor"
    VISITING_BUYER = "visiting_buyer"
    HOSTED_BUYER = "hosted_buyer"


BUYER_ROLES = frozenset({ParticipantRole.VISITING_BUYER, ParticipantRole.HOSTED_BUYER})
