"""Answers about readiness follow the goods that companies show at events."""

from __future__ import annotations

from datetime import datetime

from matchmaker.compliance.catalogue_queries import state
from matchmaker.compliance.services.readiness import forget_occasion, renew_products
from matchmaker.events.models import Event
from matchmaker.participation.readiness_queries import (
    left_over,
    occasion_of,
    products_of,
    unanswered,
)
from matchmaker.reference.day_queries import office_day

MOST_AT_ONCE = 1000
"""Products that one sweep sees to; the next goes on."""


def begin_to_show(event: Event, company_id: int, *, now: datetime) -> None:
    """Work out how ready the products of a new exhibitor are for the event."""
    if event.ends_on >= office_day(now):
        renew_products(products_of(company_id), now=now, occasion=occasion_of(event))


def stop_showing(event: Event, company_id: int, *, now: datetime) -> None:
    """Take away the answers for an event that a company has left; one that is over keeps them."""
    if event.ends_on >= office_day(now):
        forget_occasion(event.public_id, product_ids=products_of(company_id))


def follow_events(*, now: datetime) -> None:
    """Mend what was not followed at once: new products, other dates, companies gone or merged."""
    if state() is None:
        return
    today = office_day(now)
    for key, product_ids in left_over(today=today, most=MOST_AT_ONCE).items():
        forget_occasion(key, product_ids=product_ids)
    for missing in unanswered(today=today, most=MOST_AT_ONCE):
        renew_products(missing.product_ids, now=now, occasion=occasion_of(missing.event))
