"""Loading the data pack into the database."""

from __future__ import annotations

import shutil
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from matchmaker.compliance.catalogue_queries import (
    catalogue,
    programme_rows,
    requirements_by_code,
    scheme_rows,
    state,
)
from matchmaker.compliance.enums import Verified
from matchmaker.compliance.models import (
    ComplianceState,
    Programme,
    Requirement,
    RequirementRevision,
)
from matchmaker.compliance.pack import FILES, PackError, standard_pack
from matchmaker.compliance.services.pack import load_pack
from matchmaker.db.base import db
from matchmaker.db.transaction import unit_of_work
from matchmaker.jobs.models import Job
from tests.build import NOON

LATER = NOON + timedelta(days=30)
NOTHING_NEW = {"new": 0, "changed": 0, "retired": 0, "left as officers edited them": 0}


@pytest.fixture
def files(tmp_path):
    """The pack's files, copied so that a test can change them."""
    return {name: shutil.copy(path, tmp_path / path.name) for name, path in FILES.items()}


def change(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), "utf-8")


def revisions(code):
    rows = sa.select(RequirementRevision).where(RequirementRevision.requirement_code == code)
    return db.session.scalars(rows.order_by(RequirementRevision.number)).all()


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def test_pack_in_the_database_is_the_pack_in_the_files(pack):
    ours, files = catalogue(), standard_pack().catalogue

    def plain(row):
        return {name: getattr(row, name) for name in row.__slots__}

    for table in ("sectors", "certificates", "requirements", "programmes"):
        mine, theirs = getattr(ours, table), getattr(files, table)
        assert {code: plain(row) for code, row in mine.items()} == {
            code: plain(row) for code, row in theirs.items()
        }


def test_first_load_says_where_each_row_comes_from(pack):
    row = requirements_by_code(["REQ-MRL"])["REQ-MRL"]
    first = revisions("REQ-MRL")

    assert pack["new"] == pack["requirements"] == count(Requirement)
    assert row.titles["ja"] == "残留農薬基準（ポジティブリスト制度）"
    assert row.verified is Verified.YES
    assert row.source.startswith("[source: MHLW")
    assert row.stated_on == standard_pack().dated
    assert [(r.number, r.actor_id, r.reason) for r in first] == [
        (1, None, f"From the data pack {standard_pack().version}")
    ]
    assert first[0].content["titles"] == row.titles
    assert scheme_rows(["C-VHT-FAC"])["C-VHT-FAC"].validity_months == 12
    assert programme_rows(["P-JICA-AWARE"])["P-JICA-AWARE"].names["en"].startswith("JICA")
    assert (state().revision, state().pack_version) == (1, standard_pack().version)


def test_loading_twice_changes_nothing(pack):
    before, stamp = count(RequirementRevision), state().stamp

    again = load_pack(now=LATER)
    db.session.commit()

    assert again == pack | NOTHING_NEW
    assert count(RequirementRevision) == before
    assert (state().revision, state().stamp) == (1, stamp)
    assert count(Job) == 0


def test_requirement_that_an_officer_edited_is_left_alone_and_counted(pack):
    row = requirements_by_code()["REQ-MRL"]
    row.note, row.edited_at, row.stated_on = "Ask for 2027 limits", NOON, date(2027, 3, 12)
    db.session.commit()

    again = load_pack(now=LATER)

    kept = requirements_by_code()["REQ-MRL"]
    assert again == pack | NOTHING_NEW | {"left as officers edited them": 1}
    assert (kept.note, kept.stated_on) == ("Ask for 2027 limits", date(2027, 3, 12))
    assert len(revisions("REQ-MRL")) == 1


def test_changed_row_of_the_pack_gets_a_revision_and_renews_the_answers(pack, files):
    change(files["requirements"], "Pesticide residue limits", "Limits of pesticide residues")

    again = load_pack(now=LATER, files=files)

    assert again == pack | NOTHING_NEW | {"changed": 1}
    assert [r.content["titles"]["en"].split(" (")[0] for r in revisions("REQ-MRL")] == [
        "Pesticide residue limits",
        "Limits of pesticide residues",
    ]
    assert state().revision == 2
    assert db.session.scalars(sa.select(Job.kind)).all() == ["readiness.renew"]


def test_requirement_that_the_pack_has_no_longer_is_retired_and_comes_back(pack, files):
    without = files["requirements"].read_text("utf-8")
    second = without.splitlines(keepends=True)[1]
    added = without + second.replace("REQ-FOOD-NOTIF", "REQ-NEW", 1)

    for text, does in ((added, "new"), (without, "retired"), (added, "changed")):
        files["requirements"].write_text(text, "utf-8")
        assert load_pack(now=LATER, files=files)[does] == 1
        assert ("REQ-NEW" in catalogue().requirements) is (text == added)

    assert [r.number for r in revisions("REQ-NEW")] == [1, 2, 3]
    assert requirements_by_code()["REQ-NEW"].retired_at is None
    assert state().revision == 4


def test_programmes_and_certificates_follow_the_pack(pack, files):
    lines = files["programmes"].read_text("utf-8").splitlines(keepends=True)
    gone = lines[-1].split(",")[0]
    files["programmes"].write_text("".join(lines[:-1]), "utf-8")
    change(files["certificates"], "Lot inspected and free of quarantine pests", "Lot inspected")

    load_pack(now=LATER, files=files)

    assert gone not in programme_rows()
    assert scheme_rows()["C-PHYTO"].evidences == "Lot inspected"
    assert state().revision == 2


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("requirements", ",mandatory,SPS,", ",must,SPS,", "requirements.csv, line 2: kind is"),
        ("requirements", ",mandatory,SPS,", ",mandatory,S,", "requirements.csv, line 2: measure_"),
        (
            "requirements",
            ',partly,"[source',
            ',maybe,"[source',
            "requirements.csv, line 2: verified",
        ),
        ("programmes", ";REQ-MRL;", ";REQ-ML;", "programmes.csv, line 2: unknown code 'REQ-ML'"),
        ("certificates", ",yes,REQ-PL", ",often,REQ-PL", "certificates.csv, line 2: per_consignm"),
    ],
    ids=["kind", "measure", "verified", "unknown code", "neither yes nor no"],
)
def test_pack_with_a_bad_row_loads_nothing_and_names_file_and_line(
    app, files, table, old, new, said
):
    change(files[table], old, new)

    with pytest.raises(PackError, match=said), unit_of_work():
        load_pack(now=NOON, files=files)

    assert [count(model) for model in (Requirement, Programme, ComplianceState)] == [0, 0, 0]
    assert state() is None


def test_pack_needs_the_certificates_of_the_reference_data(app):
    scheme = scheme_rows()["C-FOODDOSS"]
    db.session.delete(scheme)

    with pytest.raises(PackError, match="has no certificate C-FOODDOSS: load the reference data"):
        load_pack(now=NOON)
    db.session.rollback()
