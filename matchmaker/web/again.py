"""A form that came after its session had ended: shown to who sent it, to be sent once more.

Without this, what somebody typed for half an hour is gone when they signed out in another tab.
Nothing is kept on the server: the page itself holds the fields, and the person presses once more
when signed in. A page of another site must not get so far that one press confirms its forged
form, so only a form that the browser says came from our own pages is shown.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

SECRETS = frozenset({"csrf_token", "password", "present", "offer"})
CODES = frozenset({"code"})
"""Secret on the pages of accounts; elsewhere a code is the name of something."""


def came_from_here() -> bool:
    """Whether the browser says that one of our own pages sent this form, without script.

    Browsers set both headers themselves; no page can. Where neither is sent, nothing is believed.
    """
    if request.method != "POST" or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def kept_fields() -> list[tuple[str, str]]:
    """Return what was typed, but for passwords, tokens and files."""
    secret = SECRETS | CODES if request.blueprint == "accounts" else SECRETS
    return [
        (name, value)
        for name, values in request.form.lists()
        if name not in secret
        for value in values
    ]


def page_to_send_again(step: str | None, status: int) -> ResponseReturnValue | None:
    """Draw the page of a form that could not be taken; None where it must not be shown.

    `step` is the endpoint where the person must go first: to sign in, or to give a code.
    """
    fields = kept_fields()
    if not came_from_here() or not fields:
        return None
    page = render_template(
        "errors/send_again.html",
        fields=fields,
        left_out=bool(set(request.form) - {"csrf_token"} - {name for name, _ in fields})
        or any(file.filename for file in request.files.values()),
        step=url_for(step) if step else None,
        status=status,
    )
    return page, status
