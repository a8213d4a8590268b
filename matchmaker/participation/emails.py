"""What the service writes to a company about its application."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from matchmaker.mail.letters import Letter
from matchmaker.mail.services import link
from matchmaker.participation.enums import ApplicationState
from matchmaker.participation.models import Application
from matchmaker.web.i18n import best_text

State = ApplicationState


def _submitted(event: str, company: str) -> tuple[str, str]:
    return (
        _("We have received your application: %(event)s", event=event),
        _(
            "Thank you. The application of %(company)s to take part in %(event)s has arrived. "
            "We write to you as soon as it has been looked at.",
            company=company,
            event=event,
        ),
    )


def _under_review(event: str, company: str) -> tuple[str, str]:
    return (
        _("Your application is being looked at: %(event)s", event=event),
        _(
            "A trade officer is looking at the application of %(company)s for %(event)s. "
            "You need not do anything now.",
            company=company,
            event=event,
        ),
    )


def _shortlisted(event: str, company: str) -> tuple[str, str]:
    return (
        _("Your application is on the short list: %(event)s", event=event),
        _(
            "The application of %(company)s for %(event)s is on the short list. "
            "The final decision follows.",
            company=company,
            event=event,
        ),
    )


def _accepted(event: str, company: str) -> tuple[str, str]:
    return (
        _("Your application has been accepted: %(event)s", event=event),
        _(
            "%(company)s takes part in %(event)s. Please keep what you offer or look for up to "
            "date: whom we suggest to you depends on it.",
            company=company,
            event=event,
        ),
    )


def _waitlisted(event: str, company: str) -> tuple[str, str]:
    return (
        _("You are on the waiting list: %(event)s", event=event),
        _(
            "All places at %(event)s are taken at present. %(company)s is on the waiting list; "
            "we write to you as soon as a place is free.",
            company=company,
            event=event,
        ),
    )


def _rejected(event: str, company: str) -> tuple[str, str]:
    return (
        _("Your application could not be accepted: %(event)s", event=event),
        _(
            "We are sorry: the application of %(company)s for %(event)s could not be accepted.",
            company=company,
            event=event,
        ),
    )


def _withdrawn(event: str, company: str) -> tuple[str, str]:
    return (
        _("Your application has been withdrawn: %(event)s", event=event),
        _(
            "The application of %(company)s for %(event)s has been withdrawn. "
            "You can apply again as long as applications are taken.",
            company=company,
            event=event,
        ),
    )


WORDS: dict[State, Callable[[str, str], tuple[str, str]]] = {
    State.SUBMITTED: _submitted,
    State.UNDER_REVIEW: _under_review,
    State.SHORTLISTED: _shortlisted,
    State.ACCEPTED: _accepted,
    State.WAITLISTED: _waitlisted,
    State.REJECTED: _rejected,
    State.WITHDRAWN: _withdrawn,
}
"""Subject and first paragraph; a draft is nobody's business yet."""


def application_changed(application: Application, *, reason: str) -> Letter:
    """Tell a company what became of its application (loaded with event and company)."""
    event = best_text(application.event.title)[0]
    company = application.company.name
    subject, first = WORDS[application.state](event, company)
    why = (_("The reason: %(reason)s", reason=reason),) if reason else ()
    return Letter(
        subject=subject,
        paragraphs=(first, *why),
        action=(
            _("See your application"),
            link("participation.application", public_id=application.public_id),
        ),
        closing=_(
            "You get this mail because you look after %(company)s in our service.",
            company=company,
        ),
    )
