"""Languages: which one a page is in, and how the reader changes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from babel import Locale
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    redirect,
    request,
)
from flask_babel import Babel, force_locale, get_locale

from matchmaker.config import ROOT
from matchmaker.web.access import public, requires, safe_next

LANGUAGES = {"en": "English", "ja": "日本語", "ur": "اردو"}
DEFAULT_LANGUAGE = "en"
LANGUAGE_COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600

bp = Blueprint("web", __name__)


def _select() -> str | None:
    if not has_request_context():
        return None
    chosen = [request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)]
    if g.get("user") is not None:
        chosen.insert(1, g.user.language)
    for language in chosen:
        if language in LANGUAGES:
            return language
    return request.accept_languages.best_match(list(LANGUAGES), DEFAULT_LANGUAGE)


def language() -> str:
    """Return the language of the running request, or of the block it is forced in."""
    locale = get_locale()
    return (
        locale.language
        if locale is not None and locale.language in LANGUAGES
        else DEFAULT_LANGUAGE
    )


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Render in `code`, whatever the request's language is: mails are the recipient's."""
    with force_locale(code):
        yield


def best_text(texts: dict[str, str] | None) -> tuple[str, str]:
    """Return the text in the reader's language, else English, else any, with its language."""
    for code in (language(), DEFAULT_LANGUAGE, *LANGUAGES):
        if texts and texts.get(code):
            return texts[code], code
    return "", DEFAULT_LANGUAGE


@bp.post("/language")
@requires(public, before_second_factor=True)
def choose_language() -> Response:
    """Keep the language the reader chose: in a cookie, and with the person when signed in."""
    code = request.form.get("language", "")
    target = safe_next(request.form.get("next")) or "/"
    answer = redirect(target, 303)
    if code in LANGUAGES:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        answer.set_cookie(
            LANGUAGE_COOKIE,
            code,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=secure,
        )
        if g.user is not None:
            g.user.language = code
    assert isinstance(answer, Response)
    return answer


def init_i18n(app: Flask) -> None:
    """Set up Babel, and tell every template language and direction."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "matchmaker" / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    Babel(app, locale_selector=_select)
    app.register_blueprint(bp)

    @app.context_processor
    def languages() -> dict[str, Any]:
        code = language()
        return {
            "language": code,
            "direction": Locale(code).text_direction,
            "languages": list(LANGUAGES.items()),
        }
