"""The worked examples of the data pack, each stage row by row."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from matchmaker.compliance.pack import standard_pack
from matchmaker.engines.readiness.assess import assess
from matchmaker.engines.readiness.data import Agreement, Case, Holding, Kind, Product

EXAMPLES = json.loads((Path(__file__).parent / "examples.json").read_text("utf-8"))
STAGES = [(name, stage) for name, case in EXAMPLES.items() for stage in case["expected"]]


def _day(text):
    return date.fromisoformat(text) if text else None


def case_of(given):
    return Case(
        product=Product(given["sector"], given["hs"], frozenset(given["attributes"])),
        holdings=tuple(
            Holding(paper["certificate"], _day(paper["issued"]), _day(paper["valid_to"]))
            for paper in given["holdings"]
        ),
        as_of=_day(given["as_of"]),
        event_end=_day(given["event_end"]),
        shipment=_day(given["shipment"]),
        agreements=tuple(
            Agreement(
                _day(agreement["from"]),
                _day(agreement["to"]),
                frozenset((p["requirement"], p["certificate"]) for p in agreement["accepts"]),
            )
            for agreement in given["agreements"]
        ),
    )


def answer_of(name, stage):
    readiness = assess(standard_pack().catalogue, case_of(EXAMPLES[name]["given"]))
    return getattr(readiness, stage)


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_example_has_the_statuses_that_were_worked_out(name, stage):
    answer = answer_of(name, stage)

    assert [
        [
            row.requirement.code,
            "M" if row.kind is Kind.MANDATORY else "B",
            row.status.value,
            row.by,
            row.eased,
            list(row.programmes),
        ]
        for row in answer.requirements
    ] == EXAMPLES[name]["expected"][stage]["requirements"]


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_example_has_the_level_and_scores_that_were_worked_out(name, stage):
    expected = {
        key: value
        for key, value in EXAMPLES[name]["expected"][stage].items()
        if key != "requirements"
    }
    answer = answer_of(name, stage)

    assert answer.level.value == expected.pop("level")
    assert {key: getattr(answer, key) for key in expected} == pytest.approx(expected, abs=0.0005)
