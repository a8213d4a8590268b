"""Commands of matching; they end with 0 when done, 1 for nothing or a difference, 2 if misused."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import NoResultFound

from matchmaker.engines.matching.exposure import Limits
from matchmaker.engines.matching.score import Weights
from matchmaker.errors import MatchmakerError
from matchmaker.events.models import Event
from matchmaker.events.queries import event_by_code
from matchmaker.matches.evaluate_command import evaluate
from matchmaker.matches.evaluate_event_command import evaluate_event_now
from matchmaker.matches.learn_command import learn
from matchmaker.matches.models import MatchRun
from matchmaker.matches.queries.queue import suggestions_to_list
from matchmaker.matches.queries.runs import run_to_show
from matchmaker.matches.services.runs import (
    Settled,
    repeat_run,
    run_event,
    settled_by_default,
)
from matchmaker.matches.text_commands import fit, progress_bar, vectors

commands = AppGroup("match", help="Suggestions of exporters to buyers.")
commands.add_command(evaluate)
commands.add_command(evaluate_event_now)
commands.add_command(fit)
commands.add_command(learn)
commands.add_command(vectors)

JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
DEFAULT = Limits()


def _event(code: str) -> Event:
    try:
        return event_by_code(code)
    except NoResultFound:
        raise click.BadParameter(f"no event {code!r}", param_hint="EVENT_CODE") from None


def _told(error: MatchmakerError) -> click.ClickException:
    return click.ClickException(str(error))


def _as_data(run: MatchRun) -> dict[str, Any]:
    summary = run.summary or {}
    return {
        "run": run.public_id,
        "suggestions": summary.get("suggestions", 0),
        "made": summary.get("made", 0),
        "renewed": summary.get("renewed", 0),
        "superseded": summary.get("superseded", 0),
        "unmatched": len(summary.get("unmatched", ())),
        "text_roads": summary.get("text_roads", []),
        "model_version": run.model_version,
        "learned": run.learned,
        "seed": run.seed,
        "result_digest": run.result_digest,
    }


@commands.command("run")
@click.argument("event_code")
@click.option(
    "--per-exporter",
    type=click.IntRange(1, 100),
    default=DEFAULT.per_exporter,
    show_default=True,
    help="Most buyers to suggest to an exporter.",
)
@click.option(
    "--per-buyer",
    type=click.IntRange(1, 100),
    default=DEFAULT.per_buyer,
    show_default=True,
    help="Most exporters to suggest to a buyer.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Kept.")
@click.option("--usual-weights", is_flag=True, help="Leave learnt weights in use aside.")
@JSON
def run(
    event_code: str,
    *,
    per_exporter: int,
    per_buyer: int,
    seed: int,
    usual_weights: bool,
    as_json: bool,
) -> None:
    """Suggest exporters to the buyers of EVENT_CODE, here and now."""
    event = _event(event_code)
    limits = Limits(per_exporter, per_buyer)
    settled = (
        Settled(Weights(), limits, seed) if usual_weights else settled_by_default(limits, seed)
    )
    try:
        with progress_bar(hidden=as_json) as report:
            made = run_event(event, settled, report=report)
    except MatchmakerError as error:
        raise _told(error) from None
    data = _as_data(made)
    if as_json:
        click.echo(json.dumps(data))
    else:
        click.echo(
            f"run {data['run']}: {data['suggestions']} suggestions "
            f"({data['made']} new, {data['renewed']} renewed, {data['superseded']} put aside), "
            f"{data['unmatched']} companies without one"
        )
    if not data["suggestions"]:
        if not as_json:
            click.echo("Nobody could be matched.", err=True)
        sys.exit(1)


@commands.command("repeat")
@click.argument("run_id")
@JSON
def repeat(run_id: str, *, as_json: bool) -> None:
    """Match the kept inputs of RUN_ID again and compare the result."""
    try:
        found = run_to_show(run_id)
        kept = found.result_digest
        again = repeat_run(found)
    except NoResultFound:
        raise click.BadParameter(f"no run {run_id!r}", param_hint="RUN_ID") from None
    except MatchmakerError as error:
        raise _told(error) from None
    same = again == kept
    if as_json:
        click.echo(json.dumps({"run": run_id, "same": same, "kept": kept, "again": again}))
    else:
        click.echo("The result is the same." if same else "The result differs.")
    if not same:
        sys.exit(1)


def _line(row: dict[str, Any]) -> str:
    cells = (f"{row['score']:.2f}", row["state"], row["exporter"], row["buyer"], row["product"])
    return "\t".join(" ".join(str(cell).split()) for cell in cells)


@commands.command("list")
@click.argument("event_code")
@JSON
def list_suggestions(event_code: str, *, as_json: bool) -> None:
    """List the suggestions of EVENT_CODE, the highest score first."""
    rows = suggestions_to_list(_event(event_code).id)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(_line(row))
