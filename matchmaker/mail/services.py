"""Writing mails into the outbox, and sending what waits there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app, render_template
from flask_mailman import EmailMultiAlternatives

from matchmaker.config import Settings
from matchmaker.db.base import db, random_id
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import after_commit, unit_of_work
from matchmaker.jobs.enums import OutboxState
from matchmaker.jobs.models import OutboxMessage
from matchmaker.mail.letters import Letter
from matchmaker.web.i18n import in_language

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
"""Doubled after each failure: the eighth attempt comes about two hours after the first."""


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def link(endpoint: str, **arguments: str) -> str:
    """Return the absolute address of a page, under the configured address of the service."""
    path = current_app.url_map.bind("").build(endpoint, arguments)
    return _settings().public_url.rstrip("/") + path


def post(
    kind: str, write: Callable[[], Letter], *, recipient: str, language: str, now: datetime
) -> OutboxMessage:
    """Put a mail into the outbox; the worker is woken once the caller has committed.

    `write` is called with the recipient's language in force.
    """
    settings = _settings()
    with in_language(language):
        letter = write()
        context = {
            "letter": letter,
            "mail_language": language,
            "office_name": settings.office_name,
        }
        text = render_template("mail/letter.txt", **context)
        html = render_template("mail/letter.html", **context)
    host = urlsplit(settings.public_url).hostname or "localhost"
    message = OutboxMessage(
        message_id=f"<{random_id()}@{host}>",
        recipient=recipient,
        language=language,
        kind=kind,
        subject=" ".join(letter.subject.split()),
        text=text,
        html=html,
        next_attempt_at=now,
        created_at=now,
    )
    db.session.add(message)
    db.session.flush()
    tasks = current_app.extensions["tasks"]
    after_commit(tasks.send_messages)
    return message


def _claim(now: datetime) -> OutboxMessage | None:
    """Take the oldest waiting message; if the worker dies with it, the next attempt comes."""
    due = (OutboxMessage.state == OutboxState.WAITING, OutboxMessage.next_attempt_at <= now)
    oldest = sa.select(OutboxMessage).where(*due).order_by(OutboxMessage.id).limit(1)
    message = db.session.scalars(oldest.with_for_update(skip_locked=True)).first()
    if message is not None:
        message.attempts += 1
        message.next_attempt_at = now + FIRST_PAUSE * 2 ** (message.attempts - 1)
        db.session.flush()
    return message


def _send(message: OutboxMessage) -> None:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=_settings().mail_from,
        to=[message.recipient],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(message.html, "text/html")
    mail.send()


def _send_next() -> bool:
    with unit_of_work():
        message = _claim(utcnow())
        if message is None:
            return False
        number = message.id
    message = db.session.get_one(OutboxMessage, number)
    error = ""
    try:
        _send(message)
    except (OSError, SMTPException) as failure:
        error = type(failure).__name__
        log.warning("mail not sent", extra={"mail": message.public_id, "kind": error})
    with unit_of_work():
        message = db.session.get_one(OutboxMessage, number)
        message.error = error
        if not error:
            message.state, message.sent_at = OutboxState.SENT, utcnow()
        elif message.attempts >= MAX_ATTEMPTS:
            message.state = OutboxState.FAILED
    return True


def send_waiting() -> int:
    """Send what is due, one by one; return how many were tried."""
    tried = 0
    while _send_next():
        tried += 1
    return tried
