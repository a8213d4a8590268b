"""Headers of every answer, addresses of static files, and the request's id."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, g, request, url_for

from matchmaker.db.base import random_id

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


@lru_cache(maxsize=512)
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


@lru_cache(maxsize=512)
def _address(folder: str, name: str) -> str:
    return url_for("static", filename=name, v=_version(Path(folder) / name))


def static_url(name: str) -> str:
    """Return the address of a static file with its version, so that it may be kept for ever.

    Worked out once a process: files change with a release, and a release starts anew.
    """
    assert current_app.static_folder is not None
    return _address(current_app.static_folder, name)


def init_headers(app: Flask, *, on_tls: bool) -> None:
    """Give every request an id and every answer its headers."""

    @app.before_request
    def name_request() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else random_id()

    @app.after_request
    def add(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if on_tls:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static" and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store" if g.get("user") else "no-cache"
        response.headers["X-Request-Id"] = g.get("request_id", "")
        return response
