"""Fixed sets of participation, and the steps an application may take."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext

from matchmaker.events.enums import ParticipantRole


class ApplicationKind(StrEnum):
    """As what a company asks to take part."""

    EXHIBITOR = "exhibitor"
    BUYER = "buyer"

    @property
    def label(self) -> str:
        return str(_KIND_LABELS[self])

    @property
    def role(self) -> ParticipantRole:
        """What the company becomes once it is accepted."""
        return ROLES[self]


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    SHORTLISTED = "shortlisted"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return str(_STATE_LABELS[self])

    @property
    def sign(self) -> str:
        """The kind of tag that shows it: good, warn, bad, info or none."""
        return _SIGNS[self]


_S = ApplicationState
Steps = Mapping[ApplicationState | None, frozenset[ApplicationState]]

COMPANY_STEPS: Steps = {
    None: frozenset({_S.DRAFT, _S.SUBMITTED}),
    _S.DRAFT: frozenset({_S.DRAFT, _S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.WITHDRAWN}),
    _S.UNDER_REVIEW: frozenset({_S.WITHDRAWN}),
    _S.SHORTLISTED: frozenset({_S.WITHDRAWN}),
    _S.ACCEPTED: frozenset({_S.WITHDRAWN}),
    _S.WAITLISTED: frozenset({_S.WITHDRAWN}),
    _S.REJECTED: frozenset(),
    _S.WITHDRAWN: frozenset({_S.DRAFT, _S.SUBMITTED}),
}
"""What a company may make of its application; None: there is none yet."""
OFFICER_STEPS: Steps = {
    _S.DRAFT: frozenset(),
    _S.SUBMITTED: frozenset(
        {_S.UNDER_REVIEW, _S.SHORTLISTED, _S.ACCEPTED, _S.WAITLISTED, _S.REJECTED}
    ),
    _S.UNDER_REVIEW: frozenset({_S.SHORTLISTED, _S.ACCEPTED, _S.WAITLISTED, _S.REJECTED}),
    _S.SHORTLISTED: frozenset({_S.UNDER_REVIEW, _S.ACCEPTED, _S.WAITLISTED, _S.REJECTED}),
    _S.ACCEPTED: frozenset({_S.WAITLISTED, _S.REJECTED}),
    _S.WAITLISTED: frozenset({_S.UNDER_REVIEW, _S.ACCEPTED, _S.REJECTED}),
    _S.REJECTED: frozenset({_S.UNDER_REVIEW, _S.ACCEPTED, _S.WAITLISTED}),
    _S.WITHDRAWN: frozenset(),
}
"""What an officer may make of it."""
DECISIONS = (_S.UNDER_REVIEW, _S.SHORTLISTED, _S.ACCEPTED, _S.WAITLISTED, _S.REJECTED)
"""What officers decide, in the order it is offered."""
WAITING = frozenset({_S.SUBMITTED, _S.UNDER_REVIEW, _S.SHORTLISTED})
"""The office owes an answer."""
ROLES = {
    ApplicationKind.EXHIBITOR: ParticipantRole.EXHIBITOR,
    ApplicationKind.BUYER: ParticipantRole.VISITING_BUYER,
}

_l = lazy_gettext
_KIND_LABELS: dict[ApplicationKind, Any] = {
    ApplicationKind.EXHIBITOR: _l("Exhibitor"),
    ApplicationKind.BUYER: _l("Buyer"),
}
_STATE_LABELS: dict[ApplicationState, Any] = {
    _S.DRAFT: _l("Draft"),
    _S.SUBMITTED: _l("Submitted"),
    _S.UNDER_REVIEW: _l("Under review"),
    _S.SHORTLISTED: _l("Shortlisted"),
    _S.ACCEPTED: _l("Accepted"),
    _S.WAITLISTED: _l("On the waiting list"),
    _S.REJECTED: _l("Rejected"),
    _S.WITHDRAWN: _l("Withdrawn"),
}
_SIGNS = {
    _S.DRAFT: "none",
    _S.SUBMITTED: "info",
    _S.UNDER_REVIEW: "info",
    _S.SHORTLISTED: "info",
    _S.ACCEPTED: "good",
    _S.WAITLISTED: "warn",
    _S.REJECTED: "bad",
    _S.WITHDRAWN: "none",
}
