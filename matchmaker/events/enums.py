"""Fixed sets of events."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext


class EventKind(StrEnum):
    """What kind of event; home fair, fair abroad or inbound delegation."""

    HOME_FAIR = "home_fair"
    FAIR_ABROAD = "fair_abroad"
    DELEGATION = "delegation"

    @property
    def label(self) -> str:
        return str(_KIND_LABELS[self])


class ParticipantRole(StrEnum):
    """A company's part in one event."""

    EXHIBITOR = "exhibitor"
    VISITING_BUYER = "visiting_buyer"
    HOSTED_BUYER = "hosted_buyer"

    @property
    def label(self) -> str:
        return str(_ROLE_LABELS[self])


BUYER_ROLES = frozenset({ParticipantRole.VISITING_BUYER, ParticipantRole.HOSTED_BUYER})

_KIND_LABELS: dict[EventKind, Any] = {
    EventKind.HOME_FAIR: lazy_gettext("Fair at home"),
    EventKind.FAIR_ABROAD: lazy_gettext("Fair abroad"),
    EventKind.DELEGATION: lazy_gettext("Visit of a delegation"),
}
_ROLE_LABELS: dict[ParticipantRole, Any] = {
    ParticipantRole.EXHIBITOR: lazy_gettext("Exhibitor"),
    ParticipantRole.VISITING_BUYER: lazy_gettext("Visiting buyer"),
    ParticipantRole.HOSTED_BUYER: lazy_gettext("Hosted buyer"),
}
