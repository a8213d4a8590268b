"""People who sign in by the pages, with passwords and codes."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pyotp
import sqlalchemy as sa
from flask import current_app

from matchmaker.accounts.enums import Role
from matchmaker.accounts.models import User
from matchmaker.accounts.services.passwords import hash_password
from matchmaker.db.base import db
from matchmaker.jobs.models import OutboxMessage
from tests.build import NOON, make_user
from tests.conftest import Client

PASSWORD = "plum orchard by the river"
OTHER = "seven quiet lanterns"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def make_person(**given: Any) -> User:
    """A confirmed member with the password PASSWORD."""
    hashed = hash_password(PASSWORD, current_app.extensions["settings"])
    person = make_user(**({"password_hash": hashed} | given))
    db.session.commit()
    return person


def make_staff(role: Role = Role.OFFICER, **given: Any) -> User:
    """Somebody of the office with password and second factor."""
    factor = {"totp_secret": SECRET, "totp_confirmed_at": NOON}
    return make_person(**({"role": role} | factor | given))


def give_password(client: Client, email: str, password: str = PASSWORD, **kwargs: Any) -> Any:
    """Fill in the page of signing in."""
    path = kwargs.pop("path", "/sign-in")
    return client.submit(path, {"email": email, "password": password}, **kwargs)


def code_at(moment: datetime, secret: str = SECRET) -> str:
    """What the app on the phone shows."""
    return pyotp.TOTP(secret).at(moment)


def mails_to(email: str) -> list[OutboxMessage]:
    """The mails written to an address, the oldest first."""
    to_them = sa.select(OutboxMessage).where(OutboxMessage.recipient == email)
    return rows(to_them.order_by(OutboxMessage.id))


def link_in(message: OutboxMessage) -> str:
    """The path of the link in a mail."""
    found = re.search(r"http://matchmaker\.example(/\S+)", message.text)
    assert found is not None
    return found[1]


def rows(statement: sa.Select[Any]) -> list[Any]:
    """What is stored now, whatever this transaction saw before."""
    db.session.rollback()
    return list(db.session.scalars(statement))


def again(user: User) -> User:
    """The person's row as it is now."""
    number = sa.inspect(user).identity[0]
    db.session.rollback()
    return db.session.get_one(User, number, populate_existing=True)
