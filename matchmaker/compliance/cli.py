"""Commands of readiness; they end with 0 when done, 1 for a case without answer, 2 if misused."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import click
from flask.cli import AppGroup

from matchmaker.compliance.answers import as_data, as_text
from matchmaker.compliance.cases import CaseError, Question, read_case
from matchmaker.compliance.documents import Document, DocumentError, read_document
from matchmaker.compliance.pack import Pack, PackError, standard_pack
from matchmaker.compliance.services.pack import load_pack
from matchmaker.db.clock import utcnow
from matchmaker.db.transaction import unit_of_work
from matchmaker.engines.readiness.assess import Readiness, assess

LARGEST_INPUT = 64 * 2**20
"""Bytes that are read."""
Answer = tuple[Question, Readiness] | str
"""A question with its readiness, or why there is none."""

commands = AppGroup("readiness", help="What a product lacks for the market.")
pack_commands = AppGroup("compliance", help="What the market asks, and what helps.")


def _read(file: BinaryIO) -> Document:
    data = file.read(LARGEST_INPUT + 1)
    if len(data) > LARGEST_INPUT:
        raise DocumentError(f"is longer than {LARGEST_INPUT // 2**20} MiB")
    return read_document(data)


def _answers(document: Document, pack: Pack) -> Iterator[Answer]:
    for value in document.values:
        if isinstance(value, DocumentError):
            yield str(value)
            continue
        try:
            question = read_case(value, pack)
        except CaseError as error:
            yield str(error)
        else:
            yield question, assess(pack.catalogue, question.case)


def _data(answer: Answer, pack: Pack) -> dict[str, Any]:
    return {"error": answer} if isinstance(answer, str) else as_data(*answer, pack)


def _say_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _say_text(answers: list[Answer], pack: Pack, *, several: bool) -> None:
    for number, answer in enumerate(answers, 1):
        name = f"Case {number}: " if several else ""
        if isinstance(answer, str):
            click.echo(f"{name}{answer}", err=True)
        else:
            click.echo(f"{name}{as_text(*answer, pack)}\n")


@commands.command("check", with_appcontext=False)
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def check(file: BinaryIO, *, as_json: bool) -> None:
    """Say how ready the products of FILE are for an event and for a shipment.

    FILE is a case in JSON, a JSON list of cases, or JSON lines; "-" reads standard input. It needs
    no database. docs/readiness.md describes a case and the answer.
    """
    pack = standard_pack()
    try:
        document = _read(file)
    except DocumentError as error:
        if as_json:
            _say_json({"error": f"the file {error}"})
            sys.exit(1)
        raise click.ClickException(f"the file {error}") from None
    answers = list(_answers(document, pack))
    if as_json:
        data = [_data(answer, pack) for answer in answers]
        _say_json(data if document.several else data[0])
    else:
        _say_text(answers, pack, several=document.several)
    if any(isinstance(answer, str) for answer in answers):
        sys.exit(1)


@pack_commands.command("load")
def load() -> None:
    """Load the compliance data pack into the database, after the reference data.

    Loading again brings what the pack changed; requirements that officers edited stay theirs.
    """
    try:
        with unit_of_work():
            loaded = load_pack(now=utcnow())
    except PackError as error:
        raise click.ClickException(str(error)) from None
    click.echo(", ".join(f"{count} {name}" for name, count in loaded.items()))
