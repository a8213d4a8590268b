"""Who may open what: one decorator on every view, which loads the object and asks the rule."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

SIGN_IN = "accounts.sign_in"
SECOND_FACTOR = "accounts.second_factor"
SET_SECOND_FACTOR = "accounts.set_second_factor"


class Person(Protocol):
    """What the web layer needs to know of the one who asks."""

    @property
    def id(self) -> int: ...
    @property
    def is_staff(self) -> bool: ...
    @property
    def has_second_factor(self) -> bool: ...


Rule = Callable[..., bool]
"""Takes the person (None when nobody is signed in) and, where the view has one, the object."""
View = Callable[..., ResponseReturnValue]


def public(_person: Person | None, _object: object = None) -> bool:
    """Anybody may."""
    return True


def signed_in(person: Person | None, _object: object = None) -> bool:
    """Whoever is signed in may."""
    return person is not None


def staff(person: Person | None, _object: object = None) -> bool:
    """Officers, observers, interpreters and administrators may."""
    return person is not None and person.is_staff


def safe_next(target: str | None) -> str | None:
    """Return `target` where it is a path of this site, else None.

    Browsers read a backslash as a slash and drop tabs and line breaks, so whatever has one of
    them, or a second slash in front, could lead elsewhere.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if any(c == "\\" or ord(c) < 0x20 or ord(c) == 0x7F for c in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def _sent_elsewhere(*, anonymous: bool, before_second_factor: bool) -> ResponseReturnValue | None:
    """Answer for those who must first sign in or give their second factor."""
    person: Person | None = g.user
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    if person is None:
        return None if anonymous else redirect(url_for(SIGN_IN, next=here), 303)
    if before_second_factor or not (person.is_staff or person.has_second_factor):
        return None
    if not person.has_second_factor:
        return redirect(url_for(SET_SECOND_FACTOR), 303)
    if not g.second_factor_given:
        return redirect(url_for(SECOND_FACTOR, next=here), 303)
    return None


def requires(
    rule: Rule,
    *,
    on: Callable[..., Any] | None = None,
    before_second_factor: bool = False,
    anonymous: bool = False,
) -> Callable[[View], View]:
    """Let the view run only where `rule` allows it.

    `on` is a query that takes the URL's arguments and returns the object, which the view then
    gets instead of them. A missing object and a forbidden one both answer 404. Staff, and
    members who have set a second factor, are sent to give it, except where
    `before_second_factor` is set.
    Who is not signed in is sent to sign in, except where the rule is `public` or `anonymous` is
    set and the rule decides about them too.
    """
    anonymous = anonymous or rule is public

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            elsewhere = _sent_elsewhere(
                anonymous=anonymous, before_second_factor=before_second_factor
            )
            if elsewhere is not None:
                return elsewhere
            if on is None:
                if not rule(g.user):
                    abort(404)
                return view(**arguments)
            try:
                found = on(**arguments)
            except NoResultFound:
                abort(404)
            if not rule(g.user, found):
                abort(404)
            return view(found)

        guarded.access_rule = rule  # type: ignore[attr-defined]
        return guarded

    return decorate
