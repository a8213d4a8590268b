"""Loading companies from a list."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.companies.enums import Period, Purpose, Unit
from matchmaker.companies.member_queries import present_answers
from matchmaker.companies.models import Company, Consent, Member, Need, Product
from matchmaker.companies.permissions import can_invite
from matchmaker.companies.queries import company_with_members
from matchmaker.db.base import db
from tests.build import make_exporter, make_officer, make_user

HEADER = (
    "kind,name,country,city,register_number,contact_email,product_name,product_description,"
    "product_language,hs_code,sector,capacity,unit,min_order,price_min,price_max,currency,"
    "lead_time_days,certificates,consent"
)
SCISSORS = (
    "exporter,Ravi Surgical Works,PK,Sialkot,1234567-8,Export@Ravi.example,Operating scissors,"
    '"Straight, stainless",en,9018.90,,"5,000",piece,500,1.5,2,USD,45,,yes'
)
FORCEPS = "exporter,Ravi  Surgical works,PK,,,,Forceps,,,901890,,8000,piece,,,,,,,"
NEED = (
    "buyer,浪速医療器械株式会社,JP,大阪市,７000012050002,,手術用はさみ,再使用可能,,901890,,2000,"
    "piece,,,,,60,,no"
)


@pytest.fixture
def load(app, tmp_path):
    def run(*lines: str, options: tuple[str, ...] = (), content: bytes | None = None):
        path = tmp_path / "list.csv"
        path.write_bytes(content or "\n".join(lines).encode())
        db.session.commit()
        return app.test_cli_runner().invoke(args=["company", "load", str(path), *options])

    return run


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_rows_of_one_name_are_one_company_with_several_goods(load):
    result = load(HEADER, SCISSORS, FORCEPS, NEED)

    assert result.exit_code == 0, result.output
    assert result.output == "2 companies with 3 products and needs loaded\n"
    exporter, buyer = db.session.scalars(
        sa.select(Company)
        .options(selectinload(Company.contacts), joinedload(Company.exporter_profile))
        .order_by(Company.id)
    ).all()
    assert (exporter.name, exporter.city, exporter.register_number) == (
        "Ravi Surgical Works",
        "Sialkot",
        "1234567-8",
    )
    assert [c.email for c in exporter.contacts] == ["export@ravi.example"]
    assert exporter.exporter_profile is not None
    assert (buyer.name_language, buyer.register_number) == ("ja", "7000012050002")
    scissors, forceps = db.session.scalars(sa.select(Product).order_by(Product.id)).all()
    assert (scissors.capacity, scissors.unit, scissors.period) == (5000, Unit.PIECE, Period.MONTH)
    assert (scissors.price_min, scissors.price_max) == (Decimal("1.5"), 2)
    assert (scissors.description, scissors.sector_code) == ("Straight, stainless", "MEDI-SURG")
    assert forceps.company_id == exporter.id
    need = db.session.scalars(sa.select(Need).options(selectinload(Need.hs_codes))).one()
    assert (need.language, need.volume, need.lead_time_days) == ("ja", 2000, 60)
    assert [row.hs_code for row in need.hs_codes] == ["901890"]


def test_consent_is_kept_as_given_on_paper(load):
    load(HEADER, SCISSORS, NEED)

    exporter, buyer = db.session.scalars(sa.select(Company).order_by(Company.id)).all()
    assert present_answers(exporter) == dict.fromkeys(Purpose, True)
    assert present_answers(buyer) == dict.fromkeys(Purpose, False)
    assert set(db.session.scalars(sa.select(Consent.by_id))) == {None}


def test_loaded_company_gets_its_first_person_from_the_office(load):
    load(HEADER, SCISSORS)

    company = company_with_members(db.session.scalars(sa.select(Company.public_id)).one())
    assert count(Member) == 0
    assert can_invite(make_officer(), company)
    assert not can_invite(make_user(), company)


def test_one_fault_keeps_everything_out(load):
    result = load(HEADER, SCISSORS, NEED.replace("７000012050002", "7000012050003"))

    assert result.exit_code == 1
    assert "line 3: register_number: The check digit" in result.stderr
    assert "1 faults; nothing was loaded" in result.stderr
    assert count(Company) == 0


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("exporter,", "seller,", "line 2: kind: 'seller' is none of exporter, buyer"),
        ("Ravi Surgical Works", "", "line 2: name: is empty"),
        (",PK,", ",JP,", "line 2: country: exporters are of PK"),
        ("1234567-8", "12", "line 2: register_number: Write the NTN"),
        ("Export@Ravi.example", "no mail", "line 2: contact_email:"),
        ("9018.90", "901899", "line 2: hs_code: there is no HS code 901899"),
        ("9018.90", "9018900", "line 2: hs_code: '9018900' is not an HS code"),
        ('"5,000"', "-5", "line 2: capacity: must be above zero"),
        ('"5,000"', "many", "line 2: capacity: 'many' is not a number"),
        ('"5,000"', "1e30", "line 2: capacity:"),
        ('"5,000"', "NaN", "line 2: capacity:"),
        ("piece", "box", "line 2: unit: 'box' is none of"),
        ("piece", "", "line 2: unit: is empty, but there is a quantity"),
        (",500,", ",6000,", "line 2: min_order: is above capacity"),
        ("1.5,2,USD", "3,2,USD", "line 2: price_min: is above price_max"),
        ("1.5,2,USD", "1.5,2,", "line 2: currency: is empty, but there is a price"),
        ("1.5,2,USD", "1.5,,USD", "line 2: price_min: give price_min and price_max"),
        (",45,", ",0,", "line 2: lead_time_days:"),
        (",45,,", ",45,ISO-NOTHING,", "line 2: certificates: there is no certificate scheme"),
        (",yes", ",perhaps", "line 2: consent: 'perhaps' is neither yes nor no"),
        (",yes", ",yes,more", "line 2: has 21 cells, but there are 20 columns"),
        ("Operating scissors", "", "line 2: hs_code: belongs to goods, but product_name is empty"),
        ("Operating scissors", "x" * 201, "line 2: product_name: longer than 200 characters"),
        ("Operating scissors", "a\x00b", "line 2: product_name: holds a sign"),
    ],
)
def test_each_fault_is_named_with_its_line(load, old, new, fault):
    assert old in SCISSORS
    result = load(HEADER, SCISSORS.replace(old, new, 1))

    assert result.exit_code == 1
    assert fault in result.stderr
    assert count(Company) == 0


def test_line_number_is_that_of_an_editor(load):
    broken = SCISSORS.replace('"Straight, stainless"', '"Straight,\nstainless"')
    result = load(HEADER, broken, "", FORCEPS.replace("901890", "000000"))

    assert "line 5: hs_code: there is no HS code 000000" in result.stderr


def test_rows_of_one_company_must_agree(load):
    result = load(HEADER, SCISSORS, FORCEPS.replace(",PK,,", ",PK,Lahore,"))

    assert "line 3: city: differs from line 2 of the same company" in result.stderr


def test_one_number_is_not_given_to_two_companies(load):
    result = load(HEADER, SCISSORS, SCISSORS.replace("Ravi Surgical Works", "Other Works"))

    assert "line 3: register_number: stands in line 2 with another name" in result.stderr


def test_loading_twice_changes_nothing(load):
    load(HEADER, SCISSORS)

    again = load(HEADER, SCISSORS)

    assert again.exit_code == 1
    assert "line 2: name: a company of this name is registered" in again.stderr
    assert count(Company) == count(Product) == 1


def test_number_of_a_registered_company_is_refused(load):
    make_exporter(register_number="1234567-8")

    assert "line 2: register_number: is registered already" in load(HEADER, SCISSORS).stderr


def test_dry_run_checks_and_loads_nothing(load):
    result = load(HEADER, SCISSORS, options=("--dry-run",))

    assert result.exit_code == 0
    assert result.output == "1 companies with 1 products and needs would be loaded\n"
    assert count(Company) == 0


def test_result_can_be_read_by_a_program(load):
    faulty = json.loads(load(HEADER, SCISSORS.replace("piece", "box"), options=("--json",)).stdout)
    right = json.loads(load(HEADER, SCISSORS, options=("--json",)).stdout)

    assert faulty["loaded"] is False
    assert [(f["line"], f["column"]) for f in faulty["faults"]] == [(2, "unit")]
    assert right == {"loaded": True, "companies": 1, "goods": 1, "faults": []}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "line 1: kind: this column is missing"),
        (b"kind,name,country,colour\n", "line 1: colour: there is no such column"),
        (b"kind,name,name,country\n", "line 1: a column occurs twice"),
        (b"kind,name,country\nexporter,\xff\xfe,PK\n", "line 2: is not UTF-8"),
        (b'kind,name,country\nexporter,"Ravi"x,PK\n', "line 2: is not CSV"),
    ],
)
def test_file_that_cannot_be_read_says_where(load, content, fault):
    result = load(content=content or b"\n")

    assert result.exit_code == 1
    assert fault in result.stderr


def test_byte_order_mark_of_a_spreadsheet_is_no_fault(load):
    result = load(content=b"\xef\xbb\xbfkind,name,country\r\nexporter,Ravi,PK\r\n")

    assert result.exit_code == 0, result.output
    assert count(Company) == 1


def test_long_file_is_read_in_a_moment(load):
    rows = [
        f"exporter,Firm {n},PK,Lahore,,,Towels {n},,en,630260,,,,,,,,,,yes" for n in range(500)
    ]
    result = load(HEADER, *rows)

    assert result.exit_code == 0, result.output
    assert count(Product) == 500
