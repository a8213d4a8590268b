"""What the service writes to a company about its papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask_babel import gettext as _

from matchmaker.companies.models import Company
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.models import HeldPaper
from matchmaker.compliance.wording import REFUSALS
from matchmaker.mail.letters import Letter
from matchmaker.mail.services import link
from matchmaker.web.formats import say_date
from matchmaker.web.i18n import best_text

State = PaperState


def _verified(name: str, company: str) -> tuple[str, str]:
    return (
        _("Certificate verified: %(certificate)s", certificate=name),
        _(
            "The trade office has verified “%(certificate)s” of %(company)s. "
            "It counts for the readiness of your products from now on.",
            certificate=name,
            company=company,
        ),
    )


def _refused(name: str, company: str) -> tuple[str, str]:
    return (
        _("Certificate could not be verified: %(certificate)s", certificate=name),
        _(
            "The trade office could not verify “%(certificate)s” of %(company)s. "
            "Correct it and it is looked at again.",
            certificate=name,
            company=company,
        ),
    )


def _revoked(name: str, company: str) -> tuple[str, str]:
    return (
        _("Certificate no longer counts: %(certificate)s", certificate=name),
        _(
            "“%(certificate)s” of %(company)s was verified before and has been revoked. "
            "It no longer counts for the readiness of your products.",
            certificate=name,
            company=company,
        ),
    )


def _submitted(name: str, company: str) -> tuple[str, str]:
    return (
        _("Certificate is looked at again: %(certificate)s", certificate=name),
        _(
            "The trade office has taken back its last decision on “%(certificate)s” of "
            "%(company)s and looks at it again. You need not do anything now.",
            certificate=name,
            company=company,
        ),
    )


_WORDS: dict[PaperState, Callable[[str, str], tuple[str, str]]] = {
    State.VERIFIED: _verified,
    State.REFUSED: _refused,
    State.REVOKED: _revoked,
    State.SUBMITTED: _submitted,
}


def paper_changed(paper: HeldPaper) -> Letter:
    """Tell a company what was decided about its paper, loaded with scheme and company."""
    subject, said = _WORDS[paper.state](best_text(paper.scheme.names)[0], paper.company.name)
    paragraphs = [said]
    if paper.refusal is not None:
        paragraphs.append(str(REFUSALS[paper.refusal]))
    if paper.state_reason:
        paragraphs.append(paper.state_reason)
    return Letter(
        subject=subject,
        paragraphs=tuple(paragraphs),
        action=(_("Open the certificate"), link("papers.page", public_id=paper.public_id)),
        closing=_("You get this mail because you act for this company in our service."),
    )


def _lapse_line(paper: HeldPaper, today: date) -> str:
    assert paper.valid_to is not None
    name = best_text(paper.scheme.names)[0]
    left = (paper.valid_to - today).days
    if left == 0:
        return str(_("%(certificate)s: today is its last day", certificate=name))
    return str(
        _(
            "%(certificate)s: valid until %(date)s, days left: %(days)s",
            certificate=name,
            date=say_date(paper.valid_to),
            days=left,
        )
    )


def papers_lapse(company: Company, papers: Sequence[HeldPaper], *, today: date) -> Letter:
    """Warn a company of papers that are about to end, loaded with their schemes."""
    return Letter(
        subject=_("Certificates of %(company)s expire soon", company=company.name),
        paragraphs=(
            _(
                "These certificates of %(company)s end soon. Without them goods may not be "
                "allowed into Japan. Ask the issuer for new ones in good time, and add them here.",
                company=company.name,
            ),
            *(_lapse_line(paper, today) for paper in papers),
        ),
        action=(_("Open the certificates"), link("papers.list", public_id=company.public_id)),
        closing=_("You get this mail because you act for this company in our service."),
    )
