"""The command that evaluates an event's suggestions by the decisions about them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import NoResultFound

from matchmaker.engines.evaluation.review import SUGGESTIONS
from matchmaker.errors import MatchmakerError
from matchmaker.events.queries import event_by_code
from matchmaker.matches.services.evaluations import FIRST, evaluate_event
from matchmaker.matches.text_commands import progress_bar

COLUMNS = ("ndcg", "precision", "recall", "mrr")


@click.command("evaluate-event")
@click.argument("event_code")
@click.option(
    "--k",
    type=click.IntRange(1, 100),
    default=FIRST,
    show_default=True,
    help="The first so many of a list count.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@with_appcontext
def evaluate_event_now(event_code: str, *, k: int, as_json: bool) -> None:
    """Measure the suggestions of EVENT_CODE by what officers decided, beside other systems.

    The figures are kept and shown on the event's page. docs/matching.md says what they mean.
    """
    try:
        event = event_by_code(event_code)
    except NoResultFound:
        raise click.BadParameter(f"no event {event_code!r}", param_hint="EVENT_CODE") from None
    try:
        with progress_bar(hidden=as_json) as report:
            made = evaluate_event(event, k, report=report)
    except MatchmakerError as error:
        raise click.ClickException(str(error)) from None
    figures = made.figures or {}
    if as_json:
        click.echo(json.dumps({"evaluation": made.public_id, **figures}, indent=2))
    else:
        _say(figures)
    if not figures["systems"]:
        click.echo("Nothing is approved, or rejected for its goods or terms.", err=True)
        sys.exit(1)


def _say(figures: Mapping[str, Any]) -> None:
    """Write the figures as a table, one system a line, the best nDCG first."""
    decisions, lists = figures["decisions"], figures["lists"]["buyer"]
    click.echo(
        f"{decisions['judged']} decisions; lists of buyers: {lists['compared']} compared, "
        f"{lists['left_out']} decided all alike"
    )
    systems = figures["systems"]
    heads = [f"ndcg@{figures['k']}", f"precision@{figures['k']}", f"recall@{figures['k']}", "mrr"]
    width = max(map(len, systems), default=0)
    if systems:
        click.echo("  ".join(["system".ljust(width), *heads, "agreement", "compared"]))
    for name in sorted(systems, key=lambda one: -_value(systems[one]["buyer"], "ndcg")):
        found = systems[name]
        cells = [
            _cell(found["buyer"], column).rjust(len(head))
            for column, head in zip(COLUMNS, heads, strict=True)
        ]
        agreed = _cell(found, "agreement").rjust(len("agreement"))
        told = "" if name == SUGGESTIONS else found["verdict"]
        click.echo("  ".join([name.ljust(width), *cells, agreed, told]).rstrip())


def _value(figures: Mapping[str, Any] | None, name: str) -> float:
    found = (figures or {}).get(name)
    return float(found["value"]) if found else 0.0


def _cell(figures: Mapping[str, Any] | None, name: str) -> str:
    return f"{_value(figures, name):.3f}" if (figures or {}).get(name) else "-"
