"""Small fairs: exporters and buyers of an event, with what they offer and look for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from matchmaker.companies.enums import Currency, Period, Purpose, Unit
from matchmaker.companies.models import Company, Consent, Need, Product
from matchmaker.db.base import db
from matchmaker.events.models import Event
from matchmaker.matches.models import Suggestion
from tests.build import (
    NOON,
    make_buyer,
    make_event,
    make_exporter,
    make_need,
    make_participant,
    make_product,
    make_user,
)

SCISSORS: dict[str, Any] = {
    "unit": Unit.PIECE,
    "period": Period.MONTH,
    "capacity": Decimal(50_000),
    "min_order": Decimal(500),
    "price_min": Decimal("2.17"),
    "price_max": Decimal("3.43"),
    "currency": Currency.USD,
    "lead_time_days": 45,
}
SCISSORS_WANTED: dict[str, Any] = {
    "unit": Unit.PIECE,
    "period": Period.YEAR,
    "volume": Decimal(240_000),
    "price_max": Decimal("1.91"),
    "currency": Currency.USD,
    "lead_time_days": 30,
}


def take_part_with_product(event: Event, **given: Any) -> Product:
    """An exhibitor that offers surgical scissors."""
    company = given.pop("company", None) or make_exporter()
    product = make_product(company, **(SCISSORS | given))
    make_participant(event, company)
    return product


def take_part_with_need(event: Event, **given: Any) -> Need:
    """A visiting buyer that looks for surgical scissors, for less than they cost."""
    company = given.pop("company", None) or make_buyer()
    need = make_need(company, **(SCISSORS_WANTED | given))
    make_participant(event, company)
    return need


def make_fair(exporters: int = 1, buyers: int = 1, **given: Any) -> Event:
    """An event whose exporters all fit its buyers."""
    event = make_event(**given)
    for _ in range(exporters):
        take_part_with_product(event)
    for _ in range(buyers):
        take_part_with_need(event)
    return event


def consent_given(company: Company, purpose: Purpose, *, given: bool) -> None:
    """A company's newest answer to what it is asked for its consent."""
    db.session.add(
        Consent(
            company_id=company.id,
            purpose=purpose,
            given=given,
            wording="Yes",
            language="en",
            by_id=make_user().id,
            at=NOON,
        )
    )
    db.session.flush()


def company_of(goods: Product | Need) -> Company:
    return db.session.get_one(Company, goods.company_id)


def suggestions_of(event_id: int) -> list[Suggestion]:
    rows = db.session.query(Suggestion).filter_by(event_id=event_id)
    return rows.order_by(Suggestion.id).all()
