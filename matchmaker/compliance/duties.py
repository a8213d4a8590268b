"""What an importer has to do itself for the goods it looks for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from matchmaker.companies.models import Need
from matchmaker.compliance.catalogue_queries import catalogue, requirements_by_code
from matchmaker.compliance.models import Requirement
from matchmaker.compliance.readiness_queries import EVENT_IN_MARKET
from matchmaker.engines.readiness.catalogue import Catalogue
from matchmaker.engines.readiness.data import Duty, Kind, Product
from matchmaker.engines.readiness.data import Requirement as Rule

MARKET = frozenset({"JP"})


@dataclass(frozen=True, slots=True)
class ImporterDuty:
    """One requirement in which the importer has a part."""

    requirement: Requirement
    hs_codes: tuple[str, ...]
    """Of the need; empty where its sector brought it."""
    condition: str | None
    """The attribute the goods must have for it."""
    is_shared: bool
    """The exporter has a part in it too."""
    is_mandatory: bool


def duties_of(need: Need) -> list[ImporterDuty]:
    """Return what the importer has to do for a need, loaded with its HS codes.

    What always applies comes first, then what depends on the goods.

    Raises
    ------
    NoPackError
        If no requirements are loaded.
    """
    known = catalogue()
    by_rule: dict[Rule, list[str]] = defaultdict(list)
    for code in [row.hs_code for row in need.hs_codes] or [""]:
        for rule in _rules(known, need.sector_code, code):
            by_rule[rule].append(code)
    rows = requirements_by_code({rule.code for rule in by_rule})
    found = [
        ImporterDuty(
            requirement=rows[rule.code],
            hs_codes=tuple(code for code in codes if code),
            condition=rule.condition,
            is_shared=rule.duty is Duty.BOTH,
            is_mandatory=rule.kind is Kind.MANDATORY,
        )
        for rule, codes in by_rule.items()
    ]
    return sorted(
        found,
        key=lambda duty: (
            duty.condition is not None,
            not duty.is_mandatory,
            duty.is_shared,
            duty.requirement.code,
        ),
    )


def _rules(known: Catalogue, sector: str | None, code: str) -> set[Rule]:
    own = sector or known.sector_of(code) or ""
    trials = [frozenset[str](), *(frozenset({name}) for name in known.attributes)]
    return {
        rule
        for trial in trials
        for rule in known.applicable(Product(own, code, trial), MARKET)
        if rule.duty is not Duty.EXPORTER and rule.condition != EVENT_IN_MARKET
    }
