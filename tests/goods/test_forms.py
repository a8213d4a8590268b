"""What people type about goods is read as they mean it, or refused beside the field."""

from __future__ import annotations

from decimal import Decimal

import pytest

from matchmaker.companies.enums import Currency, Period, Unit
from matchmaker.companies.forms.goods import language_of
from matchmaker.companies.services.goods_terms import NeedTerms, ProductTerms, faults
from matchmaker.web.numbers import read_number
from tests.build import NOON

TODAY = NOON.date()
PER_MONTH = {"unit": Unit.PIECE, "period": Period.MONTH}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("50000", "50000"),
        ("50,000", "50000"),
        ("1,250,000.5", "1250000.5"),
        ("12,50,000", "1250000"),
        ("50 000", "50000"),
        ("２，０００", "2000"),
        ("۵۰۰", "500"),
        ("٥٠٬٠٠٠٫٥", "50000.5"),
        (" 2.5 ", "2.5"),
        ("0", "0"),
    ],
)
def test_a_number_is_read_in_local_writing(text, number):
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "many", "-5", "1,5", "1.2.3", "1e9", "NaN", "∞", "½", "5 pieces", "0x10", ",000"]
)
def test_what_is_no_number_or_could_be_two_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Operating scissors", "en"),
        ("手術用はさみ SUS420", "ja"),
        ("آپریشن کی قینچی 420", "ur"),
        ("14.5", "ja"),
    ],
)
def test_the_language_follows_the_script_else_the_person(text, language):
    assert language_of(text, "ja") == language


@pytest.mark.parametrize(
    ("terms", "fields"),
    [
        (ProductTerms(), []),
        (ProductTerms(capacity=Decimal(5), min_order=Decimal(5), **PER_MONTH), []),
        (ProductTerms(capacity=Decimal(5), min_order=Decimal(6), **PER_MONTH), ["min_order"]),
        (ProductTerms(capacity=Decimal(5)), ["period", "unit"]),
        (ProductTerms(min_order=Decimal(5)), ["unit"]),
        (
            ProductTerms(
                price_min=Decimal(2), price_max=Decimal(1), currency=Currency.USD, **PER_MONTH
            ),
            ["price_min"],
        ),
        (ProductTerms(price_max=Decimal(1)), ["currency", "unit"]),
        (NeedTerms(volume=Decimal(1), **PER_MONTH, needed_by=TODAY), []),
        (NeedTerms(volume=Decimal(1), unit=Unit.KG), ["period"]),
        (NeedTerms(needed_by=TODAY.replace(day=11)), ["needed_by"]),
    ],
)
def test_figures_that_cannot_be_are_named_by_their_field(terms, fields):
    assert sorted(faults(terms, today=TODAY)) == fields
