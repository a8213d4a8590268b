"""What is missing in a profile, and why it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext

from matchmaker.companies.enums import Step
from matchmaker.companies.models import BuyerProfile, Company, ExporterProfile

STALE_AFTER = timedelta(days=365)
_l = lazy_gettext


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing."""

    step: Step
    """Where it is filled in."""
    what: Any
    why: Any


STEP_LABELS: dict[Step, Any] = {
    Step.IDENTITY: _l("Name and register"),
    Step.CONTACT: _l("Contact and address"),
    Step.SIZE: _l("Size and kind"),
    Step.HISTORY: _l("Exports so far"),
    Step.BUSINESS: _l("Business and imports"),
    Step.DESCRIPTION: _l("Languages and description"),
}

Check = tuple[Step, Callable[[Any], bool], Any, Any]
COMPANY_CHECKS: tuple[Check, ...] = (
    (
        Step.IDENTITY,
        lambda c: bool(c.register_number),
        _l("The register number"),
        _l("Without it the trade office cannot check that the company exists."),
    ),
    (
        Step.IDENTITY,
        lambda c: bool(c.name_latin) or c.name_language == "en",
        _l("The name in Latin letters"),
        _l("Partners who do not read the script need it for letters and badges."),
    ),
    (
        Step.CONTACT,
        lambda c: any(p.email or p.phone for p in c.contacts),
        _l("A contact person with e-mail or telephone"),
        _l("After both sides accept a meeting, this is whom the partner writes to."),
    ),
    (
        Step.CONTACT,
        lambda c: bool(c.city),
        _l("The city"),
        _l("Partners search the directory by city."),
    ),
    (
        Step.DESCRIPTION,
        lambda c: bool(c.languages),
        _l("The languages you can do business in"),
        _l(
            "A common language raises the score of a suggestion; otherwise you get an interpreter."
        ),
    ),
    (
        Step.DESCRIPTION,
        lambda c: len(c.description) >= 40,
        _l("A description of the company"),
        _l("Partners read it first, and suggestions compare its words with theirs."),
    ),
)
EXPORTER_CHECKS: tuple[Check, ...] = (
    (
        Step.SIZE,
        lambda p: p.staff_count is not None,
        _l("The number of staff"),
        _l("Buyers judge by it whether you can deliver their volume."),
    ),
    (
        Step.SIZE,
        lambda p: p.turnover_pkr is not None,
        _l("The turnover"),
        _l(
            "It decides whether you count as a small or medium company, for which places are kept."
        ),
    ),
    (
        Step.SIZE,
        lambda p: p.supplier_kind is not None,
        _l("Whether you make the goods or trade in them"),
        _l("Some buyers look for manufacturers only."),
    ),
    (
        Step.HISTORY,
        lambda p: bool(p.history) or p.first_time is True,
        _l("Your exports by year and market"),
        _l("Buyers trust experience with demanding markets; first-time exporters get help."),
    ),
)
BUYER_CHECKS: tuple[Check, ...] = (
    (
        Step.BUSINESS,
        lambda p: p.business_type is not None,
        _l("The kind of business"),
        _l("Exporters prepare another offer for a retailer than for a trading house."),
    ),
    (
        Step.BUSINESS,
        lambda p: bool(p.import_evidence),
        _l("What you import already"),
        _l("The trade office invites buyers who can show that they import."),
    ),
)


def steps_of(company: Company) -> list[Step]:
    """Return the steps of a company's profile in the order they are shown."""
    steps = [Step.IDENTITY, Step.CONTACT]
    if company.is_exporter:
        steps += [Step.SIZE, Step.HISTORY]
    if company.is_buyer:
        steps.append(Step.BUSINESS)
    return [*steps, Step.DESCRIPTION]


def _missing(checks: tuple[Check, ...], row: object) -> Iterator[Gap]:
    for step, is_there, what, why in checks:
        if not is_there(row):
            yield Gap(step, what, why)


def gaps(company: Company) -> list[Gap]:
    """Return what is missing; the company comes with contacts, profiles and history."""
    found = list(_missing(COMPANY_CHECKS, company))
    if company.is_exporter:
        found += _missing(EXPORTER_CHECKS, company.exporter_profile or ExporterProfile())
    if company.is_buyer:
        found += _missing(BUYER_CHECKS, company.buyer_profile or BuyerProfile(import_evidence=""))
    order = steps_of(company)
    return sorted(found, key=lambda gap: order.index(gap.step))


def checks_of(company: Company) -> int:
    """Return how many points the profile of such a company has."""
    count = len(COMPANY_CHECKS)
    count += len(EXPORTER_CHECKS) if company.is_exporter else 0
    return count + (len(BUYER_CHECKS) if company.is_buyer else 0)


def is_stale(company: Company, *, now: datetime) -> bool:
    """Whether the profile has not been changed for a year."""
    return now - company.updated_at > STALE_AFTER
