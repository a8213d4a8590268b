"""What to do next, with a reason and an address; built from counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.companies.permissions import ACTING_STAFF
from matchmaker.companies.queries import profile_gaps
from matchmaker.events.models import Event
from matchmaker.home.queries import (
    CompanyFacts,
    applications_of,
    facts_of,
    failed_mails,
    open_events,
    work_at_events,
)
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.models import Application
from matchmaker.web.formats import say_datetime
from matchmaker.web.i18n import best_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do."""

    title: str
    why: str
    action: str
    """Label of the button: a verb."""
    endpoint: str
    arguments: dict[str, str] = field(default_factory=dict)
    done: bool = False
    """Not a duty but news: shown after the duties."""


def _goods_tasks(company: Company, facts: CompanyFacts) -> Iterator[Task]:
    here = {"public_id": company.public_id}
    if company.is_exporter and not facts.products:
        yield Task(
            title=_("Add your first product"),
            why=_("Buyers are matched to products: without one, nobody can be suggested to you."),
            action=_("Add a product"),
            endpoint="goods.add_product",
            arguments=here,
        )
    if facts.products_without_code:
        yield Task(
            title=ngettext(
                "Add the HS code of %(num)d product",
                "Add the HS code of %(num)d products",
                facts.products_without_code,
            ),
            why=_("Buyers who search by code cannot find them."),
            action=_("Open the products"),
            endpoint="goods.products",
            arguments=here,
        )
    if company.is_buyer and not facts.needs:
        yield Task(
            title=_("Say what you are looking for"),
            why=_("Exporters are matched to needs: without one, nobody can be suggested to you."),
            action=_("Add a need"),
            endpoint="goods.add_need",
            arguments=here,
        )
    if facts.needs_without_code:
        yield Task(
            title=ngettext(
                "Choose the goods of %(num)d need from the HS list",
                "Choose the goods of %(num)d needs from the HS list",
                facts.needs_without_code,
            ),
            why=_("Suggestions become much more exact with a code."),
            action=_("Open the needs"),
            endpoint="goods.needs",
            arguments=here,
        )


def _event_tasks(
    company: Company,
    applications: Sequence[tuple[Event, Application]],
    events: Sequence[Event],
    now: datetime,
) -> Iterator[Task]:
    asked = {(event.id, application.kind) for event, application in applications}
    kinds = [ApplicationKind.EXHIBITOR] * company.is_exporter
    kinds += [ApplicationKind.BUYER] * company.is_buyer
    for event in events:
        if not event.applications_open_at <= now <= event.applications_close_at:
            continue
        if any((event.id, kind) not in asked for kind in kinds):
            yield Task(
                title=_("Ask to take part in %(event)s", event=best_text(event.title)[0]),
                why=_(
                    "Applications are open until %(date)s.",
                    date=say_datetime(event.applications_close_at, event.time_zone),
                ),
                action=_("See the event"),
                endpoint="events.page",
                arguments={"public_id": event.public_id},
            )
    for event, application in applications:
        if application.state is ApplicationState.DRAFT:
            yield Task(
                title=_("Send your application to %(event)s", event=best_text(event.title)[0]),
                why=_("It is still a draft: the trade office has not seen it."),
                action=_("Open the application"),
                endpoint="participation.application",
                arguments={"public_id": application.public_id},
            )


def company_tasks(company: Company, now: datetime) -> list[Task]:
    """Return what the people of a company should do next."""
    facts = facts_of(company)
    here = {"public_id": company.public_id}
    tasks = list(_goods_tasks(company, facts))
    missing = profile_gaps(company)
    if missing:
        tasks.append(
            Task(
                title=_("Complete your profile: %(missing)s", missing=missing[0].what),
                why=ngettext(
                    "%(num)d thing is missing; it shows why it matters.",
                    "%(num)d things are missing; each shows why it matters.",
                    len(missing),
                ),
                action=_("Open the profile"),
                endpoint="companies.profile",
                arguments=here,
            )
        )
    tasks += _event_tasks(company, applications_of(company), open_events(now.date()), now)
    if facts.approved:
        tasks.append(
            Task(
                title=ngettext(
                    "%(num)d partner is proposed to you",
                    "%(num)d partners are proposed to you",
                    facts.approved,
                ),
                why=_("The trade office has looked at each; see why they fit."),
                action=_("See the partners"),
                endpoint="matches.of_company",
                arguments=here,
                done=True,
            )
        )
    return tasks


def officer_tasks(user: User, now: datetime) -> list[Task]:
    """Return what waits for the trade officers."""
    tasks: list[Task] = []
    if user.role not in ACTING_STAFF:
        return tasks
    for work in work_at_events(now.date()):
        title = best_text(work.event.title)[0]
        here = {"public_id": work.event.public_id}
        if work.applications:
            tasks.append(
                Task(
                    title=ngettext(
                        "%(num)d application waits for an answer",
                        "%(num)d applications wait for an answer",
                        work.applications,
                    ),
                    why=title,
                    action=_("Open the applications"),
                    endpoint="participation.applications",
                    arguments=here | {"state": "submitted"},
                )
            )
        if work.suggestions:
            tasks.append(
                Task(
                    title=ngettext(
                        "%(num)d suggestion waits for your review",
                        "%(num)d suggestions wait for your review",
                        work.suggestions,
                    ),
                    why=title,
                    action=_("Review the suggestions"),
                    endpoint="matches.queue",
                    arguments=here,
                )
            )
        elif work.participants:
            tasks.append(
                Task(
                    title=_("Have matches suggested"),
                    why=_("%(event)s: nothing waits for review.", event=title),
                    action=_("Open the match runs"),
                    endpoint="matches.runs",
                    arguments=here,
                    done=True,
                )
            )
    failed = failed_mails()
    if failed:
        tasks.append(
            Task(
                title=ngettext(
                    "%(num)d mail could not be sent", "%(num)d mails could not be sent", failed
                ),
                why=_("Ask the administrator to look at the mail server."),
                action=_("See the events"),
                endpoint="events.calendar",
            )
        )
    return tasks
