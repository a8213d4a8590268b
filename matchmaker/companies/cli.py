"""Commands about companies."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from matchmaker.companies.services.load import faults_of, load_company
from matchmaker.companies.table import COLUMNS, CompanyRows, Fault, read_table
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work

LONG_FILE = 200
"""Rows from which progress is shown."""

commands = AppGroup("company", help="Exporters and buyers.")


def _watched(rows: Iterable[Any], label: str) -> Iterator[Any]:
    rows = list(rows)
    if len(rows) < LONG_FILE or not sys.stderr.isatty():
        yield from rows
        return
    with click.progressbar(rows, label=label, file=sys.stderr) as bar:
        yield from bar


def _say_faults(faults: Sequence[Fault], *, as_json: bool) -> None:
    if as_json:
        rows = [{"line": f.line, "column": f.column, "message": f.message} for f in faults]
        click.echo(json.dumps({"loaded": False, "faults": rows}, ensure_ascii=False, indent=2))
        return
    for fault in faults:
        column = f"{fault.column}: " if fault.column else ""
        click.echo(f"line {fault.line}: {column}{fault.message}", err=True)
    click.echo(f"{len(faults)} faults; nothing was loaded", err=True)


def _say_loaded(companies: Sequence[CompanyRows], *, as_json: bool, dry_run: bool) -> None:
    goods = sum(len(company.goods) for company in companies)
    if as_json:
        counts = {"companies": len(companies), "goods": goods}
        click.echo(json.dumps({"loaded": not dry_run, **counts, "faults": []}, indent=2))
        return
    could = "would be loaded" if dry_run else "loaded"
    click.echo(f"{len(companies)} companies with {goods} products and needs {could}")


WRITTEN_COLUMNS = "\n".join(f"{name:20} {meaning}" for name, meaning in COLUMNS.items())
HELP = f"""Load companies and their goods from a CSV file, all or nothing.

FILE is UTF-8 with these columns in any order; kind, name and country must be there. Nothing is
loaded while a line has a fault; each fault is named with its line, and the command ends with 1.

\b
{WRITTEN_COLUMNS}
"""


@commands.command("load", help=HELP)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the result as JSON.")
@click.option("--dry-run", is_flag=True, help="Check the file and load nothing.")
def load(file: Path, as_json: bool, dry_run: bool) -> None:  # noqa: FBT001  (click gives it by name)
    """Load companies and their goods."""
    table = read_table(file.read_bytes(), watch=lambda rows: _watched(rows, "Reading"))
    companies = list(table.companies.values())
    with unit_of_work():
        faults = sorted([*table.faults, *faults_of(companies)])
        if not faults and not dry_run:
            now = utcnow()
            for company in _watched(companies, "Loading"):
                load_company(company, now=now)
    if faults:
        _say_faults(faults, as_json=as_json)
        sys.exit(1)
    _say_loaded(companies, as_json=as_json, dry_run=dry_run)
