"""Who may open what: one decorator on every view, which loads the object and asks the rule."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from matchmaker.web.again import page_to_send_again

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


def first_step(*, anonymous: bool, before_second_factor: bool) -> str | None:
    """Return the endpoint where a person must go first, to sign in or to give a code."""
    person: Person | None = g.user
    if person is None:
        return None if anonymous else SIGN_IN
    if before_second_factor or not (person.is_staff or person.has_second_factor):
        return None
    if not person.has_second_factor:
        return SET_SECOND_FACTOR
    return None if g.second_factor_given else SECOND_FACTOR


def sent_to(step: str) -> ResponseReturnValue:
    """Answer for those who must first go to another page; what they typed is not lost."""
    again = page_to_send_again(step, 401)
    if again is not None:
        return again
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for(step, next=None if step == SET_SECOND_FACTOR else here), 303)


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
            step = first_step(anonymous=anonymous, before_second_factor=before_second_factor)
            if step is not None:
                return sent_to(step)
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
        guarded.first_step = functools.partial(  # type: ignore[attr-defined]
            first_step, anonymous=anonymous, before_second_factor=before_second_factor
        )
        return guarded

    return decorate
