"""Fixed sets of participation."""

from __future__ import annotations

from enum import StrEnum


class ApplicationKind(StrEnum):
    """As what a company asks to take part."""

    EXHIBITOR = "exhibitor"
    BUYER = "buyer"


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
