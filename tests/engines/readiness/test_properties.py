"""What holds for any papers, days and agreements."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engines.readiness.assess import assess
from matchmaker.engines.readiness.catalogue import Catalogue
from matchmaker.engines.readiness.data import Agreement, Case, Certificate, Holding, Product
from tests.engines.readiness.builders import AS_OF, MARKET, PROGRAMMES, SECTORS

PAPERS = ("ACCEPTED", "FULL", "OTHER", "PART", "PLANT", "LOG")
CATALOGUE = Catalogue(
    sectors=SECTORS,
    certificates=[Certificate(code) for code in PAPERS],
    requirements=MARKET,
    programmes=PROGRAMMES,
)
WORST_FIRST = ("BLOCKED", "NOT_READY", "CONDITIONAL", "READY")
STATUS_OF_HELD = ("EXPIRED", "EXPIRING", "MET")

unhurried = settings(deadline=None, max_examples=40)
"""Other work on the machine must not fail a test."""

days = st.dates(AS_OF - timedelta(days=40), AS_OF + timedelta(days=60))
later_days = st.dates(AS_OF, AS_OF + timedelta(days=60))


@st.composite
def holdings(draw):
    issued = draw(st.dates(AS_OF - timedelta(days=60), AS_OF + timedelta(days=3)))
    return Holding(
        draw(st.sampled_from(PAPERS)),
        issued,
        draw(st.none() | st.dates(issued, issued + timedelta(days=120))),
        revoked=draw(st.booleans()) and draw(st.booleans()),
    )


@st.composite
def agreements(draw):
    starts = draw(days)
    pairs = st.tuples(st.sampled_from([rule.code for rule in MARKET]), st.sampled_from(PAPERS))
    return Agreement(
        starts,
        draw(st.none() | st.dates(starts, starts + timedelta(days=60))),
        draw(st.frozensets(pairs, max_size=6)),
    )


@st.composite
def cases(draw):
    return Case(
        product=Product("MANGO", "080450"),
        holdings=tuple(draw(st.lists(holdings(), max_size=8))),
        as_of=AS_OF,
        event_end=draw(later_days),
        shipment=draw(st.none() | later_days),
        agreements=tuple(draw(st.lists(agreements(), max_size=3))),
    )


def rows(readiness):
    return {
        (stage.stage, row.requirement.code): row
        for stage in readiness.stages
        for row in stage.requirements
    }


@unhurried
@given(cases(), st.sampled_from(PAPERS))
def test_a_further_valid_paper_never_lowers_level_or_scores(case, certificate):
    further = Holding(certificate, AS_OF - timedelta(days=1))

    before = assess(CATALOGUE, case)
    after = assess(CATALOGUE, replace(case, holdings=(*case.holdings, further)))

    for old, new in zip(before.stages, after.stages, strict=True):
        assert WORST_FIRST.index(new.level) >= WORST_FIRST.index(old.level)
        assert (new.mandatory, new.buyer) >= (old.mandatory, old.buyer)
        assert new.overall >= old.overall
        assert new.buyer >= old.buyer


@unhurried
@given(cases(), agreements())
def test_an_agreement_never_lifts_a_ban_and_never_lowers_a_level(case, further):
    before = assess(CATALOGUE, case)
    after = assess(CATALOGUE, replace(case, agreements=(*case.agreements, further)))

    new_rows = rows(after)
    for place, row in rows(before).items():
        assert (row.status == "BLOCKED") == (new_rows[place].status == "BLOCKED")
    for old, new in zip(before.stages, after.stages, strict=True):
        assert WORST_FIRST.index(new.level) >= WORST_FIRST.index(old.level)
        assert new.overall >= old.overall


@unhurried
@given(cases(), later_days, st.integers(0, 60))
def test_a_later_target_never_improves_how_a_held_paper_stands(case, shipment, more_days):
    case = replace(case, agreements=())
    sooner = assess(CATALOGUE, replace(case, shipment=shipment))
    later = assess(CATALOGUE, replace(case, shipment=shipment + timedelta(days=more_days)))

    for old, new in zip(sooner.shipment.requirements, later.shipment.requirements, strict=True):
        if {old.status, new.status} <= set(STATUS_OF_HELD):
            assert STATUS_OF_HELD.index(new.status) <= STATUS_OF_HELD.index(old.status)
    assert WORST_FIRST.index(later.shipment.level) <= WORST_FIRST.index(sooner.shipment.level)
    assert later.shipment.overall <= sooner.shipment.overall


@unhurried
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_papers_agreements_and_rows_changes_nothing(case, random):
    papers, deals, rules = list(case.holdings), list(case.agreements), list(MARKET)
    for given_rows in (papers, deals, rules):
        random.shuffle(given_rows)
    turned = Catalogue(
        sectors=SECTORS[::-1], certificates=(), requirements=rules, programmes=PROGRAMMES[::-1]
    )

    again = assess(turned, replace(case, holdings=tuple(papers), agreements=tuple(deals)))

    assert again == assess(CATALOGUE, case)


@unhurried
@given(cases())
def test_papers_that_do_not_count_change_nothing(case):
    idle = (
        Holding("FULL", AS_OF + timedelta(days=1)),
        Holding("PLANT", date(2025, 1, 1), revoked=True),
        Holding("OTHER", date(2025, 1, 1), hs_prefixes=frozenset({"6302"})),
        Holding("LOG", date(2025, 1, 1), sectors=frozenset({"TEXT"})),
    )

    assert assess(CATALOGUE, replace(case, holdings=case.holdings + idle)) == assess(
        CATALOGUE, case
    )


@unhurried
@given(cases())
def test_scores_lie_between_nothing_and_all_and_agree_with_the_level(case):
    for stage in assess(CATALOGUE, case).stages:
        assert 0 <= stage.overall <= 1
        assert 0 <= stage.mandatory <= 1
        assert 0 <= stage.buyer <= 1
        assert (stage.level == "READY") == (stage.hindrances == ())
        assert stage.level != "BLOCKED" or stage.overall == 0
