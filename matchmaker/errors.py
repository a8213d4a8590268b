"""Broken business rules, each with the HTTP status it is answered with."""

from __future__ import annotations


class MatchmakerError(Exception):
    """A rule of the business does not allow what was asked.

    The text is for the person who asked; pass a lazily translated sentence.
    """

    status = 422


class ConflictError(MatchmakerError):
    """Somebody else was first, or the page was old; nothing was overwritten."""

    status = 409


class ChangedMeanwhileError(ConflictError):
    """The object has a newer version than the one the page was drawn from."""


class NotAllowedNowError(MatchmakerError):
    """The person may do this, but not in the present state of the object."""

    status = 409
