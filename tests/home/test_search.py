"""Search finds what the searcher may see, and nothing else."""

from __future__ import annotations

import pytest

from matchmaker.companies.enums import Purpose
from matchmaker.companies.models import Consent
from matchmaker.db.base import db
from matchmaker.home.queries import companies_found
from tests.build import (
    NOON,
    make_buyer,
    make_exporter,
    make_need,
    make_officer,
    make_product,
    make_user,
)


def names(text, user):
    return [company.name for company in companies_found(text, user)]


@pytest.mark.parametrize("text", ["ravi", "RAVI surgical", "Ravi Works", "scissors", "Sialkot"])
def test_an_officer_finds_a_company_by_name_city_and_product(app, text):
    make_product(make_exporter(name="Ravi Surgical Works"))
    make_exporter(name="Chenab Weaving", city="Faisalabad")

    assert names(text, make_officer()) == ["Ravi Surgical Works"]


def test_a_need_in_japanese_finds_its_buyer(app):
    make_need(make_buyer(name="大阪医療器材"), title="手術用はさみ")

    assert names("はさみ", make_officer()) == ["大阪医療器材"]


def test_a_member_finds_the_other_side_but_no_competitor(app):
    exporter_owner = make_user()
    make_exporter(exporter_owner, name="Mine of Sialkot")
    make_exporter(name="Rival of Sialkot")
    make_buyer(name="Buyer in Sialkot", city="Sialkot")

    assert names("Sialkot", exporter_owner) == ["Buyer in Sialkot", "Mine of Sialkot"]


def test_who_did_not_agree_to_the_directory_is_not_found(app):
    owner = make_user()
    make_exporter(owner)
    buyer = make_buyer(name="Shy buyer")
    db.session.add(
        Consent(
            company_id=buyer.id,
            purpose=Purpose.DIRECTORY,
            given=False,
            wording="No",
            language="ja",
            at=NOON,
        )
    )
    db.session.flush()

    assert names("Shy", owner) == []


@pytest.mark.parametrize("text", ["%", "_", "100%", "'; DROP TABLE company; --"])
def test_signs_of_the_query_language_are_only_signs(app, text):
    make_exporter(name="Ravi Surgical Works")

    assert names(text, make_officer()) == []


def test_merged_and_erased_companies_are_not_found(app):
    kept = make_exporter(name="Ravi kept")
    make_exporter(name="Ravi merged", merged_into_id=kept.id)
    make_exporter(name="Ravi erased", erased_at=NOON)

    assert names("Ravi", make_officer()) == ["Ravi kept"]
