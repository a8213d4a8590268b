"""Agreements: who sees them, what they may say, when two overlap, and what one would change."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import Product
from matchmaker.compliance.agreement_queries import agreements
from matchmaker.compliance.catalogue_queries import binding_agreements, state
from matchmaker.compliance.enums import AgreementStage
from matchmaker.compliance.models import Agreement, ProductReadiness, Requirement
from matchmaker.compliance.readiness_queries import readiness_of
from matchmaker.compliance.services import agreements as services
from matchmaker.compliance.services import what_if as jobs
from matchmaker.compliance.services.agreements import AgreementFacts
from matchmaker.compliance.services.ground import ground_changed
from matchmaker.compliance.what_if import Effect, effects_of, question_of
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.errors import ChangedMeanwhileError
from tests.build import NOON, make_exporter, make_officer, make_product, make_user
from tests.compliance.papers import make_mangoes, make_paper

pytestmark = pytest.mark.usefixtures("pack")
TODAY = NOON.date()
HYGIENE = (("REQ-MEAT-HACCP", "C-HACCP"),)
RESIDUES = (("REQ-MRL", "C-TR-RESID"),)


def facts(**given):
    defaults = {
        "names": {"en": "SPS agreement"},
        "parties": "Pakistan and Japan",
        "scope": "",
        "authorities": "",
        "stage": AgreementStage.IN_FORCE,
        "starts_on": TODAY - timedelta(days=10),
        "ends_on": None,
        "source": "Treaty series 1",
        "accepts": RESIDUES,
    }
    return AgreementFacts(**(defaults | given))


@pytest.fixture
def officer(app):
    return make_officer()


@pytest.fixture
def office(officer, sign_in):
    return sign_in(officer)


def add(officer, *, both_apply=False, **given):
    return services.add_agreement(facts(**given), both_apply=both_apply, actor=officer, now=NOON)


def test_one_that_binds_moves_the_ground_and_a_scenario_does_not(officer):
    before = state().revision

    add(officer, stage=AgreementStage.SCENARIO, source="")
    assert (state().revision, binding_agreements()) == (before, ())
    agreement = add(officer, both_apply=True)
    assert state().revision == before + 1
    assert [a.accepts for a in binding_agreements()] == [frozenset(RESIDUES)]

    services.change_agreement(
        agreement,
        facts(stage=AgreementStage.NEGOTIATING),
        both_apply=True,
        seen_version=agreement.version,
        actor=officer,
        now=NOON,
    )
    assert (state().revision, binding_agreements()) == (before + 2, ())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"starts_on": None}, "starts_on"),
        ({"starts_on": TODAY + timedelta(days=1)}, "starts_on"),
        ({"stage": AgreementStage.SIGNED, "starts_on": None}, "starts_on"),
        ({"ends_on": TODAY - timedelta(days=11)}, "ends_on"),
        ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
        ({"stage": AgreementStage.ENDED}, "ends_on"),
        ({"stage": AgreementStage.ENDED, "ends_on": TODAY + timedelta(days=1)}, "ends_on"),
        ({"source": " "}, "source"),
        ({"names": {}}, "name_en"),
    ],
)
def test_days_fit_the_stage_and_what_is_no_scenario_has_a_source(officer, given, field):
    with pytest.raises(services.WrongAgreementError) as raised:
        add(officer, **given)

    assert (list(raised.value.faults), raised.value.rows) == ([field], {})


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("REQ-FMD-BAN", "C-HACCP"), "An agreement cannot ease"),
        (("REQ-NONE", "C-HACCP"), "There is no requirement REQ-NONE."),
        (("REQ-MRL", "C-NONE"), "There is no certificate C-NONE."),
    ],
)
def test_what_no_agreement_can_ease_is_refused_with_the_reason(officer, pair, said):
    with pytest.raises(services.WrongAgreementError, match=said) as raised:
        add(officer, accepts=(*RESIDUES, pair))

    assert list(raised.value.rows) == [1]


def test_two_at_the_same_time_are_named_and_need_a_word(officer):
    first = add(officer, names={"en": "Old"}, ends_on=TODAY + timedelta(days=5))

    with pytest.raises(services.OverlapError) as raised:
        add(officer, starts_on=TODAY + timedelta(days=5), stage=AgreementStage.SIGNED)

    assert [(o.agreement, o.requirements) for o in raised.value.found] == [(first, ("REQ-MRL",))]
    add(officer, starts_on=TODAY + timedelta(days=6), stage=AgreementStage.SIGNED)
    add(officer, both_apply=True)
    add(officer, accepts=HYGIENE)


@pytest.mark.parametrize("turned", [False, True], ids=["one way", "the other way"])
def test_the_answer_does_not_depend_on_the_order_of_agreements(officer, turned):
    company = make_exporter()
    mangoes = make_mangoes(company, without="C-TR-RESID")
    make_paper(company, "C-ISO22000")
    pairs = [(("REQ-MRL", "C-ISO22000"),), (("REQ-MRL", "C-PHYTO"),)]
    for accepts in pairs[::-1] if turned else pairs:
        add(officer, accepts=accepts, both_apply=True)

    row = next(
        r
        for r in readiness_of(mangoes, as_of=TODAY).shipment.requirements
        if r.requirement.code == "REQ-MRL"
    )

    assert (row.status.value, row.eased) == ("PARTLY", True)


def test_somebody_who_was_faster_is_not_overwritten(officer):
    agreement = add(officer)
    seen = agreement.version
    given = {"both_apply": False, "seen_version": seen, "actor": officer, "now": NOON}
    services.change_agreement(agreement, facts(parties="A"), **given)

    with pytest.raises(ChangedMeanwhileError):
        services.change_agreement(agreement, facts(parties="B"), **given)

    assert agreement.parties == "A"


def test_scenarios_are_the_offices_own(officer, sign_in):
    scenario = add(officer, stage=AgreementStage.SCENARIO, names={"en": "Dream"})
    real = add(officer, both_apply=True)
    owner = make_user()
    make_exporter(owner)
    db.session.commit()
    reader = sign_in(owner)

    page = reader.get("/agreements").text

    assert "SPS agreement" in page
    assert "Dream" not in page
    assert "Dream" not in reader.get("/requirements/REQ-MRL").text
    assert reader.get(f"/agreements/{real.public_id}").status_code == 200
    assert "Dream" not in reader.get(f"/agreements/{real.public_id}").text
    assert reader.get(f"/agreements/{scenario.public_id}").status_code == 404
    for path in ("edit", "what-if", "what-if/progress", "what-if/file"):
        assert reader.get(f"/agreements/{real.public_id}/{path}").status_code == 404
    assert reader.submit(f"/agreements/{real.public_id}/what-if").status_code == 404
    assert reader.submit(f"/agreements/{real.public_id}/edit").status_code == 404
    assert reader.get("/agreements/new").status_code == 404
    assert reader.submit("/agreements/new").status_code == 404


def test_the_empty_list_says_that_none_is_in_force(office):
    page = office.get("/agreements").text

    assert "No agreement is in force" in page
    assert "Add a scenario" in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_for_any_number(rows, officer, office, count_queries):
    for _ in range(rows):
        add(officer, both_apply=True)
    db.session.commit()
    office.get("/agreements")

    with count_queries() as statements:
        page = office.get("/agreements").text

    assert page.count('class="row-link"') == rows
    assert len(statements) == 3  # the session, agreements, what they accept


def form_of(**given):
    defaults = {
        "name_en": "Trial",
        "stage": "scenario",
        "parties": "Pakistan and Japan",
        "accepts-0-requirement": "req-mrl",
        "accepts-0-certificate": "C-TR-RESID",
        "accepts-1-requirement": "",
        "accepts-1-certificate": "",
    }
    return defaults | given


def only():
    db.session.rollback()
    return agreements(scenarios=True)[0]


def test_an_officer_adds_a_scenario_and_changes_it(office):
    assert office.submit("/agreements/new", form_of()).status_code == 303
    agreement = only()
    assert [(a.requirement_code, a.certificate_code) for a in agreement.accepts] == list(RESIDUES)
    path = f"/agreements/{agreement.public_id}/edit"
    given = form_of(version=agreement.version, parties="Both")
    assert office.submit(path, given).status_code == 303
    assert only().parties == "Both"

    stale = office.submit(path, given | {"parties": "Too late"})

    assert stale.status_code == 409
    assert "Too late" in stale.text
    assert only().parties == "Both"


def test_the_form_names_the_others_and_saves_with_the_tick(officer, office):
    add(officer, names={"en": "Standing treaty"})
    db.session.commit()
    given = form_of(starts_on="2027-03-10")

    told = office.submit("/agreements/new", given)

    assert told.status_code == 409
    assert "Standing treaty" in told.text
    assert "Both apply" in told.text
    assert office.submit("/agreements/new", given | {"both_apply": "y"}).status_code == 303


@pytest.mark.parametrize("number", ["²", "９", "9" * 5000, ""])
def test_a_row_without_a_number_is_nobodys(office, number):
    given = form_of(**{f"accepts-{number}-requirement": "REQ-FMD-BAN"})

    assert office.submit("/agreements/new", given).status_code == 303

    assert [(row.requirement_code, row.certificate_code) for row in only().accepts] == [
        ("REQ-MRL", "C-TR-RESID")
    ]


def test_the_form_says_in_which_row_something_is_wrong(office):
    given = form_of(**{"accepts-1-requirement": "REQ-FMD-BAN", "accepts-1-certificate": "C-HACCP"})

    answer = office.submit("/agreements/new", given)

    assert answer.status_code == 422
    assert 'href="#accepts-1-requirement"' in answer.text
    assert office.submit("/agreements/new", form_of(more_rows="1")).status_code == 200
    assert db.session.scalar(sa.select(sa.func.count(Agreement.id))) == 0


def what_if_of(agreement, shipment=TODAY):
    question = question_of(agreement, shipment, shipment)
    return {effect.product_id: effect for effect in effects_of(question, today=TODAY)}


def test_what_if_tells_who_becomes_ready_who_is_eased_and_who_is_not_touched(officer):
    ready = make_mangoes()
    waiting = make_mangoes(without="C-TR-RESID")
    scissors = make_product()
    paddy = make_product(hs_code="100610", sector_code="AGRI-RICE")
    scenario = add(
        officer, stage=AgreementStage.SCENARIO, starts_on=None, accepts=(("REQ-MRL", "C-PHYTO"),)
    )

    found = what_if_of(scenario)

    listed = ["REQ-MRL"]
    assert found[ready.id] == Effect(ready.id, "eased", "READY", "READY", "already", listed)
    assert found[waiting.id] == Effect(
        waiting.id, "eased", "CONDITIONAL", "CONDITIONAL", "no_paper", listed
    )
    assert found[scissors.id].group == "unaffected"
    assert found[scissors.id].why == "cannot_ease"
    assert found[paddy.id].after == "BLOCKED"
    assert found[paddy.id].why == "banned"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProductReadiness)) == 0


@pytest.mark.parametrize(
    ("ease", "group", "after", "why"),
    [("partly", "up", "CONDITIONAL", "still_stands"), ("yes", "ready", "READY", "")],
)
def test_with_the_accepted_paper_a_product_rises_as_far_as_the_easing_goes(
    officer, ease, group, after, why
):
    company = make_exporter()
    product = make_mangoes(company, without="C-FOODDOSS")
    make_paper(company, "C-PHYTO")
    db.session.get_one(Requirement, "REQ-FOOD-NOTIF").mra_ease = ease
    ground_changed(actor_id=None, now=NOON)
    scenario = add(
        officer, stage=AgreementStage.SCENARIO, accepts=(("REQ-FOOD-NOTIF", "C-PHYTO"),)
    )

    effect = what_if_of(scenario)[product.id]

    assert effect == Effect(product.id, group, "NOT_READY", after, why, ["REQ-FOOD-NOTIF"])


def test_an_agreement_that_binds_is_compared_with_the_days_without_it(officer):
    product = make_mangoes(without="C-TR-RESID")
    agreement = add(officer, accepts=(("REQ-MRL", "C-PHYTO"),))

    assert what_if_of(agreement)[product.id].eased == ["REQ-MRL"]


def test_the_page_answers_few_products_at_once_and_writes_nothing(officer, office):
    make_mangoes(name="=Mango", without="C-TR-RESID")
    scenario = add(officer, stage=AgreementStage.SCENARIO, accepts=(("REQ-MRL", "C-PHYTO"),))
    db.session.commit()
    here = f"/agreements/{scenario.public_id}/what-if"

    page = office.get(f"{here}?on=2027-06-01&group=eased")

    assert page.status_code == 200
    assert "=Mango" in page.text
    assert "The company holds no accepted certificate" in page.text
    file = office.get(f"{here}/file?on=2027-06-01&group=eased")
    rows = list(csv.reader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Product", "'=Mango"]
    assert office.get(f"{here}?on=nonsense&sort=x&group=y").status_code == 200


def test_many_products_are_a_job_whose_answer_is_found_again(officer, office, work):
    company = make_exporter()
    db.session.execute(
        sa.insert(Product),
        [
            {
                "company_id": company.id,
                "public_id": f"product{number:09}",
                "name": f"Mango {number}",
                "language": "en",
                "hs_code": "080450",
                "sector_code": "AGRI-MANGO",
                "created_at": NOON,
                "updated_at": NOON,
                "version": 1,
                "certificates": [],
                "attributes": [],
                "description": "",
            }
            for number in range(jobs.AT_ONCE + 1)
        ],
    )
    scenario = add(officer, stage=AgreementStage.SCENARIO)
    public_id = scenario.public_id
    db.session.commit()
    here = f"/agreements/{public_id}/what-if"
    day = (utcnow() + timedelta(days=30)).date()
    assert "Work it out" in office.get(f"{here}?on={day}").text

    asked = {"on": day.isoformat()}
    started = office.submit(here, asked)
    assert started.status_code == 303
    under_way = office.get(started.location)
    assert "data-progress-url" in under_way.text
    work()

    page = office.get(f"{started.location}&group=eased").text
    assert "501" in page
    assert "Mango 1<" in page
    progress = office.get(f"{here}/progress?on={day}&shipment={day}").json
    assert (progress["state"], progress["done"]) == ("done", jobs.AT_ONCE + 1)
    assert "Work it out" in office.get(f"{here}?on={day}&shipment={day + timedelta(days=9)}").text
