"""What to do next, with a reason and an address; built from counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.companies.permissions import ACTING_STAFF, can_own
from matchmaker.companies.queries import profile_gaps
from matchmaker.events.models import Event
from matchmaker.home.queries import (
    CompanyFacts,
    EventWork,
    applications_of,
    facts_of,
    failed_mails,
    open_events,
    work_at_events,
)
from matchmaker.home.readiness_tasks import readiness_tasks, waiting_paper_tasks
from matchmaker.home.task import Task
from matchmaker.participation.enums import WAITING, ApplicationKind, ApplicationState
from matchmaker.participation.models import Application
from matchmaker.reference.day_queries import office_day
from matchmaker.web.formats import say_deadline
from matchmaker.web.i18n import best_text


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


def _consent_tasks(company: Company, user: User) -> Iterator[Task]:
    here = {"public_id": company.public_id}
    why = _("No match run looks at the company before that, so nobody can be proposed to you.")
    if can_own(user, company):
        yield Task(
            title=_("Agree to suggestions"),
            why=why,
            action=_("Open the consents"),
            endpoint="companies.consents",
            arguments=here,
            warns=True,
        )
    else:
        yield Task(
            title=_("Ask the owner of your company to agree to suggestions"),
            why=why,
            action=_("See who the owner is"),
            endpoint="companies.members",
            arguments=here,
            warns=True,
        )


def _open_event_tasks(
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
                    date=say_deadline(event.applications_close_at, event.time_zone),
                ),
                action=_("See the event"),
                endpoint="events.page",
                arguments={"public_id": event.public_id},
            )


def _words_of_state(state: ApplicationState, event: str) -> tuple[str, str] | None:
    """Return what became of an application, and what comes next; None where nothing does."""
    if state is ApplicationState.DRAFT:
        return (
            _("Send your application to %(event)s", event=event),
            _("It is still a draft: the trade office has not seen it."),
        )
    if state in WAITING:
        return (
            _("You have applied to %(event)s", event=event),
            _("It waits for the trade office, which answers by mail."),
        )
    if state is ApplicationState.ACCEPTED:
        return (
            _("You take part in %(event)s", event=event),
            _("Next, the trade office looks for partners. Keep profile and goods up to date."),
        )
    if state is ApplicationState.WAITLISTED:
        return (
            _("You are on the waiting list of %(event)s", event=event),
            _("The trade office writes to you when a place becomes free."),
        )
    if state is ApplicationState.REJECTED:
        return (
            _("Your application to %(event)s was declined", event=event),
            _("The application says why. Other events are in the calendar."),
        )
    return None


def _application_tasks(applications: Sequence[tuple[Event, Application]]) -> Iterator[Task]:
    for event, application in applications:
        words = _words_of_state(application.state, best_text(event.title)[0])
        if words is not None:
            yield Task(
                title=words[0],
                why=words[1],
                action=_("Open the application"),
                endpoint="participation.application",
                arguments={"public_id": application.public_id},
                done=application.state is not ApplicationState.DRAFT,
            )


def company_tasks(company: Company, user: User, now: datetime) -> list[Task]:
    """Return what a person of the company should do next, what shuts it out first."""
    facts = facts_of(company)
    here = {"public_id": company.public_id}
    tasks = [] if facts.may_be_suggested else list(_consent_tasks(company, user))
    tasks += _goods_tasks(company, facts)
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
    tasks += readiness_tasks(company, now)
    today = office_day(now)
    applications = applications_of(company, today=today)
    tasks += _open_event_tasks(company, applications, open_events(today), now)
    tasks += _application_tasks(applications)
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


def _run_tasks(work: EventWork) -> Iterator[Task]:
    """Say when a run would find something new."""
    title = best_text(work.event.title)[0]
    here = {"public_id": work.event.public_id}
    if work.newcomers:
        yield Task(
            title=ngettext(
                "%(num)d company has joined since the last match run",
                "%(num)d companies have joined since the last match run",
                work.newcomers,
            ),
            why=_("%(event)s: a new run suggests partners to them.", event=title),
            action=_("Open the match runs"),
            endpoint="matches.runs",
            arguments=here,
        )
    elif work.participants and not work.suggestions:
        yield Task(
            title=_("Have matches suggested"),
            why=_("%(event)s: nothing waits for review.", event=title),
            action=_("Open the match runs"),
            endpoint="matches.runs",
            arguments=here,
            done=True,
        )


def officer_tasks(user: User, now: datetime) -> list[Task]:
    """Return what waits for the trade officers."""
    tasks: list[Task] = []
    if user.role not in ACTING_STAFF:
        return tasks
    for work in work_at_events(office_day(now)):
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
        tasks += _run_tasks(work)
    tasks += waiting_paper_tasks()
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
