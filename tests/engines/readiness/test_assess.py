"""Stages, scores and levels."""

import pytest

from matchmaker.compliance.pack import standard_pack
from matchmaker.engines.readiness.assess import Unanswered, assess
from matchmaker.engines.readiness.data import (
    CheckStage,
    Duty,
    Evidence,
    Kind,
    Product,
    Stage,
    Weights,
)
from matchmaker.engines.readiness.score import score_of
from matchmaker.engines.readiness.status import Status
from tests.engines.readiness.builders import (
    BEFORE,
    BETWEEN,
    EVENT_END,
    SHIPMENT,
    case,
    catalogue,
    paper,
    requirement,
)

BUYER = Kind.BUYER_EXPECTED


def codes(stage):
    return [row.requirement.code for row in stage.requirements]


def mandatory(*statuses):
    return [(Kind.MANDATORY, Status(status)) for status in statuses]


def expected(*statuses):
    return [(BUYER, Status(status)) for status in statuses]


def test_each_stage_looks_at_its_requirements():
    market = catalogue(
        requirement("R-BOTH", stage=CheckStage.BOTH),
        requirement("R-SHIP", stage=CheckStage.SHIPMENT),
        requirement("R-SHOW", stage=CheckStage.EVENT),
    )

    readiness = assess(market, case())

    assert codes(readiness.event) == ["R-BOTH", "R-SHOW"]
    assert codes(readiness.shipment) == ["R-BOTH", "R-SHIP"]
    assert (readiness.event.target, readiness.shipment.target) == (EVENT_END, SHIPMENT)
    assert readiness.stages == (readiness.event, readiness.shipment)
    assert readiness.unanswered == ()


def test_without_a_shipment_its_day_is_the_end_of_the_event():
    readiness = assess(catalogue(requirement()), case(paper(valid_to=BETWEEN), shipment=None))

    assert (readiness.shipment.target, readiness.shipment.level) == (EVENT_END, "READY")


def test_stage_without_a_day_has_no_answer():
    market = catalogue(requirement(stage=CheckStage.BOTH))

    readiness = assess(market, case(event_end=None))
    neither = assess(market, case(event_end=None, shipment=None))

    assert (readiness.event, readiness.shipment.level) == (None, "NOT_READY")
    assert readiness.unanswered == ((Stage.EVENT, Unanswered.NO_DATE),)
    assert neither.stages == ()
    assert dict(neither.unanswered) == dict.fromkeys(Stage, Unanswered.NO_DATE)


def test_stage_that_no_requirement_touches_has_no_answer():
    readiness = assess(catalogue(requirement()), case(paper()))

    assert readiness.event is None
    assert readiness.unanswered == ((Stage.EVENT, Unanswered.NO_REQUIREMENT),)


def test_rules_of_another_country_can_be_left_out():
    market = catalogue(requirement(), requirement("R-PK", jurisdiction="PK"))

    readiness = assess(market, case(jurisdictions=frozenset({"PK"})))

    assert codes(readiness.shipment) == ["R-PK"]


@pytest.mark.parametrize(
    ("statuses", "level", "scores"),
    [
        (mandatory("MET", "DUE_AT_SHIPMENT", "WAIVED_MRA"), "READY", (1, 1, 1)),
        (mandatory("MET", "EXPIRING"), "CONDITIONAL", (0.75, 1, 0.8)),
        (mandatory("MET", "PARTLY"), "CONDITIONAL", (0.75, 1, 0.8)),
        (mandatory("MET", "EXPIRED"), "NOT_READY", (0.5, 1, 0.6)),
        (mandatory("PARTLY", "MISSING"), "NOT_READY", (0.25, 1, 0.4)),
        (mandatory("MET", "MISSING", "BLOCKED"), "BLOCKED", (1 / 3, 1, 0)),
        (mandatory("IMPORTER_DUTY"), "READY", (1, 1, 1)),
        (mandatory("IMPORTER_DUTY", "EXPIRED"), "NOT_READY", (0, 1, 0.2)),
        (expected("MET", "MISSING"), "READY", (1, 0.5, 0.9)),
        (expected("EXPIRED", "IMPORTER_DUTY"), "READY", (1, 0, 0.8)),
        (expected("BLOCKED"), "READY", (1, 0, 0)),
        (mandatory("EXPIRING") + expected("PARTLY"), "CONDITIONAL", (0.5, 0.5, 0.5)),
        ([], "READY", (1, 1, 1)),
    ],
)
def test_level_and_scores_follow_from_the_statuses(statuses, level, scores):
    score = score_of(statuses, Weights())

    assert score.level == level
    assert (score.mandatory, score.buyer, score.overall) == pytest.approx(scores)


def test_weights_are_the_choice_of_the_office():
    weights = Weights(mandatory=0.5, buyer=0.5, half=0.25)

    score = score_of(mandatory("MET", "EXPIRING") + expected("MISSING"), weights)

    assert (score.mandatory, score.buyer, score.overall) == pytest.approx((0.625, 0, 0.3125))


@pytest.mark.parametrize(
    "weights",
    [(0.8, 0.3, 0.5), (1.2, -0.2, 0.5), (0.8, 0.2, 1.5), (0.8, 0.2, -0.1)],
)
def test_weights_that_make_no_score_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        Weights(*weights)


def test_what_a_buyer_insists_on_counts_as_mandatory():
    market = catalogue(
        requirement("R-A", kind=BUYER, met_by=("OTHER",)),
        requirement("R-B", kind=BUYER),
        requirement("R-C"),
    )

    free = assess(market, case(paper())).shipment
    insisted = assess(market, case(paper(), insisted=frozenset({"R-A"}))).shipment

    assert (free.level, codes(free)) == ("READY", ["R-C", "R-A", "R-B"])
    assert (insisted.level, codes(insisted)) == ("NOT_READY", ["R-A", "R-C", "R-B"])
    assert (insisted.mandatory, insisted.buyer) == (0.5, 1)


def test_gaps_are_what_is_left_to_do_and_hindrances_the_mandatory_ones():
    market = catalogue(
        requirement("R-BUYER", kind=BUYER, met_by=("OTHER",)),
        requirement("R-DUTY", duty=Duty.IMPORTER),
        requirement("R-GAP", met_by=("PART",)),
        requirement("R-LOT", met_by=("LOG",), evidence=Evidence.CONSIGNMENT),
        requirement("R-MET"),
    )

    stage = assess(market, case(paper())).shipment

    assert [row.requirement.code for row in stage.gaps] == ["R-GAP", "R-BUYER"]
    assert [row.requirement.code for row in stage.hindrances] == ["R-GAP"]


def test_days_left_of_a_stage_are_those_of_the_paper_that_ends_first():
    market = catalogue(requirement("R-A"), requirement("R-B", met_by=("OTHER",)))

    ending = assess(market, case(paper(), paper("OTHER", BETWEEN))).shipment
    opened = assess(market, case(paper(), paper("OTHER"))).shipment

    assert (ending.days_left, opened.days_left) == (-1, None)


@pytest.mark.parametrize(
    ("rule", "held", "bars"),
    [
        (requirement(prohibition=True), [], (True, True)),
        (requirement(), [], (False, True)),
        (requirement(), [paper(valid_to=BEFORE)], (False, True)),
        (requirement(), [paper(valid_to=BETWEEN)], (False, False)),
        (requirement(), [paper()], (False, False)),
    ],
    ids=["blocked", "missing", "expired", "conditional", "ready"],
)
def test_only_a_ban_bars_a_pair_whose_buyer_names_no_day(rule, held, bars):
    stage = assess(catalogue(rule), case(*held)).shipment

    assert (stage.bars(dated=False), stage.bars(dated=True)) == bars


def test_no_programme_covers_what_the_tables_name_as_uncovered():
    market = standard_pack().catalogue
    uncovered = {
        code
        for code in market.requirements
        if not any(code in programme.requirements for programme in market.programmes.values())
    }

    assert len(uncovered) == 27
    assert {"REQ-AQ-DIS", "REQ-HOST-BAN", "REQ-TUNA"} <= uncovered


def test_service_has_requirements_without_any_code():
    readiness = assess(
        standard_pack().catalogue,
        case(product=Product("ICTS-DEV", "", frozenset({"personal_data"}))),
    )

    assert codes(readiness.shipment) == ["REQ-APPI", "REQ-ISMS", "REQ-ITQUAL"]
