"""The command that learns weights from decisions, here and now."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from flask.cli import with_appcontext

from matchmaker.engines.matching.trial import LEAST, LEAST_OF_A_KIND, Finding
from matchmaker.matches.services.learning import learn_now
from matchmaker.matches.text_commands import progress_bar

FINDINGS = {
    Finding.BETTER: "Better than the weights in use: an officer can take it into use.",
    Finding.NO_BETTER: "Not better than the weights in use.",
    Finding.TOO_FEW: f"Too few decisions: {LEAST} are needed.",
    Finding.ALL_ALIKE: "All decisions are the same: nothing can be told from them.",
    Finding.TOO_FEW_LATER: (
        f"Too few later decisions: {LEAST_OF_A_KIND} approved and as many rejected are needed."
    ),
}


@click.command("learn")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@with_appcontext
def learn(*, as_json: bool) -> None:
    """Learn weights from what officers decided, and try them on later decisions.

    They are kept and shown on the page Learning, where an officer may take them into use. Ends
    with 1 if nothing could be learnt.
    """
    with progress_bar(hidden=as_json) as report:
        result = learn_now(report=report)
    if as_json:
        click.echo(json.dumps(result))
    else:
        _say(result)
    if result["model"] is None:
        sys.exit(1)


def _say(result: dict[str, Any]) -> None:
    click.echo(
        f"{result['decisions']} decisions: {result['trained']} to learn from, "
        f"{result['tested']} later ones"
    )
    figures = result.get("figures", {})
    for name in ("present", "new"):
        found = figures.get(name) or {}
        if found.get("ranking") is not None:
            click.echo(
                f"{name}: ranked right {found['ranking']:.3f}, log loss {found['log_loss']:.3f}"
            )
    gain = figures.get("gain")
    if gain:
        click.echo(f"gain {gain['value']:+.3f} (90 %: {gain['low']:+.3f} to {gain['high']:+.3f})")
    click.echo(FINDINGS[Finding(result["finding"])])
