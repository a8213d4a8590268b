"""The console command `matchmaker`: the application's commands, and those that run it."""

from __future__ import annotations

import os
import sys

import click
from flask import current_app
from flask.cli import FlaskGroup

from matchmaker.app import COMMANDS, create_app
from matchmaker.config import Settings, SettingsError
from matchmaker.jobs.worker import work_forever
from matchmaker.serve import AddressTakenError
from matchmaker.serve import serve as serve_both


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False)
def commands() -> None:
    """Run and look after a Matchmaker service."""


for group in COMMANDS:
    # Found here, a command that needs no service does not ask for the settings of one.
    commands.add_command(group)


@commands.command("serve")
def serve() -> None:
    """Run web server and worker in the foreground until told to stop."""
    settings: Settings = current_app.extensions["settings"]
    try:
        serve_both(settings)
    except AddressTakenError as error:
        raise click.ClickException(
            f"{settings.host}:{settings.port} cannot be listened on: {error}. "
            "Stop what listens there, or choose another PORT."
        ) from None


@commands.command("worker")
def worker() -> None:
    """Run a worker: jobs, mails and what a crash left behind."""
    work_forever(current_app.extensions["queue"])


def main() -> None:
    """Run a command; a wrong setting ends it with 2 and a sentence."""
    os.environ.setdefault("FLASK_SKIP_DOTENV", "1")
    try:
        commands(prog_name="matchmaker")
    except SettingsError as error:
        click.echo(f"matchmaker: {error}", err=True)
        sys.exit(2)
