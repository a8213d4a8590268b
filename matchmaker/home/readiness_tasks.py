"""What to do next about readiness and papers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.companies.models import Company
from matchmaker.home.readiness_queries import KeptOut, kept_out, paper_facts, waiting_papers
from matchmaker.home.task import Task
from matchmaker.reference.day_queries import office_day
from matchmaker.web.formats import say_date
from matchmaker.web.i18n import best_text


def _kept_out_task(company: Company, found: KeptOut) -> Task:
    if found.number == 1:
        title = _("%(product)s is not allowed into Japan yet", product=found.nearest.name)
    else:
        title = ngettext(
            "%(num)d product is not allowed into Japan yet",
            "%(num)d products are not allowed into Japan yet",
            found.number,
        )
    if found.scheme is None:
        why = _("Look at what is missing, and whom to ask.")
    else:
        why = _(
            "For %(product)s, see to this first: %(certificate)s.",
            product=found.nearest.name,
            certificate=best_text(found.scheme.names)[0],
        )
    return Task(
        title=title,
        why=why,
        action=_("See what is missing"),
        endpoint="compliance.company",
        arguments={"public_id": company.public_id},
    )


def readiness_tasks(company: Company, now: datetime) -> Iterator[Task]:
    """Yield what an exporter should do about its papers, and what keeps its goods out."""
    if not company.is_exporter:
        return
    papers, here = paper_facts(company, today=office_day(now)), {"public_id": company.public_id}
    if papers.refused:
        yield Task(
            title=ngettext(
                "%(num)d certificate could not be verified",
                "%(num)d certificates could not be verified",
                papers.refused,
            ),
            why=_("The office says why. Correct it, and it counts once it is verified."),
            action=_("Open the certificates"),
            endpoint="papers.list",
            arguments=here,
        )
    if papers.lapsing and papers.first_end is not None:
        yield Task(
            title=ngettext(
                "%(num)d certificate ends within 90 days",
                "%(num)d certificates end within 90 days",
                papers.lapsing,
            ),
            why=_("The first ends on %(date)s.", date=say_date(papers.first_end)),
            action=_("Open the certificates"),
            endpoint="papers.list",
            arguments=here,
        )
    found = kept_out(company)
    if found is not None:
        yield _kept_out_task(company, found)


def waiting_paper_tasks() -> Iterator[Task]:
    """Yield what waits for officers about papers."""
    papers = waiting_papers()
    if papers.number and papers.since is not None:
        yield Task(
            title=ngettext(
                "%(num)d certificate waits to be verified",
                "%(num)d certificates wait to be verified",
                papers.number,
            ),
            why=_("The oldest has waited since %(date)s.", date=say_date(papers.since)),
            action=_("Open the certificates"),
            endpoint="papers.waiting",
        )
