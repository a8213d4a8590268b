"""Mails about companies."""

from __future__ import annotations

from flask_babel import gettext as _

from matchmaker.companies.models import Company
from matchmaker.mail.letters import Letter
from matchmaker.mail.services import link


def member_invitation(company: Company, inviter: str, token: str) -> Letter:
    """Ask a colleague to join a company."""
    return Letter(
        subject=_("Invitation to %(company)s", company=company.name),
        paragraphs=(
            _(
                "%(person)s invites you to act for %(company)s in this service.",
                person=inviter,
                company=company.name,
            ),
            _("The link below works once, for seven days."),
        ),
        action=(_("Accept the invitation"), link("companies.accept_membership", token=token)),
        closing=_(
            "You get this mail because somebody typed your address. If you do not know the "
            "company, ignore it: nothing happens."
        ),
    )
