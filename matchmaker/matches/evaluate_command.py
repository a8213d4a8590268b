"""The command that measures the text model on a labelled set, beside yardsticks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from matchmaker.config import DICTIONARY
from matchmaker.engines.evaluation.data import LabelledSet
from matchmaker.engines.evaluation.measure import Figures, measure
from matchmaker.engines.evaluation.systems import Matchmaker, System, roads_alone, yardsticks
from matchmaker.engines.matching.encoder import Book, EncodingBook, nano_encoder
from matchmaker.matches.evaluation import LabelledSetError, read_labelled_set
from matchmaker.matches.name_vectors import shipped_names
from matchmaker.matches.text_model import vocabulary_of_packs

MOST_FAULTS = 20
"""Faults of the files that are told one by one."""

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _read(queries: Path, documents: Path, relevance: Path) -> LabelledSet:
    try:
        return read_labelled_set(queries, documents, relevance)
    except LabelledSetError as error:
        for fault in error.faults[:MOST_FAULTS]:
            click.echo(fault, err=True)
        more = len(error.faults) - MOST_FAULTS
        if more > 0:
            click.echo(f"and {more} more faults", err=True)
        sys.exit(1)


def _dictionary(path: Path, without: tuple[str, ...]) -> Path | None:
    """Return where the dictionary is for the model, and say if it has none."""
    if "dictionary" in without:
        return None
    if not path.is_file():
        click.echo(f"There is no dictionary at {path}: its road is left out.", err=True)
    return path


def _book(without: tuple[str, ...]) -> Book | None:
    """Return what gives sentence vectors, and say if nothing does."""
    if "encoder" in without:
        return None
    encoder = nano_encoder()
    if encoder is None:
        click.echo("There is no sentence encoder here: its road is left out.", err=True)
        return None
    return EncodingBook(encoder, shipped_names(encoder.name))


def _measured(
    name: str, system: System, labelled: LabelledSet, *, k: int, judged_only: bool
) -> Figures:
    """Measure one system, with a bar on standard error while it ranks."""
    length = len(labelled.queries)
    with click.progressbar(length=length, label=name, file=sys.stderr) as bar:
        return measure(
            system,
            labelled,
            k=k,
            judged_only=judged_only,
            progress=lambda done, _total: bar.update(done - bar.pos),
        )


def _as_data(figures: Figures, k: int) -> dict[str, float]:
    return {
        f"ndcg@{k}": round(figures.ndcg, 6),
        f"recall@{k}": round(figures.recall, 6),
        f"precision@{k}": round(figures.precision, 6),
        "mrr": round(figures.mrr, 6),
        "fit_s": round(figures.fit_s, 2),
        "query_ms": round(figures.query_ms, 2),
    }


def _say(data: dict[str, Any]) -> None:
    """Write the figures as a table, one system a line."""
    click.echo(
        f"{data['queries']} queries ({data['left_out']} more without a relevant document), "
        f"{data['documents']} documents; roads: {', '.join(data['roads'])}"
    )
    systems = data["systems"]
    columns = list(systems["matchmaker"])
    width = max(map(len, systems))
    click.echo("  ".join(["system".ljust(width), *(name.rjust(8) for name in columns)]))
    for system, figures in systems.items():
        cells = (
            f"{figures[name]:.{2 if name in {'fit_s', 'query_ms'} else 3}f}".rjust(
                max(8, len(name))
            )
            for name in columns
        )
        click.echo("  ".join([system.ljust(width), *cells]))


@click.command("evaluate")
@click.option("--queries", type=FILE, required=True, help="CSV: id, text[, title, lang, hs].")
@click.option("--documents", type=FILE, required=True, help="CSV: id, text[, title, lang, hs].")
@click.option("--relevance", type=FILE, required=True, help="CSV: query_id, document_id, gain.")
@click.option(
    "--k",
    type=click.IntRange(1),
    default=10,
    show_default=True,
    help="The first so many documents count.",
)
@click.option(
    "--without",
    type=click.Choice(["dictionary", "encoder"]),
    multiple=True,
    help="Leave a road of the model out.",
)
@click.option("--judged-only", is_flag=True, help="Rank only documents judged for the query.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
@click.option(
    "--dictionary",
    type=click.Path(path_type=Path),
    envvar="MATCHMAKER_DICTIONARY_PATH",
    default=DICTIONARY,
    show_default=True,
    help="Japanese-English dictionary in EDICT's format.",
)
def evaluate(  # noqa: PLR0913  (a parameter an option)
    queries: Path,
    documents: Path,
    relevance: Path,
    *,
    k: int,
    without: tuple[str, ...],
    judged_only: bool,
    as_json: bool,
    dictionary: Path,
) -> None:
    """Measure how well the text model ranks a labelled set, beside yardsticks in the same run.

    The model is fitted on the documents and the product's own parallel names, never on the
    relevance. It needs no database. docs/matching.md says what the figures mean.
    """
    labelled = _read(queries, documents, relevance)
    matchmaker = Matchmaker(
        vocabulary_of_packs(), _dictionary(dictionary, without), _book(without)
    )
    figures = {}
    figures["matchmaker"] = _measured(
        "matchmaker", matchmaker, labelled, k=k, judged_only=judged_only
    )
    others = {
        **yardsticks(labelled, dictionary),
        **roads_alone(labelled, matchmaker),
    }
    for name, system in others.items():
        figures[name] = _measured(name, system, labelled, k=k, judged_only=judged_only)
    data = {
        "k": k,
        "queries": figures["matchmaker"].queries,
        "left_out": figures["matchmaker"].left_out,
        "documents": len(labelled.documents),
        "judged_only": judged_only,
        "systems": {name: _as_data(found, k) for name, found in figures.items()},
        "roads": matchmaker.model_.road_names,
        "model_version": matchmaker.model_.version_,
    }
    if as_json:
        click.echo(json.dumps(data, indent=2))
    else:
        _say(data)
