"""Error pages: what happened, what was kept, what to do next."""

from __future__ import annotations

import errno
import logging
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from matchmaker.config import Settings
from matchmaker.db.base import db
from matchmaker.errors import MatchmakerError
from matchmaker.web.access import safe_next
from matchmaker.web.again import page_to_send_again

log = logging.getLogger(__name__)

RETRY_AFTER_S = 30
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

Words = tuple[object, object]
_l = lazy_gettext
WORDS: dict[int, Words] = {
    400: (
        _l("That request could not be read"),
        _l("Go back, load the page again and try once more."),
    ),
    403: (
        _l("You may not do that"),
        _l("Ask the owner of your company or a trade officer for the right."),
    ),
    404: (
        _l("There is no such page"),
        _l("It may have moved, or it belongs to somebody else. Start again from the first page."),
    ),
    405: (_l("That cannot be done here"), _l("Go back and use the buttons of the page.")),
    409: (
        _l("Something changed meanwhile"),
        _l("Nothing was overwritten. Load the page again, look at what is there now, and decide."),
    ),
    413: (
        _l("That is too large"),
        _l("Nothing was saved. Send a smaller file or a shorter text."),
    ),
    415: (
        _l("That kind of file is not accepted"),
        _l("Choose one of the kinds named beside the field."),
    ),
    422: (_l("That could not be done"), _l("Go back and correct what the message says.")),
    429: (_l("Too many tries"), _l("Wait a few minutes, then try again.")),
    500: (
        _l("Something went wrong on our side"),
        _l("It has been written down. Try again in a few minutes; what you had saved is kept."),
    ),
    503: (
        _l("The service is not ready"),
        _l("What you had saved is kept. Try again in a few minutes."),
    ),
}


def _page_before() -> str | None:
    """Return the page of this site from which the request came, else None."""
    before = urlsplit(request.referrer or "")
    if before.netloc != request.host:
        return None
    return safe_next(f"{before.path}?{before.query}" if before.query else before.path)


def error_page(
    status: int, message: object = None, *, back: str | None = None
) -> ResponseReturnValue:
    """Draw the page of an error; `back` is a page of this site to return to."""
    title, advice = WORDS.get(status, WORDS[500 if status >= 500 else 400])
    template = "errors/failure.html" if status >= 500 else "errors/error.html"
    words = {"title": title, "message": message, "advice": advice}
    return render_template(template, status=status, back=back, **words), status


def _broken_rule(error: MatchmakerError) -> ResponseReturnValue:
    db.session.rollback()
    return error_page(error.status, str(error))


def _changed_meanwhile(_error: StaleDataError) -> ResponseReturnValue:
    db.session.rollback()
    return error_page(409)


def _constraint_refused(_error: IntegrityError) -> ResponseReturnValue:
    db.session.rollback()
    log.warning("constraint refused a write", extra={"endpoint": request.endpoint})
    return error_page(409)


def _unavailable() -> ResponseReturnValue:
    """Say that nothing could be written or read; asks the database nothing."""
    g.user = g.session = None  # their rows would be loaded again
    page = current_app.make_response(error_page(503))
    page.headers["Retry-After"] = str(RETRY_AFTER_S)
    return page


def _give_up() -> None:
    # Rolling back fails, too, where the connection is gone; the pool then drops it.
    with suppress(OperationalError):
        db.session.rollback()


def _database_away(
    error: OperationalError | InterfaceError | PoolTimeoutError,
) -> ResponseReturnValue:
    _give_up()
    log.error("database away", extra={"kind": type(error).__name__})
    return _unavailable()


def _disk_full(error: OSError) -> ResponseReturnValue:
    if error.errno not in NO_ROOM:
        raise error
    _give_up()
    log.error("disk full", extra={"errno": error.errno})
    return _unavailable()


def _forged(_error: CSRFError) -> ResponseReturnValue:
    view: Any = current_app.view_functions[request.endpoint or ""]
    again = page_to_send_again(view.first_step(), 400)
    if again is not None:
        return again
    message = _l("The form was open too long, or came from another site. Nothing was changed.")
    return error_page(400, message)


def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    settings: Settings = current_app.extensions["settings"]
    message = _l("A file may have at most %(limit)s MB.", limit=settings.max_upload_mib)
    return error_page(413, message, back=_page_before())


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    page = current_app.make_response(error_page(error.code or 500))
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            page.headers[name] = value
    return page


def _crashed(error: Exception) -> ResponseReturnValue:
    # A failed commit comes here and not to the handlers above: the view had answered already.
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, OperationalError | InterfaceError | PoolTimeoutError):
        return _database_away(cause)
    _give_up()
    return error_page(500)


def _refuse_nul() -> None:
    """Refuse an address with a NUL: PostgreSQL takes none in a text, and none is ever meant."""
    if "\x00" in request.path or b"%00" in request.query_string:
        abort(400)


def init_errors(app: Flask) -> None:
    """Answer every error with a page."""
    app.before_request(_refuse_nul)
    app.register_error_handler(MatchmakerError, _broken_rule)
    app.register_error_handler(StaleDataError, _changed_meanwhile)
    app.register_error_handler(IntegrityError, _constraint_refused)
    for away in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(away, _database_away)
    app.register_error_handler(OSError, _disk_full)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(500, _crashed)
