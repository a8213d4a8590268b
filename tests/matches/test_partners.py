"""What a company sees of its suggested partners, and what it never sees."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaker.companies.enums import MemberRole, Purpose
from matchmaker.companies.models import Company, Contact, Member
from matchmaker.db.base import db
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Suggestion
from tests.build import NOON, make_buyer, make_event, make_exporter, make_user
from tests.matches.fairs import (
    consent_given,
    make_fair,
    suggestions_of,
    take_part_with_need,
    take_part_with_product,
)

SECRETS = ("2.17", "3.43", "1.91", "$", "USD", "Price", "price asked")
CONTACTS = ("sales@ravi.example", "kai@osaka.example", "https://ravi.example", "Kutchery Road")


@pytest.fixture
def matched(run):
    """An approved suggestion of two companies that have contacts, prices, and people."""
    exporter_owner, buyer_owner = make_user(), make_user(language="ja")
    event = make_event()
    exporter = make_exporter(
        exporter_owner, website="https://ravi.example", address="Kutchery Road 5"
    )
    buyer = make_buyer(buyer_owner, address="Kutchery Road 6")
    db.session.add_all(
        [
            Contact(company_id=exporter.id, name="Ms Ravi", email="sales@ravi.example"),
            Contact(company_id=buyer.id, name="海 花子", email="kai@osaka.example"),
        ]
    )
    take_part_with_product(event, company=exporter)
    take_part_with_need(event, company=buyer)
    run(event.code)
    (suggestion,) = suggestions_of(event.id)
    suggestion.state = SuggestionState.APPROVED
    paths = {
        "exporter": f"/companies/{exporter.public_id}/matches",
        "buyer": f"/companies/{buyer.public_id}/matches",
    }
    names = {"exporter": buyer.name, "buyer": exporter.name}
    db.session.commit()
    return {"exporter": exporter_owner, "buyer": buyer_owner}, paths, names


@pytest.mark.parametrize("side", ["exporter", "buyer"])
def test_each_side_sees_the_other_and_why(matched, sign_in, side):
    owners, paths, names = matched

    page = sign_in(owners[side]).get(f"{paths[side]}?lang=en")

    assert names[side] in page.text
    assert "Both name the HS code 9018.90" in page.text
    assert "Surgical scissors" in page.text
    assert "50,000 pieces a month" in page.text


@pytest.mark.parametrize("side", ["exporter", "buyer"])
def test_neither_side_sees_prices_or_contacts(matched, sign_in, side):
    owners, paths, _names = matched

    page = sign_in(owners[side]).get(f"{paths[side]}?lang=en")

    # "Contacts and prices are shown …" is the sentence that says they are hidden.
    said = page.text.replace("Contacts and prices are shown", "")
    found = [secret for secret in (*SECRETS, *CONTACTS) if secret in said]
    assert found == []


@pytest.mark.parametrize(
    "state", [state for state in SuggestionState if state is not SuggestionState.APPROVED]
)
def test_only_approved_partners_are_shown(matched, sign_in, state):
    owners, paths, names = matched
    db.session.execute(sa.update(Suggestion).values(state=state))
    db.session.commit()

    page = sign_in(owners["buyer"]).get(paths["buyer"])

    assert names["buyer"] not in page.text


def test_a_company_without_partners_is_told_when_to_expect_them(app, sign_in):
    owner = make_user()
    company = make_exporter(owner)
    url = f"/companies/{company.public_id}/matches"
    db.session.commit()

    assert "You get a mail when there is one." in sign_in(owner).get(url).text


@pytest.mark.parametrize("role", [MemberRole.OWNER, MemberRole.VIEWER])
def test_a_company_that_did_not_agree_is_told_why_nobody_is_suggested(app, sign_in, role):
    company, user = make_exporter(), make_user()
    db.session.add(Member(company_id=company.id, user_id=user.id, role=role, joined_at=NOON))
    consent_given(company, Purpose.SUGGESTIONS, given=False)
    url, consents = (f"/companies/{company.public_id}/{page}" for page in ("matches", "consents"))
    db.session.commit()

    page = sign_in(user).get(url)

    assert "it has not agreed to being suggested" in page.text
    assert "You get a mail when there is one." not in page.text
    said = page.text.partition("it has not agreed")[2]
    assert (consents in said) is (role is MemberRole.OWNER)


@pytest.mark.parametrize("agreed", [True, False])
def test_a_name_leads_to_the_page_of_a_partner_that_may_be_seen(matched, sign_in, agreed):
    owners, paths, names = matched
    other = db.session.query(Company).filter_by(name=names["exporter"]).one()
    consent_given(other, Purpose.DIRECTORY, given=agreed)
    page_of_other = f"/companies/{other.public_id}"
    db.session.commit()
    client = sign_in(owners["exporter"])

    page = client.get(paths["exporter"])

    assert (f'<a href="{page_of_other}">' in page.text) is agreed
    assert client.get(page_of_other).status_code == (200 if agreed else 404)


def test_an_erased_partner_is_not_shown(matched, sign_in):
    owners, paths, names = matched
    db.session.execute(
        sa.update(Company)
        .where(Company.name == names["buyer"])
        .values(erased_at=sa.func.current_timestamp())
    )
    db.session.commit()

    assert names["buyer"] not in sign_in(owners["buyer"]).get(paths["buyer"]).text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_runs_the_same_statements_for_any_number_of_partners(
    run, sign_in, count_queries, rows
):
    owner, event = make_user(), make_event()
    company = make_buyer(owner)
    take_part_with_need(event, company=company)
    for _ in range(rows):
        take_part_with_product(event)
    run(event.code)
    db.session.execute(sa.update(Suggestion).values(state=SuggestionState.APPROVED))
    url = f"/companies/{company.public_id}/matches"
    client = sign_in(owner)

    with count_queries() as statements:
        page = client.get(url)

    assert page.text.count("<article") == rows
    # The session, the company, its members, the suggestions, whose page is open, the names, the
    # company's consent, whether it has just saved something, how many wait for the office.
    assert len(statements) == 9


def test_markup_of_a_partner_comes_out_as_text(run, sign_in):
    owner, event = make_user(), make_event()
    company = make_buyer(owner)
    take_part_with_need(event, company=company)
    evil = "<script>alert(1)</script>"
    take_part_with_product(
        event, company=make_exporter(name=f"Ravi {evil}"), name=f"Surgical scissors {evil}"
    )
    run(event.code)
    db.session.execute(sa.update(Suggestion).values(state=SuggestionState.APPROVED))
    client = sign_in(owner)

    page = client.get(f"/companies/{company.public_id}/matches")

    assert page.text.count("&lt;script&gt;alert(1)") >= 2
    assert evil not in page.text


def test_a_fair_without_approvals_shows_nothing(run, sign_in):
    event = make_fair()
    run(event.code)
    owner = make_user()
    company = make_exporter(owner)
    url = f"/companies/{company.public_id}/matches"
    db.session.commit()

    assert "<article" not in sign_in(owner).get(url).text
