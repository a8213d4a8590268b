"""Commands of example mode."""

from __future__ import annotations

import json

import click
import pyotp
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from flask_migrate import upgrade

from matchmaker.accounts.queries import user_by_email
from matchmaker.accounts.services.passwords import hash_password
from matchmaker.compliance.services.pack import load_pack
from matchmaker.config import Settings
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.example.loading import codes_without_run, is_loaded, load_example
from matchmaker.example.way_in import ROLES, secrets_of_example, ways_in
from matchmaker.matches.services.runs import run_now
from matchmaker.reference.services import load_reference
from matchmaker.serve import AddressTakenError, check_address_is_free, serve

commands = AppGroup("demo", help="Example companies and events, to try the service with.")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    if not settings.is_example:
        raise click.ClickException("example data is for example mode: MATCHMAKER_MODE=example")
    return settings


def _open_doors(settings: Settings) -> None:
    """Give the people of the example their passwords, and the officer the second factor."""
    kept = secrets_of_example(settings)
    for role, email in ROLES.items():
        user = user_by_email(email)
        if user is None or user.password_hash:
            continue
        user.password_hash = hash_password(kept[role], settings)
        if user.is_staff:
            user.totp_secret, user.totp_confirmed_at = kept["totp"], utcnow()


def _load(*, quiet: bool) -> dict[str, int] | None:
    """Load the example unless it is there; then the suggestions, unless they are there."""
    settings = _settings()
    loaded = None
    with unit_of_work():
        load_pack(now=utcnow())
        if not is_loaded():
            with (
                force_locale("en"),
                click.progressbar(length=100, label="Example data", hidden=quiet) as bar,
            ):
                loaded = load_example(
                    files=settings.files_path,
                    now=utcnow(),
                    progress=lambda done, total: bar.update(100 * done // total - bar.pos),
                )
            _open_doors(settings)
    for code in codes_without_run():
        if not quiet:
            click.echo(f"Suggestions for {code}: the first take half a minute")
        loaded = (loaded or {}) | {f"suggestions for {code}": run_now(code)}
    return loaded


@commands.command("load")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def load(*, as_json: bool) -> None:
    """Load the example companies, events and suggestions into the database, once."""
    loaded = _load(quiet=as_json)
    if as_json:
        click.echo(json.dumps({"loaded": loaded}))
    elif loaded is None:
        click.echo("The example data is there already; nothing was changed.")
    else:
        click.echo(", ".join(f"{count} {name}" for name, count in loaded.items()))


@commands.command("up")
def up() -> None:
    """Migrate, load what is missing, then serve in the foreground until told to stop."""
    settings = _settings()
    try:
        check_address_is_free(settings.host, settings.port)
    except AddressTakenError as error:
        raise click.ClickException(
            f"{settings.host}:{settings.port} cannot be listened on: {error}. "
            "Stop what listens there, or choose another: make run PORT=8001"
        ) from None
    upgrade()
    with unit_of_work():
        load_reference()
    _load(quiet=False)
    greet(settings)
    serve(settings)


def greet(settings: Settings) -> None:
    """Say where the service is, how to sign in, and where mails are."""
    click.echo(f"\nMatchmaker is at {settings.public_url} (Ctrl-C stops it)\n")
    if settings.on_loopback:
        click.echo("Its first page offers each role as a button. By hand:")
    else:
        click.echo("Sign in with:")
    for way in ways_in(settings):
        click.echo(f"  {way.role:<9} {way.email:<34} {way.password}")
    secret = secrets_of_example(settings)["totp"]
    click.echo(f"  the officer's second factor: {pyotp.TOTP(secret).now()} (secret {secret})")
    if settings.on_loopback:
        click.echo(f"  mails: {settings.public_url}/example/mailbox\n")
    elif not settings.mail_server:
        click.echo(f"  mails: files in {settings.instance_path / 'mail'}")
