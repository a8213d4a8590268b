"""One commit per request, at the edge."""

from __future__ import annotations

from flask import Flask, Response, g, request

from matchmaker.db.transaction import commit, mean_to_write, rollback

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def keep_on_failure() -> None:
    """Commit although the answer is an error: a wrong password must be counted."""
    g.keep_on_failure = True


def init_transaction(app: Flask) -> None:
    """Commit after a successful unsafe request, roll back otherwise."""

    @app.before_request
    def begin() -> None:
        mean_to_write(yes=request.method not in SAFE_METHODS)

    @app.after_request
    def end(response: Response) -> Response:
        unsafe = request.method not in SAFE_METHODS
        if unsafe and (response.status_code < 400 or g.get("keep_on_failure")):
            commit()
        else:
            rollback()
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        mean_to_write(yes=False)
