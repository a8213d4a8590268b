"""E-mail addresses: one spelling each."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask import current_app

from matchmaker.config import Mode, Settings


def normal_address(text: str) -> str:
    """Return the one spelling of an address: lower case, the domain in ASCII.

    Raises
    ------
    ValueError
        If it is not an e-mail address.
    """
    settings: Settings = current_app.extensions["settings"]
    try:
        found = validate_email(
            text.strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            test_environment=settings.mode is not Mode.PRODUCTION,
        )
    except EmailNotValidError:
        raise ValueError("not an e-mail address") from None
    return (found.ascii_email or found.normalized).lower()
