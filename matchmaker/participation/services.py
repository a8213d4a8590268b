"""Applying to take part, deciding on it, and taking it back."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.companies.services.acting import ACTED_FOR
from matchmaker.companies.services.following import company_changed
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError, NotAllowedNowError
from matchmaker.events.models import Event, Participant
from matchmaker.mail.services import post
from matchmaker.participation.emails import application_changed
from matchmaker.participation.entry_queries import chosen_to_enter
from matchmaker.participation.enums import (
    COMPANY_STEPS,
    OFFICER_STEPS,
    ApplicationKind,
    ApplicationState,
    Steps,
)
from matchmaker.participation.models import Application, ApplicationStep
from matchmaker.participation.queries import (
    application_of,
    applications_to_decide,
    people_to_tell,
)
from matchmaker.participation.readiness_services import begin_to_show, stop_showing
from matchmaker.web.i18n import DEFAULT_LANGUAGE

log = logging.getLogger(__name__)
State = ApplicationState
_l = lazy_gettext


class WindowClosedError(NotAllowedNowError):
    """The event takes no applications now."""


class ReasonMissingError(MatchmakerError):
    """A rejection must say why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a company sends, or keeps as a draft."""

    kind: ApplicationKind
    message: str
    language: str
    """Of the message: en, ja or ur."""
    send: bool = True
    """False: only keep it."""


def _refuse_closed_window(event: Event, now: datetime) -> None:
    if event.takes_applications(now):
        return
    if now < event.applications_open_at:
        raise WindowClosedError(_l("Applications for this event are not open yet."))
    raise WindowClosedError(_l("Applications for this event are closed."))


def _refuse_step(steps: Steps, before: State | None, after: State) -> None:
    if after not in steps[before]:
        raise NotAllowedNowError(
            _l("The application cannot take this step any more. Load the page again.")
        )


def _follow(application: Application, *, actor: User, now: datetime) -> None:
    """Let the company's part in the event follow the application."""
    role = application.kind.role
    exhibits = application.kind is ApplicationKind.EXHIBITOR
    part = db.session.scalars(
        sa.select(Participant).where(
            Participant.event_id == application.event_id,
            Participant.company_id == application.company_id,
            Participant.role == role,
        )
    ).one_or_none()
    if application.state is State.ACCEPTED:
        if part is None:
            part = Participant(
                event_id=application.event_id,
                company_id=application.company_id,
                role=role,
                joined_at=now,
            )
            db.session.add(part)
        elif part.left_at is not None:
            part.left_at, part.joined_at = None, now
        if exhibits:
            begin_to_show(_event_of(application), application.company_id, now=now)
        company_changed(application.company_id, actor_id=actor.id, now=now)
    elif part is not None and part.left_at is None:
        part.left_at = now
        if exhibits:
            stop_showing(_event_of(application), application.company_id, now=now)
        company_changed(application.company_id, actor_id=actor.id, now=now)


def _event_of(application: Application) -> Event:
    return db.session.get_one(Event, application.event_id)


def _tell(application: Application, people: Iterable[User], *, reason: str, now: datetime) -> None:
    for person in people:
        post(
            f"application.{application.state}",
            lambda: application_changed(application, reason=reason),
            recipient=person.email,
            language=person.language,
            now=now,
        )


def _tell_company(application: Application, *, reason: str, now: datetime) -> None:
    number = application.company_id
    _tell(application, people_to_tell([number]).get(number, ()), reason=reason, now=now)


def _step(
    application: Application,
    before: State | None,
    after: State,
    *,
    actor: User,
    reason: str,
    now: datetime,
) -> None:
    """Change the state and append what happened; the company is told by the caller."""
    application.state, application.changed_at = after, now
    db.session.add(application)
    db.session.flush()  # a race that slipped past the check fails here, on the version
    db.session.add(
        ApplicationStep(
            application_id=application.id,
            before=before,
            after=after,
            actor_id=actor.id,
            at=now,
            reason=reason,
        )
    )
    _follow(application, actor=actor, now=now)
    db.session.flush()
    record(
        f"application.{after}",
        application.public_id,
        actor_id=actor.id,
        now=now,
        before={"state": before},
        after={"state": after},
    )
    log.info(
        "application changed", extra={"application": application.public_id, "state": after.value}
    )


def _own(
    event: Event, company: Company, kind: ApplicationKind, *, now: datetime
) -> tuple[Application, bool]:
    """Return the company's one application of this kind, and whether it was made now."""
    made = False
    found = application_of(event, company, kind, lock=True)
    if found is None:
        first = Application(
            event_id=event.id,
            company_id=company.id,
            kind=kind,
            state=State.DRAFT,
            created_at=now,
            changed_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(first)
            made = True
        except IntegrityError:
            log.info("two applications at once, kept one", extra={"event": event.public_id})
        found = application_of(event, company, kind, lock=True)
    assert found is not None
    return found, made


def apply(
    event: Event,
    company: Company,
    wish: Wish,
    *,
    actor: User,
    now: datetime,
    seen_version: int | None = None,
) -> Application:
    """Send a company's application, or keep it as a draft; sent twice, it stays one.

    Raises
    ------
    WindowClosedError
        If the event takes no applications now (409).
    ChangedMeanwhileError
        If the draft was changed after the page was drawn (409).
    NotAllowedNowError
        If the office has it in hand, or has decided on it (409).
    """
    _refuse_closed_window(event, now)
    application, made = _own(event, company, wish.kind, now=now)
    if application.state is State.SUBMITTED and wish.send:
        return application
    after = State.SUBMITTED if wish.send else State.DRAFT
    before = None if made else application.state
    _refuse_step(COMPANY_STEPS, before, after)
    if not made and seen_version is not None and application.version != seen_version:
        raise ChangedMeanwhileError(
            _l("A colleague has changed this draft meanwhile. Nothing was overwritten.")
        )
    application.message, application.message_language = wish.message, wish.language
    if before is not after:
        _step(application, before, after, actor=actor, reason="", now=now)
    db.session.flush()
    if after is State.SUBMITTED:
        set_committed_value(application, "event", event)
        set_committed_value(application, "company", company)
        _tell_company(application, reason="", now=now)
        if actor.is_staff:
            what = {"what": "application.send"}
            record(ACTED_FOR, company.public_id, actor_id=actor.id, now=now, after=what)
    return application


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of entering many companies at once."""

    done: Sequence[Application]
    left: int
    """How many applied meanwhile, or cannot take part as this; nothing was done to them."""


def enter_many(
    event: Event,
    kind: ApplicationKind,
    public_ids: Collection[str],
    *,
    officer: User,
    now: datetime,
) -> Entered:
    """Send applications on behalf of companies that have sent none, by their public ids.

    Raises
    ------
    NotAllowedNowError
        If the event is not published, or takes no applications now (409).
    """
    if event.published_at is None:
        raise NotAllowedNowError(_l("Publish the event first, then enter companies."))
    _refuse_closed_window(event, now)
    wish = Wish(kind, "", DEFAULT_LANGUAGE)
    companies = chosen_to_enter(event, kind, public_ids)
    done = [apply(event, company, wish, actor=officer, now=now) for company in companies]
    return Entered(done, len(set(public_ids)) - len(done))


def _refuse_stale(application: Application, seen_version: int) -> None:
    db.session.refresh(application, ["version", "state"], with_for_update=True)
    if application.version != seen_version:
        raise ChangedMeanwhileError(
            _l("Somebody has changed this application meanwhile. Nothing was overwritten.")
        )


def _refuse_decision(application: Application, state: State, reason: str) -> None:
    _refuse_step(OFFICER_STEPS, application.state, state)
    if state is State.REJECTED and not reason:
        raise ReasonMissingError(_l("Say why: the company is told the reason."))


def decide_application(
    application: Application,
    state: ApplicationState,
    *,
    officer: User,
    seen_version: int,
    reason: str,
    now: datetime,
) -> None:
    """Take an officer's step with an application (loaded with event and company).

    Accepting makes the company a participant; taking that back ends its part.

    Raises
    ------
    ChangedMeanwhileError
        If it was changed after the officer's page was drawn (409).
    NotAllowedNowError
        If its state does not allow the step (409).
    ReasonMissingError
        If a rejection names no reason.
    """
    _refuse_stale(application, seen_version)
    _refuse_decision(application, state, reason)
    _step(application, application.state, state, actor=officer, reason=reason, now=now)
    _tell_company(application, reason=reason, now=now)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What became of many applications at once."""

    done: Sequence[Application]
    left: Sequence[Application]
    """Changed meanwhile, or in a state that does not allow the step; nothing was done to them."""


def decide_many(
    event: Event,
    seen_versions: Mapping[str, int],
    state: ApplicationState,
    *,
    officer: User,
    reason: str,
    now: datetime,
) -> Bulk:
    """Take the same step with many of an event's applications, by public id and version seen.

    Raises
    ------
    ReasonMissingError
        If a rejection names no reason; nothing is done then.
    """
    if state is State.REJECTED and not reason:
        raise ReasonMissingError(_l("Say why: the companies are told the reason."))
    done, left = [], []
    chosen = applications_to_decide(event, seen_versions.keys())
    people = people_to_tell([application.company_id for application in chosen])
    for application in chosen:
        allowed = state in OFFICER_STEPS[application.state]
        if not allowed or application.version != seen_versions[application.public_id]:
            left.append(application)
            continue
        _step(application, application.state, state, actor=officer, reason=reason, now=now)
        _tell(application, people.get(application.company_id, ()), reason=reason, now=now)
        done.append(application)
    return Bulk(done, left)


def withdraw_application(
    application: Application, *, actor: User, seen_version: int, reason: str, now: datetime
) -> None:
    """Take an application back (loaded with event and company); its part in the event ends.

    Raises
    ------
    ChangedMeanwhileError
        If it was changed after the page was drawn (409).
    NotAllowedNowError
        If it cannot be withdrawn any more (409).
    """
    _refuse_stale(application, seen_version)
    _refuse_step(COMPANY_STEPS, application.state, State.WITHDRAWN)
    before = application.state
    _step(application, before, State.WITHDRAWN, actor=actor, reason=reason, now=now)
    if before is not State.DRAFT:
        _tell_company(application, reason=reason, now=now)
