"""What readiness works on: the market's requirements, an exporter's papers, agreements."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

PRECISE_HS = 6
"""Digits of an HS code from which it, and not the sector, decides whether a rule applies."""


class Kind(StrEnum):
    """Who asks: the law, or the buyers."""

    MANDATORY = "mandatory"
    BUYER_EXPECTED = "buyer-expected"


class Duty(StrEnum):
    """Who has to meet a requirement."""

    EXPORTER = "exporter"
    IMPORTER = "importer"
    BOTH = "both"


class Stage(StrEnum):
    """What readiness is for: to exhibit, or to deliver."""

    EVENT = "event"
    SHIPMENT = "shipment"


class CheckStage(StrEnum):
    """At which stages a requirement is looked at."""

    EVENT = "event"
    SHIPMENT = "shipment"
    BOTH = "both"


class Evidence(StrEnum):
    """What a paper is made for; one for a consignment comes into being with the shipment."""

    PRODUCT = "product"
    FACILITY = "facility"
    COMPANY = "company"
    CONSIGNMENT = "consignment"
    PERSON = "person"


class Ease(StrEnum):
    """What an agreement on SPS can do for a requirement."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class ProgrammeStatus(StrEnum):
    """Whether a programme can be joined; the order is that of recommendation."""

    RUNNING = "running"
    TYPICAL = "typical"
    PROPOSED = "proposed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector, or a sub-sector where ``parent`` is set."""

    code: str
    parent: str | None = None
    hs_prefixes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A kind of paper: certificate, test report, licence, declaration.

    ``validity_months`` is the scheme's usual term, for planning only: what counts is the date on
    the paper. ``per_consignment`` says that one is issued for each shipment.
    """

    code: str
    validity_months: int | None = None
    per_consignment: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Requirement:
    """One thing the market asks.

    ``sectors`` and ``hs_prefixes`` say which goods, ``condition`` the attribute a product must
    have and ``exemption`` the one it must not have. ``met_by`` and ``partly_met_by`` are codes of
    certificates, ``prerequisites`` those that must exist before a paper of a consignment can be
    issued. A ``prohibition`` shuts the market unless it is met.
    """

    code: str
    kind: Kind = Kind.MANDATORY
    duty: Duty = Duty.EXPORTER
    stage: CheckStage = CheckStage.SHIPMENT
    evidence: Evidence = Evidence.PRODUCT
    sectors: frozenset[str] = frozenset()
    hs_prefixes: frozenset[str] = frozenset()
    condition: str | None = None
    exemption: str | None = None
    met_by: tuple[str, ...] = ()
    partly_met_by: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    prohibition: bool = False
    ease: Ease = Ease.NO
    jurisdiction: str = "JP"

    def is_checked_at(self, stage: Stage) -> bool:
        """Say whether a stage looks at it."""
        return self.stage == CheckStage.BOTH or self.stage.value == stage.value


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme that helps to meet requirements."""

    code: str
    requirements: frozenset[str]
    sectors: frozenset[str]
    status: ProgrammeStatus


@dataclass(frozen=True, slots=True)
class Product:
    """A product, or a service.

    ``sector`` is the code of its sub-sector, ``hs`` digits without dots or empty where unknown,
    ``attributes`` what the product form asked, as in ``retail_packed``; ``event_in_japan`` among
    them comes from the event.

    Raises
    ------
    ValueError
        If ``hs`` holds something other than digits.
    """

    sector: str
    hs: str = ""
    attributes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.hs and not (self.hs.isascii() and self.hs.isdigit()):
            raise ValueError(f"not an HS code, digits without dots: {self.hs!r}")


@dataclass(frozen=True, slots=True)
class Holding:
    """A paper that is held.

    ``issued`` and ``valid_to`` are its first and last day; ``valid_to`` is None where it is open.
    ``hs_prefixes`` and ``sectors`` are its scope: both empty, it covers all that the company
    makes. ``id`` is the caller's and comes back with the answer.

    Raises
    ------
    ValueError
        If it ends before it begins.
    """

    certificate: str
    issued: date
    valid_to: date | None = None
    hs_prefixes: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    revoked: bool = False
    id: str = ""

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to < self.issued:
            raise ValueError(f"{self.certificate} ends on {self.valid_to}, before it was issued")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Mutual recognition in force from ``starts`` to ``ends``, both included; None: open.

    ``accepts`` are pairs of a requirement and a certificate of the exporting side.

    Raises
    ------
    ValueError
        If it ends before it begins.
    """

    starts: date
    ends: date | None = None
    accepts: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        if self.ends is not None and self.ends < self.starts:
            raise ValueError(f"the agreement ends on {self.ends}, before {self.starts}")


@dataclass(frozen=True, slots=True)
class Case:
    """A question: is this product ready, seen on ``as_of``, for an event and for a shipment?

    ``event_end`` is the event's last day; without ``shipment`` it is the shipment's day too.
    ``insisted`` are codes of buyer-expected requirements that a buyer makes hard for its own
    request. ``jurisdictions`` are the countries whose rules count; empty: all.
    """

    product: Product
    holdings: tuple[Holding, ...]
    as_of: date
    event_end: date | None = None
    shipment: date | None = None
    agreements: tuple[Agreement, ...] = ()
    insisted: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()

    def target(self, stage: Stage) -> date | None:
        """Return the day on which papers must be valid; None where the stage has no date."""
        return self.event_end if stage is Stage.EVENT else self.shipment or self.event_end


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; the choice of the office, not of a law.

    ``mandatory`` and ``buyer`` weigh the two scores and sum to 1; ``half`` is what a paper that
    ends too early, or one that shows a part, is worth. All are 0 to 1.

    Raises
    ------
    ValueError
        If one is out of its range or the two do not sum to 1.
    """

    mandatory: float = 0.8
    buyer: float = 0.2
    half: float = 0.5

    def __post_init__(self) -> None:
        if not all(0 <= value <= 1 for value in (self.mandatory, self.buyer, self.half)):
            raise ValueError("weights lie between 0 and 1")
        if not math.isclose(self.mandatory + self.buyer, 1):
            raise ValueError("the weights of the two scores must sum to 1")
