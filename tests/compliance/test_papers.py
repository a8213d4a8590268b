"""A company's papers: entered, corrected, withdrawn; one and the same only once."""

from __future__ import annotations

import re
import threading

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import StoredFile
from matchmaker.compliance import paper_queries
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.services import papers as services
from matchmaker.compliance.services.papers import PaperFacts
from matchmaker.db.base import db
from matchmaker.db.transaction import unit_of_work
from tests.build import NOON, make_exporter, make_product
from tests.compliance.papers import make_paper, papers, steps
from tests.compliance.scans import PDF, day, picture, sheet, with_scan

MULTIPART = {"content_type": "multipart/form-data"}


def test_paper_is_entered_with_its_scan_and_waits_for_the_office(owner, here, sign_in):
    client = sign_in(owner)

    answer = client.submit(f"{here}/new", with_scan(sheet()), **MULTIPART)

    [paper] = papers()
    assert (answer.status_code, answer.location) == (303, f"/certificates/{paper.public_id}")
    assert (paper.scheme_code, paper.number, paper.state) == (
        "C-VHT-FAC",
        "VHT 26-11",
        PaperState.SUBMITTED,
    )
    assert (paper.issued_on, paper.valid_to) == (day(-5), day(200))
    assert steps() == [(None, PaperState.SUBMITTED)]
    page = client.get(answer.location)
    assert "Waits for the office" in page.text
    assert "scan.pdf" in page.text


def test_the_form_is_asked_for_by_name_in_three_languages(owner, here, sign_in):
    client = sign_in(owner)

    found = [
        client.get("/certificates/schemes", query_string={"q": word}).json[0]["code"]
        for word in ("vapour heat", "蒸熱処理施設", "ویپر ہیٹ ٹریٹمنٹ پلانٹ", "globalgap")
    ]

    assert found == ["C-VHT-FAC", "C-VHT-FAC", "C-VHT-FAC", "C-GLOBALGAP"]
    page = client.get(f"{here}/new?scheme_text=vapour")
    assert f"{here}/new?scheme=C-VHT-FAC" in page.text
    assert "Nothing found" in client.get(f"{here}/new?scheme_text=zzzzz").text


def test_what_the_products_need_is_offered_first(owner, company, here, sign_in):
    make_product(company, hs_code="080450", sector_code="AGRI-MANGO")
    make_paper(company, "C-GLOBALGAP")
    db.session.commit()

    page = sign_in(owner).get(f"{here}/new").text

    assert page.index("scheme=C-VHT-FAC") > page.index("What your products need")
    assert "scheme=C-GLOBALGAP" not in page


def test_chosen_certificate_brings_usual_issuer_and_term_as_hints(owner, here, sign_in):
    page = sign_in(owner).get(f"{here}/new?scheme=C-VHT-FAC").text

    hint = re.search(r'id="issuer-hint">(.*?)</p>', page)[1]
    assert "Usually issued by: MAFF Japan with NAFSA (formerly DPP)" in hint
    assert 'value=""' in re.search(r'<input[^>]*name="issuer"[^>]*>', page)[0]
    assert "Usual term in months: 12" in page
    assert 'name="valid_to" type="date" value=""' in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"issued_on": ""}, "Write the day of issue on the paper."),
        ({"issued_on": "soon"}, "Choose a day, or write it as in 2027-03-12."),
        ({"valid_to": ""}, "Write the last day on the paper, or tick that it has no end date."),
        ({"no_end": "y"}, "Either write the last day, or tick that the paper has no end date."),
        ({"valid_to": "2001-01-01"}, "The last day lies before the day of issue."),
        ({"issued_on": "2090-01-01"}, "This day is still to come."),
        ({"issuer": " "}, "Write who issued the paper."),
        ({"number": "1" * 81}, "Write at most 80 characters."),
        ({"scheme_code": "C-NONE"}, "Choose the certificate from the list."),
        ({"scope": "some"}, "Tick the products that the paper covers."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(owner, here, sign_in, given, sentence):
    answer = sign_in(owner).submit(f"{here}/new", sheet(**given), **MULTIPART)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert papers() == []


def test_paper_without_end_and_for_some_products(owner, company, here, sign_in):
    mango, other = make_product(company), make_product(company)
    db.session.commit()
    data = sheet(valid_to="", no_end="y", scope="some", products=[mango.public_id])

    sign_in(owner).submit(f"{here}/new", data, **MULTIPART)

    [paper] = papers()
    assert paper.valid_to is None
    stored = paper_queries.paper(paper.public_id)
    assert [product.id for product in stored.products] == [mango.id]
    assert other.id not in [product.id for product in stored.products]


def test_paper_covers_no_product_of_somebody_else(owner, here, sign_in):
    foreign = make_product()
    db.session.commit()

    answer = sign_in(owner).submit(
        f"{here}/new", sheet(scope="some", products=[foreign.public_id]), **MULTIPART
    )

    assert answer.status_code == 422
    assert "Choose the products from the list." in answer.text
    assert papers() == []


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"MZ\x90 a program", "scan.pdf", "This is no scan we can read."),
        (b"<html><script>x</script></html>", "scan.png", "This is no scan we can read."),
        (picture("WEBP"), "scan.webp", "This is no scan we can read."),
        (picture(), "scan.pdf", "The name of this file does not fit what is in it."),
        (PDF, "scan.jpg", "The name of this file does not fit what is in it."),
        (PDF[:20], "scan.pdf", "This PDF is cut off."),
        (picture()[:20], "scan.png", "This is no scan we can read."),
    ],
)
def test_scan_is_taken_by_its_content(owner, here, sign_in, content, name, sentence):
    answer = sign_in(owner).submit(f"{here}/new", with_scan(sheet(), content, name), **MULTIPART)

    assert answer.status_code == 415
    assert sentence in answer.text
    assert "vht 26-11" in answer.text
    assert papers() == []
    assert db.session.scalars(sa.select(StoredFile)).all() == []


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "scan.pdf", "application/pdf"),
        (PDF, "scan", "application/pdf"),
        (picture("JPEG"), "a.JPG", "image/jpeg"),
        (picture(), "b.png", "image/png"),
    ],
)
def test_scan_keeps_the_type_of_its_content(owner, here, sign_in, content, name, media_type):
    client = sign_in(owner)
    client.submit(f"{here}/new", with_scan(sheet(), content, name), **MULTIPART)

    [file] = db.session.scalars(sa.select(StoredFile))
    assert file.media_type == media_type
    assert client.get(f"/files/{file.public_id}").mimetype == media_type


@pytest.mark.parametrize("code", ["\x00", "C-\x00NOTHING"])
def test_certificate_that_no_store_takes_is_not_known(owner, here, sign_in, code):
    answer = sign_in(owner).submit(f"{here}/new", sheet(scheme_code=code), **MULTIPART)

    assert answer.status_code == 422
    assert "Choose the certificate from the list." in answer.text
    assert papers() == []


def test_same_paper_twice_names_the_one_that_stands(owner, here, sign_in):
    client = sign_in(owner)
    client.submit(f"{here}/new", sheet(), **MULTIPART)

    answer = client.submit(f"{here}/new", sheet(number=" VHT  26-11 "), **MULTIPART)

    [paper] = papers()
    assert answer.status_code == 409
    assert "This paper is already in your list" in answer.text
    assert f"/certificates/{paper.public_id}" in answer.text
    assert "MAFF Japan" in answer.text


def test_form_sent_twice_makes_one_paper(owner, here, sign_in):
    client = sign_in(owner)
    data = sheet(new_id="abcdefghijkmnpqr")

    first = client.submit(f"{here}/new", data, **MULTIPART)
    second = client.submit(f"{here}/new", data, **MULTIPART)

    assert first.location == second.location == "/certificates/abcdefghijkmnpqr"
    assert len(papers()) == 1


def test_id_of_somebody_elses_paper_is_not_taken_over(owner, here, sign_in):
    foreign = make_paper(make_exporter()).public_id
    db.session.commit()

    answer = sign_in(owner).submit(f"{here}/new", sheet(new_id=foreign), **MULTIPART)

    assert answer.status_code == 409
    assert len(papers()) == 1


def test_two_clients_with_the_same_paper_at_once_leave_one(app, owner, company):
    company_id, owner_id = company.id, owner.id
    db.session.rollback()
    gate = threading.Barrier(2)
    outcomes: list[str] = []

    def enter() -> None:
        with app.app_context():
            gate.wait()
            try:
                with unit_of_work():
                    services.add_paper(
                        paper_queries.exporter_with_members(company_public),
                        PaperFacts("C-VHT-FAC", "1", "MAFF", NOON.date(), None),
                        public_id=new_id(),
                        scan=None,
                        actor=db.session.get_one(type(owner), owner_id),
                        now=NOON,
                    )
                outcomes.append("entered")
            except services.SamePaperError as error:
                outcomes.append(f"stands {error.standing}")
            finally:
                db.session.remove()

    company_public = db.session.scalar(
        sa.text("SELECT public_id FROM company WHERE id = :id"), {"id": company_id}
    )
    db.session.rollback()
    ids = iter(["abcdefghijkmnpqr", "abcdefghijkmnpqs"])
    lock = threading.Lock()

    def new_id() -> str:
        with lock:
            return next(ids)

    threads = [threading.Thread(target=enter) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [paper] = papers()
    assert sorted(outcomes) == ["entered", f"stands {paper.public_id}"]
