"""The console command `matchmaker`: the application's commands, and those that run it."""

from __future__ import annotations

import os
import sys

import click
from flask.cli import FlaskGroup

from matchmaker.app import create_app
from matchmaker.config import SettingsError


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False)
def commands() -> None:
    """Run and look after a Matchmaker service."""


def main() -> None:
    """Run a command; a wrong setting ends it with 2 and a sentence."""
    os.environ.setdefault("FLASK_SKIP_DOTENV", "1")
    try:
        commands(prog_name="matchmaker")
    except SettingsError as error:
        click.echo(f"matchmaker: {error}", err=True)
        sys.exit(2)
