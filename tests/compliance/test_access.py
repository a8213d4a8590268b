"""Papers and answers are the company's and the office's alone."""

from __future__ import annotations

import pytest

from matchmaker.accounts.enums import Role
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Member
from matchmaker.compliance import paper_queries
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.models import HeldPaper
from matchmaker.db.base import db
from tests.build import (
    NOON,
    make_buyer,
    make_exporter,
    make_need,
    make_officer,
    make_product,
    make_user,
)
from tests.compliance.papers import make_paper
from tests.compliance.scans import sheet, with_scan

READ = (
    "/companies/{company}/certificates",
    "/companies/{company}/readiness",
    "/certificates/{paper}",
    "/products/{product}/readiness",
    "/needs/{need}/duties",
)
CHANGE = (
    "/companies/{company}/certificates/new",
    "/certificates/{paper}/edit",
    "/certificates/{paper}/withdrawal",
    "/certificates/{paper}/restoration",
    "/certificates/{paper}/decision",
    "/products/{product}/attributes",
)


@pytest.fixture
def owner(pack):
    return make_user()


@pytest.fixture
def ids(owner):
    company = make_exporter(owner)
    paper = make_paper(company, "C-VHT-FAC", state=PaperState.SUBMITTED, number="SECRET-1")
    need = make_need(make_buyer(owner))
    found = {
        "company": company.public_id,
        "paper": paper.public_id,
        "product": make_product(company).public_id,
        "need": need.public_id,
    }
    db.session.commit()
    return found


@pytest.fixture
def stranger(ids):
    """An owner of companies of both sides, to which the other agreed to be shown."""
    stranger = make_user()
    make_exporter(stranger)
    make_buyer(stranger)
    db.session.commit()
    return stranger


@pytest.mark.parametrize("path", [*READ, *CHANGE, "/certificates"])
def test_stranger_finds_nothing(ids, owner, stranger, sign_in, path):
    here = path.format(**ids)
    client = sign_in(stranger)

    answers = [client.get(here), client.submit(here, sheet(version=1, act="verify"))]

    assert {answer.status_code for answer in answers} <= {404, 405}
    assert answers[0 if path in READ or path == "/certificates" else 1].status_code == 404
    assert all("SECRET-1" not in answer.text for answer in answers)
    [paper] = db.session.scalars(db.select(HeldPaper))
    assert (paper.state, paper.version) == (PaperState.SUBMITTED, 1)


@pytest.mark.parametrize("path", [*READ, "/certificates/schemes"])
def test_who_is_not_signed_in_is_sent_to_sign_in(ids, client, path):
    answer = client.get(path.format(**ids))

    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def test_viewer_reads_but_changes_nothing(ids, sign_in):
    viewer = make_user()
    company = paper_queries.exporter_with_members(ids["company"])
    db.session.add(
        Member(company_id=company.id, user_id=viewer.id, role=MemberRole.VIEWER, joined_at=NOON)
    )
    db.session.commit()
    client = sign_in(viewer)

    read = [client.get(path.format(**ids)).status_code for path in READ[:4]]
    changed = [client.submit(path.format(**ids), sheet(version=1)).status_code for path in CHANGE]

    assert read == [200] * 4
    assert changed == [404] * 6


def test_observer_reads_but_decides_nothing(ids, sign_in):
    observer = make_officer(role=Role.OBSERVER)
    db.session.commit()
    client = sign_in(observer)
    act = {"act": "verify", "version": 1}

    assert client.get(f"/certificates/{ids['paper']}").status_code == 200
    assert client.submit(f"/certificates/{ids['paper']}/decision", act).status_code == 404
    assert client.get("/certificates").status_code == 404


def test_scan_is_seen_by_the_company_and_the_office_only(ids, owner, stranger, sign_in):
    officer = make_officer()
    db.session.commit()
    page = sign_in(owner).submit(
        f"/companies/{ids['company']}/certificates/new",
        with_scan(sheet(number="other")),
        content_type="multipart/form-data",
    )
    file = paper_queries.paper(page.location.rsplit("/", 1)[-1]).file.public_id
    db.session.rollback()

    seen = {
        person: sign_in(user).get(f"/files/{file}").status_code
        for person, user in (("owner", owner), ("officer", officer), ("stranger", stranger))
    }

    assert seen == {"owner": 200, "officer": 200, "stranger": 404}


@pytest.mark.parametrize("rows", [1, 3])
def test_list_runs_the_same_queries_for_any_number_of_rows(
    ids, owner, sign_in, count_queries, rows
):
    company = paper_queries.exporter_with_members(ids["company"])
    for number in range(rows - 1):
        make_paper(company, "C-PHYTO", number=str(number))
    db.session.commit()
    client = sign_in(owner)

    with count_queries() as statements:
        page = client.get(f"/companies/{ids['company']}/certificates").text

    assert page.count("/withdrawal") == rows
    assert len(statements) == 5
