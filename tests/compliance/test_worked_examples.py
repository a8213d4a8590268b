"""The worked examples of the data pack, answered from the database."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from matchmaker.compliance.enums import AgreementStage
from matchmaker.compliance.models import Agreement, AgreementAcceptance
from matchmaker.compliance.readiness_queries import (
    EVENT_IN_MARKET,
    Occasion,
    readiness_of,
    stored,
    stored_statuses,
)
from matchmaker.compliance.services.readiness import renew_products
from matchmaker.db.base import db
from matchmaker.engines.readiness.data import Kind, Stage
from tests.build import NOON, make_exporter, make_product
from tests.compliance.papers import make_paper
from tests.engines.readiness.test_examples import EXAMPLES


def day(text):
    return date.fromisoformat(text) if text else None


def make_product_of(given):
    """Return the product of an example with the papers of its company."""
    company = make_exporter()
    for paper in given["holdings"]:
        make_paper(
            company,
            paper["certificate"],
            issued_on=day(paper["issued"]),
            valid_to=day(paper["valid_to"]),
        )
    return make_product(
        company,
        hs_code=given["hs"] or None,
        sector_code=given["sector"],
        attributes=[name for name in given["attributes"] if name != EVENT_IN_MARKET],
    )


def make_agreements_of(given):
    for agreement in given["agreements"]:
        row = Agreement(
            names={"en": "Example"},
            parties="PK, JP",
            stage=AgreementStage.SIGNED,
            starts_on=day(agreement["from"]),
            ends_on=day(agreement["to"]),
            created_at=NOON,
            updated_at=NOON,
        )
        row.accepts = [
            AgreementAcceptance(
                requirement_code=pair["requirement"], certificate_code=pair["certificate"]
            )
            for pair in agreement["accepts"]
        ]
        db.session.add(row)
    db.session.flush()


def occasion_of(given):
    end, in_market = day(given["event_end"]), EVENT_IN_MARKET in given["attributes"]
    return Occasion("example", end, in_market) if end else None


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_answered_from_the_database_as_it_was_worked_out(name):
    given, expected = EXAMPLES[name]["given"], EXAMPLES[name]["expected"]
    product = make_product_of(given)
    make_agreements_of(given)

    readiness = readiness_of(
        product,
        as_of=day(given["as_of"]),
        occasion=occasion_of(given),
        shipment=day(given["shipment"]),
    )

    for stage, worked_out in expected.items():
        answer = getattr(readiness, stage)
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
        ] == worked_out["requirements"]
        assert answer.level.value == worked_out["level"]
        for score in worked_out.keys() - {"level", "requirements"}:
            assert getattr(answer, score) == pytest.approx(worked_out[score], abs=0.0005)


@pytest.mark.usefixtures("pack")
@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_stored_as_it_is_answered(name):
    given, expected = EXAMPLES[name]["given"], EXAMPLES[name]["expected"]
    end = day(given["event_end"]) or day(given["shipment"])
    occasion = Occasion(
        "example", end, EVENT_IN_MARKET in given["attributes"], day(given["shipment"])
    )
    product = make_product_of(given)
    make_agreements_of(given)
    moment = datetime.combine(day(given["as_of"]), NOON.timetz())

    renew_products([product.id], now=moment, occasion=occasion)

    row = stored([product.id], "example")[product.id]
    shipment = expected["shipment"]
    assert (row.shipment_level, row.gaps) == (
        shipment["level"],
        sum(
            kind == "M" and status not in {"MET", "DUE_AT_SHIPMENT", "WAIVED_MRA", "IMPORTER_DUTY"}
            for _, kind, status, *_ in shipment["requirements"]
        ),
    )
    assert [
        [status.requirement, status.kind, status.status, status.by, status.eased]
        for status in stored_statuses(row, Stage.SHIPMENT)
    ] == [values[:5] for values in shipment["requirements"]]
