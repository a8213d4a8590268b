"""The border log: who keeps it, who reads it, what its days may be, and its file."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from matchmaker.accounts.enums import Role
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Member
from matchmaker.compliance import border_queries
from matchmaker.compliance.border_queries import BorderFilter
from matchmaker.compliance.enums import BorderAct, CorrectiveState
from matchmaker.compliance.models import BorderCase
from matchmaker.compliance.services import border as services
from matchmaker.compliance.services.border import About, CaseFacts
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.errors import ChangedMeanwhileError, NotAllowedNowError
from matchmaker.reference.day_queries import latest_day
from tests.build import NOON, make_exporter, make_officer, make_product, make_user

pytestmark = pytest.mark.usefixtures("pack")
TODAY = NOON.date()
DAY = date(2026, 3, 5)
ONE_DAY = timedelta(days=1)


def facts(**given):
    defaults = {
        "happened_on": DAY,
        "place": "Osaka",
        "authority": "",
        "act": BorderAct.REJECTED,
        "goods": "Red chilli",
        "hs_code": "090421",
        "sector_code": "FOOD-SPICE",
        "quantity": None,
        "unit": None,
        "requirement_code": "REQ-AFLA",
        "cause": "Aflatoxin found",
        "corrective": "",
        "corrective_state": CorrectiveState.OPEN,
        "corrective_due": None,
        "corrected_on": None,
        "source": "Notice 1",
        "language": "en",
    }
    return CaseFacts(**(defaults | given))


@pytest.fixture
def officer(app):
    return make_officer()


@pytest.fixture
def office(officer, sign_in):
    return sign_in(officer)


def add(officer, company=None, product=None, **given):
    about = About(company, product)
    return services.add_case(facts(**given), about, actor=officer, now=NOON)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"happened_on": TODAY + ONE_DAY}, "happened_on"),
        ({"corrective_due": DAY - ONE_DAY}, "corrective_due"),
        (
            {"corrected_on": DAY - ONE_DAY, "corrective_state": CorrectiveState.DONE},
            "corrected_on",
        ),
        (
            {"corrected_on": TODAY + ONE_DAY, "corrective_state": CorrectiveState.DONE},
            "corrected_on",
        ),
        ({"corrected_on": DAY}, "corrected_on"),
        ({"corrective_state": CorrectiveState.DONE}, "corrected_on"),
        ({"quantity": 5}, "quantity"),
    ],
)
def test_days_and_figures_that_cannot_be_are_refused(officer, given, field):
    with pytest.raises(services.WrongCaseError) as raised:
        add(officer, **({"corrective": "New dryer"} | given))

    assert list(raised.value.faults) == [field]


def test_what_is_done_says_what_was_done(officer):
    with pytest.raises(services.WrongCaseError) as raised:
        add(officer, corrected_on=DAY, corrective_state=CorrectiveState.DONE)

    assert list(raised.value.faults) == ["corrective"]


def test_a_product_brings_its_company_along_and_no_other(officer):
    product = make_product()
    db.session.refresh(product, ["company"])

    assert add(officer, product=product).company_id == product.company_id
    with pytest.raises(services.WrongCaseError) as raised:
        add(officer, company=make_exporter(), product=product)
    assert list(raised.value.faults) == ["product"]


def test_a_company_answers_until_the_office_closes_the_case(officer):
    case = add(officer, company=make_exporter())
    given = {"actor": officer, "now": NOON}

    services.write_correction(case, "A new dryer.", seen_version=case.version, **given)
    assert (case.corrective, case.corrective_state) == (
        "A new dryer.",
        CorrectiveState.UNDER_WAY,
    )
    with pytest.raises(ChangedMeanwhileError):
        services.write_correction(case, "Late.", seen_version=case.version - 1, **given)
    done = facts(
        corrective="A new dryer.", corrective_state=CorrectiveState.DONE, corrected_on=TODAY
    )
    about = About(case.company)
    services.change_case(case, done, about, seen_version=case.version, **given)

    with pytest.raises(NotAllowedNowError):
        services.write_correction(case, "More.", seen_version=case.version, **given)


def test_counts_follow_the_filter_and_put_most_first(officer):
    product = make_product(name="Scissors")
    db.session.refresh(product, ["company"])
    for _ in range(2):
        add(officer, product=product, goods="Blades", requirement_code="REQ-MRL")
    add(officer)
    add(officer, happened_on=date(2025, 1, 1), requirement_code=None, goods="Mango")

    every = BorderFilter()
    counted = [(b.key, b.number) for b in border_queries.by_requirement(every)]
    assert counted[0] == ("REQ-MRL", 2)
    assert sorted(counted[1:]) == [("", 1), ("REQ-AFLA", 1)]
    assert [(b.name, b.number) for b in border_queries.by_product(every)] == [
        ("Blades", 2),
        ("Mango", 1),
        ("Red chilli", 1),
    ]
    narrow = BorderFilter(year=2025)
    assert [b.name for b in border_queries.by_product(narrow)] == ["Mango"]
    assert border_queries.counts() == border_queries.Counts(4, (2026, 2025))


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ({}, 2),
        ({"hs": "0904"}, 1),
        ({"hs": "09%"}, 0),
        ({"sector": "FOOD"}, 1),
        ({"sector": "FOOD-SPICE"}, 1),
        ({"requirement": "REQ-MRL"}, 1),
        ({"state": CorrectiveState.DONE}, 0),
        ({"act": BorderAct.HELD}, 1),
        ({"year": 2026}, 2),
        ({"text": "aflatoxin"}, 1),
        ({"text": "sialkot"}, 1),
    ],
)
def test_filters_narrow_the_list(officer, asked, number):
    add(officer)
    add(
        officer,
        company=make_exporter(name="Sialkot Blades"),
        goods="Blades",
        hs_code="821192",
        sector_code="ENGI-CUTLERY",
        requirement_code="REQ-MRL",
        cause="Rust",
        act=BorderAct.HELD,
    )

    found = db.session.scalars(border_queries.cases(BorderFilter(**asked))).all()

    assert len(found) == number


@pytest.mark.parametrize("rows", [1, 3])
def test_the_log_asks_the_same_for_any_number(rows, officer, office, count_queries):
    for _ in range(rows):
        add(officer, company=make_exporter())
    db.session.commit()
    office.get("/border-log")

    with count_queries() as statements:
        page = office.get("/border-log").text

    assert page.count('class="row-link"') == rows
    # session, requirements, sectors twice, the page and its count, years, two charts
    assert len(statements) == 9


def test_the_file_holds_the_filtered_list_and_no_formula(officer, office):
    add(officer, goods="=HYPERLINK(1)", cause="@SUM(A1)", place="＋81")
    add(officer, goods="Mango", requirement_code=None)
    db.session.commit()

    file = office.get("/border-log/file?requirement=REQ-AFLA")

    rows = list(csv.reader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][1] == "'＋81"
    assert rows[1][4] == "'=HYPERLINK(1)"
    assert rows[1][11] == "'@SUM(A1)"
    assert file.headers["Content-Disposition"] == 'attachment; filename="border-log.csv"'


def test_a_company_sees_its_own_cases_and_nobody_elses(officer, sign_in, client):
    owner, stranger, viewer = make_user(), make_user(), make_user()
    company, other = make_exporter(owner), make_exporter(stranger)
    db.session.add(
        Member(company_id=company.id, user_id=viewer.id, role=MemberRole.VIEWER, joined_at=NOON)
    )
    case, nameless = add(officer, company=company), add(officer, goods="Nobody's")
    paths = f"/border-log/{case.public_id}", f"/companies/{company.public_id}/border-cases"
    hidden = f"/border-log/{nameless.public_id}"
    empty = f"/companies/{other.public_id}/border-cases"
    given = {"version": case.version, "corrective": "We changed the dryer."}
    db.session.commit()

    member, passer_by = sign_in(owner), sign_in(stranger)
    for path in paths:
        assert "Red chilli" in member.get(path).text
        assert passer_by.get(path).status_code == 404
        assert client.get(path).status_code == 303
    assert "Red chilli" not in passer_by.get(empty).text
    assert member.get(hidden).status_code == 404
    for browser in (member, passer_by):
        for path in ("/border-log", "/border-log/file", "/border-log/new", f"{paths[0]}/edit"):
            assert browser.get(path).status_code == 404
        for path in ("/border-log/companies?q=a", "/border-log/products?q=a"):
            assert browser.get(path).status_code == 404
        assert browser.submit("/border-log/new").status_code == 404
        assert browser.submit(f"{paths[0]}/edit").status_code == 404
    for browser in (passer_by, sign_in(viewer)):
        assert browser.submit(f"{paths[0]}/correction", given).status_code == 404
    assert member.submit(f"{paths[0]}/correction", given).status_code == 303
    assert member.submit(f"{paths[0]}/correction", given).status_code == 409
    db.session.rollback()
    assert db.session.scalars(sa.select(BorderCase.corrective).order_by(BorderCase.id)).all() == [
        "We changed the dryer.",
        "",
    ]


def test_observers_read_the_log_and_change_nothing(sign_in, officer):
    case = add(officer)
    observer = make_officer(role=Role.OBSERVER)
    db.session.commit()
    browser = sign_in(observer)

    assert browser.get("/border-log").status_code == 200
    assert browser.get(f"/border-log/{case.public_id}").status_code == 200
    assert browser.get(f"/border-log/{case.public_id}/edit").status_code == 404


def form_of(**given):
    defaults = {
        "happened_on": "2026-03-05",
        "place": "Osaka",
        "act": "rejected",
        "goods": "Chilli",
        "hs_code": "090421",
        "cause": "Aflatoxin",
        "source": "Notice 2",
        "language": "en",
        "corrective_state": "open",
        "sector_code": "",
        "requirement_code": "REQ-AFLA",
        "quantity": "1,250.5",
        "unit": "kg",
    }
    return defaults | given


def only():
    db.session.rollback()
    return db.session.scalars(sa.select(BorderCase)).one()


def test_an_officer_adds_a_case_by_names_alone_and_changes_it(office):
    company = make_exporter(name="Kunri Mirch Traders")
    make_product(company, name="Whole red chilli")
    db.session.commit()
    assert office.get("/border-log/companies?q=mirch").json[0]["name"] == "Kunri Mirch Traders"
    assert office.get("/border-log/products?q=whole").json[0]["path"] == "Kunri Mirch Traders"

    assert office.submit("/border-log/new", form_of(product_text="whole red")).status_code == 303

    case = only()
    assert case.sector_code == "FOOD-SPICE"
    assert str(case.quantity.normalize()) == "1250.5"
    assert case.company_id == case.product_id == 1
    path, given = f"/border-log/{case.public_id}/edit", form_of(version=case.version)
    assert office.get(path).status_code == 200
    assert office.submit(path, given | {"goods": "Chilli, dried"}).status_code == 303
    stale = office.submit(path, given | {"goods": "Typed too late"})
    assert stale.status_code == 409
    assert "Typed too late" in stale.text
    assert only().goods == "Chilli, dried"


def test_days_to_come_are_refused_beside_the_field(office):
    tomorrow = (latest_day(utcnow()) + timedelta(days=1)).isoformat()

    answer = office.submit("/border-log/new", form_of(happened_on=tomorrow))

    assert answer.status_code == 422
    assert "This day is still to come." in answer.text
    assert "Chilli" in answer.text


def test_a_name_of_several_offers_the_choice(office):
    for number in range(2):
        make_exporter(name=f"Mirch {number}")
    db.session.commit()

    answer = office.submit("/border-log/new", form_of(company_text="mirch"))

    assert answer.status_code == 422
    assert answer.text.count('name="company_pick"') == 2


def test_the_empty_log_says_what_belongs_there(office):
    assert "No case is in the log" in office.get("/border-log").text
