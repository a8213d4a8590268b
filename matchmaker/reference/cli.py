"""Commands of the reference data."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from matchmaker.db.transaction import unit_of_work
from matchmaker.reference.services import load_reference

commands = AppGroup("reference", help="Sectors, HS codes and certificate schemes.")


@commands.command("load")
def load() -> None:
    """Load the data packs into the database; loading again updates."""
    with unit_of_work():
        loaded = load_reference()
    click.echo(", ".join(f"{count} {name.replace('_', ' ')}" for name, count in loaded.items()))
