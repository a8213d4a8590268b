"""Work of the worker: looking an address up and writing to it."""

from __future__ import annotations

from typing import Any

from matchmaker.accounts.queries import user_by_email
from matchmaker.accounts.services.password_change import send_reset_link
from matchmaker.accounts.services.sign_up import ask_confirmation
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.jobs.models import Job
from matchmaker.jobs.services import Finish, Progress

MAILS = {"confirm": ask_confirmation, "reset": send_reset_link}


def write_mail(arguments: dict[str, Any], progress: Progress) -> Finish:
    """Send the mail asked for, if the address is somebody's."""

    def finish() -> dict[str, Any]:
        user = user_by_email(arguments["email"])
        if user is not None:
            MAILS[arguments["mail"]](user, now=utcnow())
        # What somebody typed into a public form is not kept.
        db.session.get_one(Job, progress.job_id).arguments = {"mail": arguments["mail"]}
        return {}

    return finish
