"""A company's papers: corrected, withdrawn and brought back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import StoredFile
from matchmaker.compliance import paper_queries
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.services import papers as services
from matchmaker.compliance.services.papers import PaperFacts
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.errors import ConflictError
from tests.build import NOON, make_officer
from tests.compliance.papers import make_paper, papers, steps
from tests.compliance.scans import day, sheet, with_scan

MULTIPART = {"content_type": "multipart/form-data"}


def test_corrected_paper_that_was_verified_waits_again(owner, company, here, sign_in):
    paper = make_paper(company, "C-VHT-FAC", number="OLD", issuer="MAFF", warned_days=30)
    paper_id = paper.public_id
    db.session.commit()
    client = sign_in(owner)
    page = client.get(f"/certificates/{paper_id}/edit").text
    assert "it waits for the office again" in page

    answer = client.submit(
        f"/certificates/{paper_id}/edit", sheet(number="new", version="1"), **MULTIPART
    )

    assert answer.status_code == 303
    [stored] = papers()
    assert (stored.number, stored.state, stored.warned_days) == ("NEW", PaperState.SUBMITTED, None)
    assert steps() == [(PaperState.VERIFIED, PaperState.SUBMITTED)]
    [entry] = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "paper.correct"))
    assert (entry.before["number"], entry.after["number"]) == ("OLD", "new")


def test_saved_unchanged_it_stays_verified(owner, company, here, sign_in):
    paper = make_paper(company, "C-VHT-FAC", number="OLD", issuer="MAFF")
    db.session.commit()

    sign_in(owner).submit(
        f"/certificates/{paper.public_id}/edit",
        sheet(
            number="OLD", issuer="MAFF", issued_on="2026-01-01", valid_to="", no_end="y", version=1
        ),
        **MULTIPART,
    )

    assert [paper.state for paper in papers()] == [PaperState.VERIFIED]
    assert steps() == []


def test_second_editor_is_told_and_keeps_what_was_typed(owner, company, here, sign_in):
    paper_id = make_paper(company, "C-VHT-FAC").public_id
    db.session.commit()
    client = sign_in(owner)
    client.submit(f"/certificates/{paper_id}/edit", sheet(number="first", version=1), **MULTIPART)

    answer = client.submit(
        f"/certificates/{paper_id}/edit", sheet(number="second", version=1), **MULTIPART
    )

    assert answer.status_code == 409
    assert "Somebody has changed this paper meanwhile." in answer.text
    assert 'value="second"' in answer.text
    assert 'name="version" type="hidden" value="2"' in answer.text
    assert [paper.number for paper in papers()] == ["FIRST"]


def test_corrected_into_another_paper_it_is_refused(owner, company, here, sign_in):
    make_paper(company, "C-VHT-FAC", number="VHT 26-11", issued_on=day(-5))
    other = make_paper(company, "C-VHT-FAC", number="OTHER").public_id
    db.session.commit()

    answer = sign_in(owner).submit(f"/certificates/{other}/edit", sheet(version=1), **MULTIPART)

    assert answer.status_code == 409
    assert "This paper is already in your list" in answer.text
    assert [paper.number for paper in papers()] == ["VHT 26-11", "OTHER"]


@pytest.mark.parametrize("state", [PaperState.VERIFIED, PaperState.REFUSED, PaperState.SUBMITTED])
def test_withdrawn_paper_comes_back_as_it_stood(owner, company, here, sign_in, state):
    paper_id = make_paper(company, "C-VHT-FAC", state=state).public_id
    db.session.commit()
    client = sign_in(owner)

    gone = client.submit(f"/certificates/{paper_id}/withdrawal")
    listed = client.get(gone.location).text
    back = client.submit(f"/certificates/{paper_id}/restoration")

    assert gone.location == f"{here}?withdrawn={paper_id}"
    assert "is withdrawn and no longer counts" in listed
    assert f"/certificates/{paper_id}/restoration" in listed
    assert back.location == here
    assert [paper.state for paper in papers()] == [state]
    assert steps() == [(state, PaperState.WITHDRAWN), (PaperState.WITHDRAWN, state)]


def test_withdrawn_paper_does_not_come_back_beside_its_double(owner, company, here, sign_in):
    paper_id = make_paper(company, "C-VHT-FAC", number="1", issued_on=day(-5)).public_id
    db.session.commit()
    client = sign_in(owner)
    client.submit(f"/certificates/{paper_id}/withdrawal")
    client.submit(f"{here}/new", sheet(number="1"), **MULTIPART)

    answer = client.submit(f"/certificates/{paper_id}/restoration")

    assert answer.status_code == 409
    assert [paper.state for paper in papers()] == [PaperState.WITHDRAWN, PaperState.SUBMITTED]


def test_revoked_paper_stays_on_record(owner, company, here, sign_in):
    paper_id = make_paper(company, "C-VHT-FAC", state=PaperState.REVOKED).public_id
    db.session.commit()
    client = sign_in(owner)

    assert client.submit(f"/certificates/{paper_id}/withdrawal").status_code == 409
    assert client.get(f"/certificates/{paper_id}/edit").status_code == 303
    answer = client.submit(f"/certificates/{paper_id}/edit", sheet(version=1), **MULTIPART)
    assert answer.status_code == 409
    assert [paper.state for paper in papers()] == [PaperState.REVOKED]


def test_scan_of_a_paper_cannot_be_taken_from_under_it(owner, here, sign_in):
    client = sign_in(owner)
    client.submit(f"{here}/new", with_scan(sheet()), **MULTIPART)
    [file] = db.session.scalars(sa.select(StoredFile))
    number = file.public_id
    db.session.rollback()

    assert client.submit(f"/files/{number}/removal").status_code == 409
    assert client.get(f"/files/{number}").status_code == 200


def test_office_enters_a_paper_for_a_company_and_that_is_seen(company, here, sign_in):
    officer = make_officer()
    db.session.commit()

    sign_in(officer).submit(f"{here}/new", sheet(), **MULTIPART)

    [entry] = db.session.scalars(sa.select(AuditEntry))
    assert (entry.action, entry.after) == ("company.acted_for", {"what": "paper.add"})


def test_service_refuses_what_the_form_would(company, owner):
    facts = PaperFacts("C-VHT-FAC", "1", "MAFF", NOON.date(), day(-4000))
    with pytest.raises(services.FaultyPaperError, match="swapped"):
        services.add_paper(
            paper_queries.exporter_with_members(company.public_id),
            facts,
            public_id="abcdefghijkmnpqr",
            scan=None,
            actor=owner,
            now=NOON,
        )
    assert issubclass(services.SamePaperError, ConflictError)
