"""How one requirement stands, before any agreement."""

from datetime import date, timedelta

import pytest

from matchmaker.engines.readiness.assess import assess
from matchmaker.engines.readiness.data import (
    CheckStage,
    Duty,
    Evidence,
    Holding,
    Product,
)
from matchmaker.engines.readiness.gaps import Act, Remedy
from matchmaker.engines.readiness.papers import Validity
from matchmaker.engines.readiness.status import Prerequisite
from tests.engines.readiness.builders import (
    AS_OF,
    BEFORE,
    BETWEEN,
    EVENT_END,
    ISSUED,
    PROGRAMMES,
    SHIPMENT,
    case,
    catalogue,
    paper,
    requirement,
    row_of,
)

DAY = timedelta(days=1)
LOT = {"evidence": Evidence.CONSIGNMENT}


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, "MET"),
        (SHIPMENT, "MET"),
        (SHIPMENT - DAY, "EXPIRING"),
        (AS_OF, "EXPIRING"),
        (AS_OF - DAY, "EXPIRED"),
    ],
    ids=["open", "to the target", "a day less", "to today", "to yesterday"],
)
def test_status_follows_the_last_day_of_the_paper(last, expected):
    row = row_of(requirement(), paper(valid_to=last))

    assert (row.status, row.by) == (expected, "FULL")


def test_nothing_held_is_missing_and_nothing_decides():
    row = row_of(requirement())

    assert (row.status, row.by, row.holding, row.days_left) == ("MISSING", None, None, None)


@pytest.mark.parametrize(
    "holding",
    [
        paper(issued=AS_OF + DAY),
        paper(revoked=True),
        paper(hs_prefixes=frozenset({"080510"})),
        paper(sectors=frozenset({"CITRUS"})),
    ],
    ids=["issued later", "revoked", "for other codes", "for another sector"],
)
def test_paper_that_does_not_count_is_missing(holding):
    assert row_of(requirement(), holding).status == "MISSING"


@pytest.mark.parametrize(
    "holding",
    [
        paper(issued=AS_OF),
        paper(hs_prefixes=frozenset({"080510", "0804"})),
        paper(sectors=frozenset({"MANGO"})),
        paper(sectors=frozenset({"FRUIT"})),
        paper(sectors=frozenset({"FRUIT"}), hs_prefixes=frozenset({"0805"})),
    ],
    ids=["issued today", "for its code", "for its sector", "for the parent", "for either"],
)
def test_paper_that_counts_meets_it(holding):
    assert row_of(requirement(), holding).status == "MET"


@pytest.mark.parametrize("hs", ["", "0804"])
def test_paper_for_a_code_does_not_cover_goods_that_are_less_known(hs):
    holding = paper(hs_prefixes=frozenset({"080450"}))

    assert row_of(requirement(), holding, product=Product("MANGO", hs)).status == "MISSING"


@pytest.mark.parametrize(
    ("full", "part", "expected"),
    [
        (SHIPMENT, SHIPMENT, ("MET", "FULL")),
        (BETWEEN, SHIPMENT, ("EXPIRING", "FULL")),
        (BEFORE, SHIPMENT, ("PARTLY", "PART")),
        (BEFORE, BETWEEN, ("EXPIRED", "FULL")),
    ],
)
def test_the_better_of_a_full_and_a_partial_paper_decides(full, part, expected):
    rule = requirement(partly_met_by=("PART",))

    row = row_of(rule, paper(valid_to=full), paper("PART", part))

    assert (row.status, row.by) == expected


@pytest.mark.parametrize("last", [BETWEEN, BEFORE])
def test_partial_paper_that_ends_too_early_gives_nothing(last):
    row = row_of(requirement(partly_met_by=("PART",)), paper("PART", last))

    assert (row.status, row.by, row.partial) == ("MISSING", None, ())


def test_two_partial_papers_are_not_the_whole():
    rule = requirement(partly_met_by=("PART", "LOG"))

    row = row_of(rule, paper("PART", SHIPMENT), paper("LOG"))

    assert (row.status, row.by, row.partial) == ("PARTLY", "LOG", ("LOG", "PART"))


@pytest.mark.parametrize(
    ("holdings", "by"),
    [
        ([paper("OTHER", SHIPMENT), paper("FULL", SHIPMENT + DAY)], "FULL"),
        ([paper("OTHER"), paper("FULL", SHIPMENT + DAY)], "OTHER"),
        ([paper("OTHER", SHIPMENT), paper("FULL", SHIPMENT)], "FULL"),
        ([paper("OTHER"), paper("FULL")], "FULL"),
    ],
    ids=["lasts longer", "open", "same day", "both open"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_paper_that_lasts_longest_decides_then_the_code(holdings, by, turned):
    rule = requirement(met_by=("OTHER", "FULL"))

    assert row_of(rule, *(holdings[::-1] if turned else holdings)).by == by


@pytest.mark.parametrize("turned", [False, True])
def test_renewed_paper_replaces_the_old_one(turned):
    holdings = [paper(valid_to=BEFORE, id="old"), paper(valid_to=SHIPMENT, id="new")]

    row = row_of(requirement(), *(holdings[::-1] if turned else holdings))

    assert (row.status, row.holding.id, row.days_left) == ("MET", "new", 0)


def test_days_left_are_counted_from_the_target():
    assert row_of(requirement(), paper(valid_to=SHIPMENT - 5 * DAY)).days_left == -5
    assert row_of(requirement(), paper(valid_to=None)).days_left is None


def test_duty_of_the_importer_is_no_gap_whatever_is_held():
    rule = requirement(duty=Duty.IMPORTER, prohibition=True)

    row = row_of(rule, paper(valid_to=BEFORE))

    assert (row.status, row.by, row.is_gap) == ("IMPORTER_DUTY", None, False)


@pytest.mark.parametrize("last", [None, BETWEEN, BEFORE])
def test_paper_of_the_consignment_is_due_at_shipment_unless_a_valid_one_is_held(last):
    row = row_of(requirement(**LOT), paper(valid_to=last))

    assert (row.status, row.by) == (("MET", "FULL") if last is None else ("DUE_AT_SHIPMENT", None))


def test_partial_papers_of_a_consignment_are_shown_and_do_not_count():
    rule = requirement(partly_met_by=("PLANT", "PART"), prerequisites=("PLANT",), **LOT)

    row = row_of(rule, paper("PART"))

    assert (row.status, row.by, row.partial) == ("MISSING", "PLANT", ("PART",))


@pytest.mark.parametrize(
    ("last", "status", "validity"),
    [
        (SHIPMENT, "DUE_AT_SHIPMENT", None),
        (BETWEEN, "EXPIRING", Validity.EXPIRING),
        (BEFORE, "EXPIRED", Validity.EXPIRED),
    ],
)
def test_prerequisite_decides_over_the_paper_of_a_consignment(last, status, validity):
    row = row_of(requirement(prerequisites=("PLANT",), **LOT), paper("PLANT", last))

    assert (row.status, row.by, row.holding.certificate) == (status, "PLANT", "PLANT")
    assert row.waits_for == (
        (Prerequisite("PLANT", validity, last),) if validity is not None else ()
    )


def test_prerequisite_that_is_not_held_is_named():
    row = row_of(requirement(prerequisites=("PLANT",), **LOT))

    assert (row.status, row.by, row.holding) == ("MISSING", "PLANT", None)
    assert row.waits_for == (Prerequisite("PLANT", Validity.MISSING, None),)


@pytest.mark.parametrize(
    ("log", "plant", "expected"),
    [
        (paper("LOG", BEFORE), None, ("MISSING", "PLANT")),
        (paper("LOG", BEFORE), paper("PLANT", BETWEEN), ("EXPIRED", "LOG")),
        (paper("LOG"), paper("PLANT", BETWEEN), ("EXPIRING", "PLANT")),
        (paper("LOG"), paper("PLANT", SHIPMENT), ("DUE_AT_SHIPMENT", "PLANT")),
        (paper("LOG", BETWEEN - DAY), paper("PLANT", BETWEEN), ("EXPIRING", "LOG")),
        (paper("LOG"), paper("PLANT"), ("DUE_AT_SHIPMENT", "LOG")),
        (None, None, ("MISSING", "LOG")),
    ],
)
def test_worst_prerequisite_decides_then_the_first_to_end_then_the_code(log, plant, expected):
    rule = requirement(prerequisites=("PLANT", "LOG"), **LOT)

    row = row_of(rule, *(holding for holding in (log, plant) if holding))

    assert (row.status, row.by) == expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([], ("BLOCKED", None)),
        ([paper(valid_to=BETWEEN)], ("BLOCKED", "FULL")),
        ([paper("PART")], ("BLOCKED", "PART")),
        ([paper(valid_to=SHIPMENT)], ("MET", "FULL")),
    ],
)
def test_prohibition_blocks_unless_met(held, expected):
    row = row_of(requirement(prohibition=True, partly_met_by=("PART",)), *held)

    assert (row.status, row.by) == expected


def test_prohibition_blocks_what_is_only_due_at_shipment():
    assert row_of(requirement(prohibition=True, **LOT)).status == "BLOCKED"


def test_consignment_looks_at_prerequisites_at_the_event_too():
    rule = requirement(stage=CheckStage.BOTH, prerequisites=("PLANT",), **LOT)
    readiness = assess(catalogue(rule), case(paper("PLANT", EVENT_END)))

    assert readiness.event.requirements[0].status == "DUE_AT_SHIPMENT"
    assert readiness.shipment.requirements[0].status == "EXPIRING"


def test_gap_names_papers_to_renew_and_to_obtain_and_programmes():
    rule = requirement(met_by=("OTHER", "PART", "FULL"))
    market = catalogue(rule, programmes=PROGRAMMES)

    row = assess(market, case(paper("PART", BEFORE))).shipment.requirements[0]

    assert row.remedies == (
        Remedy("PART", Act.RENEW, BEFORE),
        Remedy("FULL", Act.OBTAIN),
        Remedy("OTHER", Act.OBTAIN),
    )
    assert row.programmes == ("P-0", "P-B", "P-C", "P-A")


def test_what_is_settled_names_nothing_to_do():
    market = catalogue(requirement(), programmes=PROGRAMMES)

    row = assess(market, case(paper())).shipment.requirements[0]

    assert (row.is_gap, row.remedies, row.waits_for, row.programmes) == (False, (), (), ())


def test_target_in_the_past_is_looked_at_as_it_was():
    long_ago = date(2025, 12, 1)

    row = row_of(requirement(), paper(valid_to=BEFORE), shipment=long_ago)

    assert row.status == "MET"


def test_paper_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="FULL ends on 2025-05-31, before it was issued"):
        Holding("FULL", ISSUED, ISSUED - DAY)
