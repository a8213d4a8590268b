"""Fixed sets of matching and review."""

from __future__ import annotations

from enum import StrEnum


class SuggestionState(StrEnum):
    """Where a suggestion stands."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    HELD = "held"
    SUPERSEDED = "superseded"
    """A later run no longer makes it; nobody had decided."""


class RejectionReason(StrEnum):
    """Why an officer rejects a suggestion; chosen from this list, with free text beside it."""

    WRONG_GOODS = "wrong_goods"
    VOLUME = "volume"
    PRICE = "price"
    CERTIFICATES = "certificates"
    NOT_READY = "not_ready"
    ALREADY_IN_TOUCH = "already_in_touch"
    COMPETITOR = "competitor"
    CAPACITY = "capacity"
    """One of the two has enough meetings."""
    OTHER = "other"


class SuggestionSource(StrEnum):
    """Who made a suggestion."""

    MODEL = "model"
    OFFICER = "officer"


class BlockReason(StrEnum):
    """Why two companies are kept apart."""

    ASKED = "asked"
    """One of the two asked for it."""
    DISPUTE = "dispute"
    RELATED = "related"
    """They belong to one group."""
    COMPETITOR = "competitor"
    OTHER = "other"
