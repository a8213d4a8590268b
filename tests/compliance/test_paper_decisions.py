"""The office looks at papers: verified, refused, revoked, undone; the answer follows at once."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import Member
from matchmaker.compliance import paper_queries, readiness_queries
from matchmaker.compliance.enums import PaperState, Refusal
from matchmaker.compliance.models import HeldPaper, HeldPaperStep
from matchmaker.compliance.services import paper_decisions as services
from matchmaker.db.audit import AuditEntry
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, NotAllowedNowError
from matchmaker.jobs.models import OutboxMessage
from tests.build import NOON, make_exporter, make_officer, make_user
from tests.compliance.papers import make_mangoes, make_paper

State = PaperState


@pytest.fixture
def officer(pack):
    return make_officer()


@pytest.fixture
def owner(pack):
    return make_user(language="ur")


@pytest.fixture
def company(owner):
    return make_exporter(owner)


@pytest.fixture
def paper_id(company):
    paper = make_paper(company, "C-VHT-FAC", state=State.SUBMITTED)
    db.session.commit()
    return paper.public_id


def stored(paper_id: str) -> HeldPaper:
    db.session.rollback()
    return paper_queries.paper(paper_id)


def mails() -> list[tuple[str, str, str]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id))
    return [(mail.kind, mail.recipient, mail.language) for mail in rows]


def decide(client, paper_id: str, act: str, **given):
    data = {"act": act, "version": stored(paper_id).version, **given}
    return client.submit(f"/certificates/{paper_id}/decision", data)


def test_verified_paper_counts_and_its_company_reads_of_it(
    officer, owner, company, paper_id, sign_in
):
    address = owner.email

    answer = decide(sign_in(officer), paper_id, "verify")

    assert (answer.status_code, answer.location) == (303, f"/certificates?decided={paper_id}")
    assert stored(paper_id).state is State.VERIFIED
    assert mails() == [("paper.verified", address, "ur")]
    [step] = db.session.scalars(sa.select(HeldPaperStep))
    assert (step.before, step.after) == (State.SUBMITTED, State.VERIFIED)
    [entry] = db.session.scalars(sa.select(AuditEntry))
    assert (entry.action, entry.object_id) == ("paper.verified", paper_id)


def test_the_stored_answer_changes_in_the_same_transaction(officer, company, sign_in):
    mango = make_mangoes(company, without="C-VHT-FAC").id
    paper_id = make_paper(company, "C-VHT-FAC", state=State.SUBMITTED).public_id
    db.session.commit()
    client = sign_in(officer)

    decide(client, paper_id, "verify")
    db.session.rollback()
    verified = readiness_queries.stored([mango])[mango].shipment_level
    decide(client, paper_id, "undo")
    db.session.rollback()
    undone = readiness_queries.stored([mango])[mango].shipment_level

    assert (verified, undone) == ("READY", "NOT_READY")


def test_refused_paper_says_why_to_the_company(officer, owner, company, paper_id, sign_in):
    answer = decide(
        sign_in(officer), paper_id, "refuse", refusal="not_this_type", note="A residue test."
    )

    assert answer.status_code == 303
    paper = stored(paper_id)
    assert (paper.state, paper.refusal, paper.state_reason) == (
        State.REFUSED,
        Refusal.NOT_THIS_TYPE,
        "A residue test.",
    )
    [mail] = db.session.scalars(sa.select(OutboxMessage))
    assert "A residue test." in mail.text
    assert f"/certificates/{paper_id}" in mail.text
    page = sign_in(owner).get(f"/certificates/{paper_id}?lang=en").text
    assert "The scan shows another kind of certificate." in page


@pytest.mark.parametrize(
    ("act", "given", "sentence"),
    [
        ("refuse", {}, "Choose what is wrong, so that the company can mend it."),
        ("refuse", {"refusal": "other"}, "Write what is wrong, so that the company can mend it."),
        ("refuse", {"refusal": "magic"}, "It cannot be verified"),
        ("refuse", {"refusal": "other", "note": "x" * 501}, "Write at most 500 characters."),
        ("burn", {}, "Decision"),
    ],
)
def test_decision_without_a_reason_is_asked_for_one(
    officer, company, paper_id, sign_in, act, given, sentence
):
    answer = decide(sign_in(officer), paper_id, act, **given)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert stored(paper_id).state is State.SUBMITTED


def test_revoking_needs_a_reason_and_ends_what_it_counted_for(officer, company, paper_id, sign_in):
    client = sign_in(officer)
    decide(client, paper_id, "verify")

    refused = decide(client, paper_id, "revoke")
    answer = decide(client, paper_id, "revoke", note="The plant was closed.")

    assert refused.status_code == 422
    assert "Write why the paper is no longer good." in refused.text
    assert answer.status_code == 303
    assert stored(paper_id).state is State.REVOKED
    assert [kind for kind, *_ in mails()] == ["paper.verified", "paper.revoked"]


@pytest.mark.parametrize(
    ("state", "back"),
    [
        (State.VERIFIED, State.SUBMITTED),
        (State.REFUSED, State.SUBMITTED),
        (State.REVOKED, State.VERIFIED),
    ],
)
def test_undoing_appends_and_tells_the_company(officer, company, paper_id, sign_in, state, back):
    stored(paper_id).state = state
    db.session.commit()

    decide(sign_in(officer), paper_id, "undo")

    assert stored(paper_id).state is back
    [step] = db.session.scalars(sa.select(HeldPaperStep))
    assert (step.before, step.after) == (state, back)
    assert [kind for kind, *_ in mails()] == [f"paper.{back}"]


def test_second_officer_on_the_same_page_is_told(officer, company, paper_id, sign_in):
    other = make_officer()
    db.session.commit()
    first, second = sign_in(officer), sign_in(other)
    first.submit(f"/certificates/{paper_id}/decision", {"act": "verify", "version": 1})

    answer = second.submit(
        f"/certificates/{paper_id}/decision",
        {"act": "refuse", "version": 1, "refusal": "unreadable", "note": "Blurred."},
    )

    assert answer.status_code == 409
    assert "Somebody has changed this paper meanwhile." in answer.text
    assert stored(paper_id).state is State.VERIFIED


@pytest.mark.parametrize(
    ("state", "act"),
    [
        (State.VERIFIED, "verify"),
        (State.REVOKED, "refuse"),
        (State.SUBMITTED, "undo"),
        (State.REFUSED, "revoke"),
    ],
)
def test_what_is_decided_is_not_decided_again(officer, company, paper_id, sign_in, state, act):
    stored(paper_id).state = state
    db.session.commit()

    answer = decide(sign_in(officer), paper_id, act, refusal="other", note="Because")

    assert answer.status_code == 409
    assert stored(paper_id).state is state
    assert mails() == []


def test_the_one_that_waited_longest_opens_next(officer, company, paper_id, sign_in):
    later = make_paper(company, "C-PHYTO", state=State.SUBMITTED, updated_at=NOON.replace(day=14))
    sooner = make_paper(
        company, "C-ORIGIN", state=State.SUBMITTED, updated_at=NOON.replace(day=13)
    )
    first, second = sooner.public_id, later.public_id
    db.session.commit()
    client = sign_in(officer)

    listed = client.get("/certificates").text
    answer = decide(client, paper_id, "verify")
    page = client.get(answer.location).text

    places = [listed.index(f"/certificates/{each}") for each in (paper_id, first, second)]
    assert places == sorted(places)
    assert answer.location == f"/certificates/{first}?decided={paper_id}"
    assert f'action="/certificates/{paper_id}/decision"' in page
    assert "Undo" in page
    told, heading = (
        re.sub(r"<[^>]+>", "", re.search(part, page, re.DOTALL)[0])
        for part in (r'<div class="undo".*?</strong>', r"<h1>.*?</h1>")
    )
    assert re.fullmatch(r"You have verified: Vapour heat .* · Company \d+", told)
    assert re.fullmatch(r"Next to verify: Origin marking confirmation · Company \d+", heading)


def test_nobody_verifies_papers_of_the_own_company(officer, company, paper_id, sign_in):
    db.session.add(
        Member(company_id=company.id, user_id=officer.id, role=MemberRole.EDITOR, joined_at=NOON)
    )
    db.session.commit()

    assert decide(sign_in(officer), paper_id, "verify").status_code == 404
    assert stored(paper_id).state is State.SUBMITTED


def test_owner_cannot_verify_the_own_paper(owner, company, paper_id, sign_in):
    client = sign_in(owner)

    assert decide(client, paper_id, "verify").status_code == 404
    assert client.get("/certificates").status_code == 404
    assert "Verify" not in client.get(f"/certificates/{paper_id}?lang=en").text
    assert stored(paper_id).state is State.SUBMITTED


def test_services_refuse_old_pages_and_other_states(officer, company, paper_id):
    paper = stored(paper_id)
    with pytest.raises(ChangedMeanwhileError):
        services.verify_paper(paper, seen_version=7, officer=officer, now=NOON)
    with pytest.raises(NotAllowedNowError):
        services.reopen_paper(paper, seen_version=1, officer=officer, now=NOON)


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_runs_the_same_queries_for_any_number_of_rows(officer, sign_in, count_queries, rows):
    for _ in range(rows):
        make_paper(make_exporter(), "C-PHYTO", state=State.SUBMITTED)
    make_paper(make_exporter(), "C-PHYTO", state=State.VERIFIED)
    db.session.commit()
    client = sign_in(officer)

    with count_queries() as statements:
        page = client.get("/certificates")

    assert page.text.count('class="row-link"') == rows
    assert len(statements) == 4
