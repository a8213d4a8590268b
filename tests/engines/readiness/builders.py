"""The smallest market that has every kind of requirement, and papers for it."""

from __future__ import annotations

from datetime import date

from matchmaker.engines.readiness.assess import assess
from matchmaker.engines.readiness.catalogue import Catalogue
from matchmaker.engines.readiness.data import (
    Agreement,
    Case,
    Certificate,
    CheckStage,
    Duty,
    Ease,
    Evidence,
    Holding,
    Kind,
    Product,
    Programme,
    ProgrammeStatus,
    Requirement,
    Sector,
)

AS_OF, EVENT_END, SHIPMENT = date(2026, 1, 15), date(2026, 3, 13), date(2026, 7, 5)
ISSUED = date(2025, 6, 1)
BEFORE, BETWEEN = date(2026, 1, 14), date(2026, 7, 4)
"""Last days of a paper that has expired, and of one that ends before the shipment."""

SECTORS = (
    Sector("FRUIT"),
    Sector("MANGO", "FRUIT", frozenset({"080450"})),
    Sector("CITRUS", "FRUIT", frozenset({"0805"})),
    Sector("TEXT"),
)
EVERYWHERE = frozenset({"FRUIT"})


def requirement(code="R", **changes):
    return Requirement(code, **({"sectors": EVERYWHERE, "met_by": ("FULL",)} | changes))


def catalogue(*requirements, programmes=()):
    papers = ("ACCEPTED", "FULL", "OTHER", "PART", "PLANT", "LOG")
    return Catalogue(
        sectors=SECTORS,
        certificates=[Certificate(code) for code in papers],
        requirements=requirements,
        programmes=programmes,
    )


def paper(certificate="FULL", valid_to=None, **changes):
    return Holding(certificate, **({"issued": ISSUED, "valid_to": valid_to} | changes))


def agreement(*accepts, starts=ISSUED, ends=None):
    return Agreement(starts, ends, frozenset(accepts))


def case(*holdings, **changes):
    given = {
        "product": Product("MANGO", "080450"),
        "as_of": AS_OF,
        "event_end": EVENT_END,
        "shipment": SHIPMENT,
    }
    return Case(holdings=holdings, **(given | changes))


def row_of(rule, *holdings, **changes):
    """Return how one requirement stands at the shipment."""
    answer = assess(catalogue(rule), case(*holdings, **changes))
    return answer.shipment.requirements[0]


MARKET = (
    requirement("R-BAN", stage=CheckStage.BOTH, prohibition=True, met_by=("OTHER",)),
    requirement("R-BUYER", kind=Kind.BUYER_EXPECTED, stage=CheckStage.BOTH),
    requirement("R-DUTY", duty=Duty.IMPORTER, evidence=Evidence.CONSIGNMENT),
    requirement("R-EASED", ease=Ease.YES, met_by=("FULL", "OTHER")),
    requirement(
        "R-LOT", evidence=Evidence.CONSIGNMENT, ease=Ease.PARTLY, prerequisites=("PLANT",)
    ),
    requirement("R-PART", partly_met_by=("PART", "LOG"), ease=Ease.PARTLY),
    requirement("R-SHOW", stage=CheckStage.EVENT, met_by=("LOG",)),
    requirement(
        "R-TWO", evidence=Evidence.CONSIGNMENT, prerequisites=("LOG", "PLANT"), prohibition=True
    ),
)
"""Every way through the rules."""
PROGRAMMES = (
    Programme("P-B", frozenset({"R"}), frozenset({"FRUIT"}), ProgrammeStatus.RUNNING),
    Programme("P-A", frozenset({"R"}), frozenset({"MANGO"}), ProgrammeStatus.PROPOSED),
    Programme("P-C", frozenset({"R"}), frozenset({"MANGO"}), ProgrammeStatus.TYPICAL),
    Programme("P-D", frozenset({"R"}), frozenset({"FRUIT"}), ProgrammeStatus.CLOSED),
    Programme("P-E", frozenset({"R"}), frozenset({"CITRUS"}), ProgrammeStatus.RUNNING),
    Programme("P-F", frozenset({"S"}), frozenset({"FRUIT"}), ProgrammeStatus.RUNNING),
    Programme("P-0", frozenset({"R"}), frozenset({"FRUIT"}), ProgrammeStatus.RUNNING),
)
