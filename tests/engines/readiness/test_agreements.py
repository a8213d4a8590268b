"""What mutual recognition changes, and what it never does."""

from datetime import timedelta

import pytest

from matchmaker.engines.readiness.data import Agreement, Duty, Ease, Evidence, Stage
from matchmaker.engines.readiness.what_if import what_if
from tests.engines.readiness.builders import (
    BEFORE,
    BETWEEN,
    EVENT_END,
    ISSUED,
    SHIPMENT,
    agreement,
    case,
    catalogue,
    paper,
    requirement,
    row_of,
)

DAY = timedelta(days=1)
ACCEPTED = ("R", "ACCEPTED")


STANDING = (agreement(ACCEPTED),)


def eased_row(ease, *holdings, agreements=STANDING, **rule):
    return row_of(requirement(ease=ease, **rule), *holdings, agreements=tuple(agreements))


def test_requirement_that_cannot_be_eased_is_left_alone_though_it_is_listed():
    row = eased_row(Ease.NO, paper("ACCEPTED"), agreements=[agreement(ACCEPTED, starts=SHIPMENT)])
    later = eased_row(Ease.NO, agreements=[agreement(ACCEPTED, starts=SHIPMENT + DAY)])

    assert (row.status, row.eased) == ("MISSING", False)
    assert later.would_ease_from is None


@pytest.mark.parametrize("ease", [Ease.YES, Ease.PARTLY])
def test_ban_stays_a_ban(ease):
    row = eased_row(ease, paper("ACCEPTED"), prohibition=True)
    later = eased_row(
        ease, agreements=[agreement(ACCEPTED, starts=SHIPMENT + DAY)], prohibition=True
    )

    assert (row.status, row.eased) == ("BLOCKED", False)
    assert later.would_ease_from is None


def test_duty_of_the_importer_is_not_eased():
    row = eased_row(Ease.YES, paper("ACCEPTED"), duty=Duty.IMPORTER)

    assert (row.status, row.eased) == ("IMPORTER_DUTY", False)


@pytest.mark.parametrize(
    ("holdings", "rule", "expected"),
    [
        ([], {}, ("WAIVED_MRA", "ACCEPTED")),
        ([paper(valid_to=BEFORE)], {}, ("WAIVED_MRA", "ACCEPTED")),
        ([paper(valid_to=BETWEEN)], {}, ("WAIVED_MRA", "ACCEPTED")),
        ([paper("PART")], {"partly_met_by": ("PART",)}, ("WAIVED_MRA", "ACCEPTED")),
        ([], {"evidence": Evidence.CONSIGNMENT}, ("WAIVED_MRA", "ACCEPTED")),
        ([paper()], {}, ("MET", "FULL")),
    ],
    ids=["missing", "expired", "expiring", "partly", "due", "met"],
)
def test_full_easing_waives_unless_met(holdings, rule, expected):
    row = eased_row(Ease.YES, paper("ACCEPTED"), *holdings, **rule)

    assert (row.status, row.by, row.eased, row.is_gap) == (*expected, True, False)


@pytest.mark.parametrize(
    ("holdings", "rule", "expected"),
    [
        ([], {}, ("PARTLY", "ACCEPTED")),
        ([paper(valid_to=BEFORE)], {}, ("PARTLY", "ACCEPTED")),
        ([paper(valid_to=BETWEEN)], {}, ("EXPIRING", "FULL")),
        ([paper("PART")], {"partly_met_by": ("PART",)}, ("PARTLY", "PART")),
        ([], {"evidence": Evidence.CONSIGNMENT}, ("DUE_AT_SHIPMENT", None)),
        ([paper()], {}, ("MET", "FULL")),
    ],
    ids=["missing", "expired", "expiring", "partly", "due", "met"],
)
def test_partial_easing_lifts_what_is_missing_or_expired_to_partly(holdings, rule, expected):
    row = eased_row(Ease.PARTLY, paper("ACCEPTED"), *holdings, **rule)

    assert (row.status, row.by, row.eased) == (*expected, True)


@pytest.mark.parametrize("ease", [Ease.YES, Ease.PARTLY])
@pytest.mark.parametrize("last", [BETWEEN, BEFORE])
def test_accepted_paper_must_be_valid(ease, last):
    row = eased_row(ease, paper("ACCEPTED", last))

    assert (row.status, row.by, row.eased) == ("MISSING", None, True)


@pytest.mark.parametrize(
    ("starts", "ends", "eased", "from_day"),
    [
        (SHIPMENT, None, True, None),
        (ISSUED, SHIPMENT, True, None),
        (SHIPMENT, SHIPMENT, True, None),
        (SHIPMENT + DAY, None, False, SHIPMENT + DAY),
        (ISSUED, SHIPMENT - DAY, False, None),
    ],
    ids=["first day", "last day", "only day", "a day late", "a day early"],
)
def test_agreement_counts_from_its_first_to_its_last_day(starts, ends, eased, from_day):
    agreements = [agreement(ACCEPTED, starts=starts, ends=ends)]
    row = eased_row(Ease.YES, paper("ACCEPTED"), agreements=agreements)

    assert (row.eased, row.status == "WAIVED_MRA") == (eased, eased)
    assert row.would_ease_from == from_day


def test_agreement_that_does_not_list_the_requirement_changes_nothing():
    row = eased_row(Ease.YES, paper("ACCEPTED"), agreements=[agreement(("S", "ACCEPTED"))])

    assert (row.status, row.eased, row.would_ease_from) == ("MISSING", False, None)


@pytest.mark.parametrize("turned", [False, True])
def test_several_agreements_accept_what_any_of_them_accepts(turned):
    agreements = [
        agreement(("R", "OTHER")),
        agreement(ACCEPTED),
        agreement(ACCEPTED, starts=SHIPMENT + 2 * DAY),
        agreement(ACCEPTED, starts=SHIPMENT + DAY),
    ]
    agreements = agreements[::-1] if turned else agreements

    row = eased_row(Ease.YES, paper("ACCEPTED", SHIPMENT), agreements=agreements)
    both = eased_row(Ease.YES, paper("ACCEPTED"), paper("OTHER"), agreements=agreements)

    assert (row.status, row.by, row.would_ease_from) == ("WAIVED_MRA", "ACCEPTED", SHIPMENT + DAY)
    assert both.by == "ACCEPTED"


def test_prerequisites_stay_named_where_easing_goes_half_way():
    rule = {"evidence": Evidence.CONSIGNMENT, "prerequisites": ("PLANT",)}

    row = eased_row(Ease.PARTLY, paper("ACCEPTED"), **rule)
    waived = eased_row(Ease.YES, paper("ACCEPTED"), **rule)

    assert [needed.certificate for needed in row.waits_for] == ["PLANT"]
    assert waived.waits_for == ()


def test_agreement_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends on 2025-05-31, before 2025-06-01"):
        Agreement(ISSUED, ISSUED - DAY)


def test_what_if_names_every_change_and_who_becomes_ready():
    market = catalogue(
        requirement("R-EASED", ease=Ease.PARTLY),
        requirement("R-OTHER", met_by=("PART",), ease=Ease.YES),
        requirement("R-WAIVED", met_by=("OTHER",), ease=Ease.YES),
    )
    supposed = agreement(("R-WAIVED", "ACCEPTED"), ("R-EASED", "ACCEPTED"), starts=EVENT_END + DAY)
    asked = case(paper("ACCEPTED"), paper(), paper("PART"))

    compared = what_if(market, asked, (supposed,))

    assert [
        (change.stage, change.after.requirement.code, change.before.status, change.after.status)
        for change in compared.changes
    ] == [
        (Stage.SHIPMENT, "R-EASED", "MET", "MET"),
        (Stage.SHIPMENT, "R-WAIVED", "MISSING", "WAIVED_MRA"),
    ]
    assert (compared.before.shipment.level, compared.after.shipment.level) == (
        "NOT_READY",
        "READY",
    )
    assert compared.becomes_ready(Stage.SHIPMENT)
    assert not compared.becomes_ready(Stage.EVENT)


def test_what_if_keeps_the_agreements_that_stand():
    market = catalogue(requirement(ease=Ease.YES))
    standing = agreement(ACCEPTED)
    asked = case(paper("ACCEPTED"), agreements=(standing,))

    compared = what_if(market, asked, (agreement(("R", "OTHER")),))

    assert compared.before.shipment.level == compared.after.shipment.level == "READY"
    assert compared.changes == ()
    assert not compared.becomes_ready(Stage.SHIPMENT)
