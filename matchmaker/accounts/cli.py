"""Commands about people."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from matchmaker.accounts.enums import STAFF_ROLES, Role
from matchmaker.accounts.queries import all_users, user_by_email
from matchmaker.accounts.services.addresses import normal_address
from matchmaker.accounts.services.second_factor import clear_second_factor
from matchmaker.accounts.services.sessions import end_all_sessions
from matchmaker.accounts.services.staff import AddressTakenError, invite_staff
from matchmaker.db.audit import record
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.web.i18n import DEFAULT_LANGUAGE, LANGUAGES

commands = AppGroup("user", help="People: invite the office's staff, list everybody.")


def _address(text: str) -> str:
    try:
        return normal_address(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not an e-mail address") from None


@commands.command("invite")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice(sorted(role.value for role in STAFF_ROLES)),
    required=True,
    help="What the person shall be.",
)
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default=DEFAULT_LANGUAGE,
    show_default=True,
    help="Language of the mail and of the pages.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def invite(email: str, role: str, language: str, *, as_json: bool) -> None:
    """Invite EMAIL to the office; the link is mailed and printed. Ends with 1 if it is taken."""
    address = _address(email)
    with unit_of_work():
        try:
            invitation, url = invite_staff(
                address, role=Role(role), language=language, actor=None, now=utcnow()
            )
        except AddressTakenError:
            raise click.ClickException(f"{address} already has an account") from None
        expires_at = invitation.expires_at.isoformat(timespec="seconds")
    if as_json:
        answer = {"email": address, "role": role, "expires_at": expires_at, "link": url}
        click.echo(json.dumps(answer))
    else:
        click.echo(f"Invited {address} as {role}, until {expires_at}:\n{url}")


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def list_users(*, as_json: bool) -> None:
    """List everybody who has an account, by address."""
    rows = [
        {
            "email": user.email,
            "role": user.role.value,
            "confirmed": user.confirmed_at is not None,
            "second_factor": user.has_second_factor,
        }
        for user in all_users()
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo("\t".join(str(value) for value in row.values()))


@commands.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Let EMAIL, who lost phone and recovery codes, set up new ones at the next sign-in."""
    address = _address(email)
    with unit_of_work():
        user = user_by_email(address)
        if user is None:
            raise click.ClickException(f"{address} has no account")
        clear_second_factor(user)
        end_all_sessions(user, now=utcnow())
        record("user.reset_second_factor", user.public_id, actor_id=None, now=utcnow())
    click.echo(f"{address} signs in with the password and sets up new codes")
