"""Passwords: what is accepted, hashing and checking."""

from __future__ import annotations

import secrets
from functools import lru_cache
from string import digits, punctuation
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.config import Settings
from matchmaker.errors import MatchmakerError

MIN_LENGTH, MAX_LENGTH = 12, 200
SHORTEST_TELLING = 4
"""Characters of a local part that a password must not contain; shorter ones occur by chance."""
LONGEST_PATTERN = 4
"""A password of one such run repeated, as in 123412341234, counts as that run."""
_COMMON_WORDS = """
password passw0rd p@ssword p@ssw0rd pass passwort qwerty qwertyuiop qwertyuiopas azerty
1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc q1w2e3r4 q1w2e3r4t5y6 zaq12wsx qazwsx
qazwsxedc qazwsxedcrfv asdfgh asdfghjkl zxcvbnm zxcvbnm,./ abc abcd abcdef abcdefgh
abcdefghijkl abc123 abcd1234 a1b2c3d4e5f6 iloveyou letmein welcome admin administrator root
master monkey dragon sunshine princess football baseball basketball superman batman trustno1
shadow michael jordan jennifer computer internet samsung google facebook login guest changeme
changethis default secret starwars whatever freedom hello helloworld correcthorsebatterystaple
mynameis iamtheking pakistan pakistanzindabad zindabad karachi lahore islamabad punjab allah
allahuakbar bismillah mohammad muhammad786 japan nippon tokyo osaka sakura doraemon pokemon
arigato konnichiwa cricket shahid imran texpo foodag matchmaker export exporter importer buyer
business company officer summer winter spring autumn monday january 123qwe 123qweasd
123qweasdzxc test testtest tester user username 1234567890 0987654321 987654321 12345678910
147258369 qweasdzxc
"""
COMMON = frozenset(_COMMON_WORDS.split())
"""The most common passwords, here and elsewhere; digits and signs around them do not help."""


class WeakPasswordError(MatchmakerError):
    """The password is too easy to guess."""


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


@lru_cache(maxsize=4)
def _hasher(memory_kib: int, rounds: int) -> PasswordHasher:
    return PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)


@lru_cache(maxsize=4)
def _nobodys_hash(memory_kib: int, rounds: int) -> str:
    """Return a hash that no password fits, as slow to check as a real one."""
    return _hasher(memory_kib, rounds).hash(secrets.token_hex(32))


def _is_common(password: str) -> bool:
    text = password.casefold()
    for length in range(1, LONGEST_PATTERN + 1):
        if text == (text[:length] * len(text))[: len(text)]:
            return True
    bare = text.strip(digits + punctuation + " ")
    return not bare or text in COMMON or bare in COMMON


def password_problem(password: str, email: str) -> Any:
    """Return the sentence that says why a password is not accepted, or None."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return _l("Choose a password of 12 to 200 characters. Several words make a good one.")
    if _is_common(password):
        return _l("That password is one of the first that are tried. Choose another one.")
    local_part = email.split("@", 1)[0].casefold()
    if len(local_part) >= SHORTEST_TELLING and local_part in password.casefold():
        return _l("The password contains a part of your e-mail address. Choose another one.")
    return None


def check_strength(password: str, email: str) -> None:
    """Refuse a password that is too easy to guess.

    Raises
    ------
    WeakPasswordError
        With the sentence of `password_problem`.
    """
    problem = password_problem(password, email)
    if problem is not None:
        raise WeakPasswordError(problem)


def hash_password(password: str, settings: Settings) -> str:
    """Return the Argon2id hash of a password, in PHC form."""
    return _hasher(settings.password_memory_kib, settings.password_rounds).hash(password)


def set_password(user: User, password: str) -> None:
    """Give a person a new password.

    Raises
    ------
    WeakPasswordError
        If it is too easy to guess.
    """
    check_strength(password, user.email)
    user.password_hash = hash_password(password, _settings())


def hash_for_nobody(password: str, email: str) -> None:
    """Do the work of `set_password` and keep nothing."""
    check_strength(password, email)
    hash_password(password, _settings())


def verify_password(user: User | None, password: str) -> bool:
    """Whether the password is the person's; unknown people cost the same work.

    A hash made with older parameters is made anew.
    """
    settings = _settings()
    parameters = settings.password_memory_kib, settings.password_rounds
    kept = user.password_hash if user is not None else None
    hasher = _hasher(*parameters)
    try:
        hasher.verify(kept or _nobodys_hash(*parameters), password)
    except (VerificationError, InvalidHashError):
        return False
    # Nobody's hash fits no password, so both are there; the type checker cannot know.
    assert user is not None
    assert kept is not None
    if hasher.check_needs_rehash(kept):
        user.password_hash = hasher.hash(password)
    return True
