"""By whose clock a new person reads times."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.db.base import db
from matchmaker.jobs.models import OutboxMessage
from tests.build import make_buyer, make_exporter, make_user
from tests.companies.test_sign_up import BUYER, EXPORTER


def zone_of(email: str) -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(User.time_zone).where(User.email == email)).one()


@pytest.mark.parametrize(
    ("kind", "typed", "zone"),
    [("exporter", EXPORTER, "Asia/Karachi"), ("buyer", BUYER, "Asia/Tokyo")],
)
def test_who_signs_up_reads_the_clock_of_the_companys_country(client, kind, typed, zone):
    client.submit(f"/sign-up?kind={kind}", typed)

    assert zone_of(typed["email"]) == zone


def test_who_signs_up_again_on_the_other_side_changes_the_clock_too(client):
    client.submit("/sign-up?kind=exporter", {**EXPORTER, "email": BUYER["email"]})
    client.submit("/sign-up?kind=buyer", BUYER)

    assert zone_of(BUYER["email"]) == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("make", "country", "zone"),
    [
        (make_buyer, "JP", "Asia/Tokyo"),
        (make_exporter, "PK", "Asia/Karachi"),
        (make_buyer, "US", "Asia/Karachi"),  # of its several zones none is sure: the office's
    ],
)
def test_an_invited_person_reads_the_clock_of_the_companys_country(
    client, sign_in, make, country, zone
):
    owner = make_user()
    company = make(owner, country=country)
    address = f"/companies/{company.public_id}/members"
    sign_in(owner).submit(address, {"email": "new@firm.example", "role": "editor"})
    body = db.session.scalars(sa.select(OutboxMessage.text)).all()[-1]
    link = re.search(r"http://matchmaker\.example(/memberships/\S+)", body)

    client.submit(link[1], {"name": "New", "password": "forceps and towels in may"})

    assert zone_of("new@firm.example") == zone
