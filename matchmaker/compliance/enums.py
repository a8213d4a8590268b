"""Fixed sets of requirements, papers, agreements and border cases."""

from __future__ import annotations

from enum import StrEnum


class Verified(StrEnum):
    """How far a row's core fact was read at its source."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class PaperState(StrEnum):
    """Where a paper a company entered stands."""

    SUBMITTED = "submitted"
    """Waits for an officer; does not count yet."""
    VERIFIED = "verified"
    REFUSED = "refused"
    REVOKED = "revoked"
    """Was verified once; its issuer or the office took it back."""
    WITHDRAWN = "withdrawn"
    """Taken back by the company itself."""


LIVE_PAPERS = (PaperState.SUBMITTED, PaperState.VERIFIED)
"""Of these, the same paper may stand only once."""


class Refusal(StrEnum):
    """Why an officer cannot verify a paper."""

    NOT_THIS_TYPE = "not_this_type"
    """The scan shows another kind of paper than was said."""
    NUMBER_DIFFERS = "number_differs"
    DATES_DIFFER = "dates_differ"
    HOLDER_DIFFERS = "holder_differs"
    UNREADABLE = "unreadable"
    NOT_ACCREDITED = "not_accredited"
    """Japan, or the scheme, does not accept the issuer."""
    NO_SCAN = "no_scan"
    OTHER = "other"


class AgreementStage(StrEnum):
    """How far a mutual recognition agreement has come."""

    SCENARIO = "scenario"
    """Made up, to ask what it would change."""
    PROPOSED = "proposed"
    NEGOTIATING = "negotiating"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    ENDED = "ended"


BINDING_STAGES = (AgreementStage.SIGNED, AgreementStage.IN_FORCE, AgreementStage.ENDED)
"""Those that ease requirements between their dates; the others only answer what-if questions."""


class BorderAct(StrEnum):
    """What the authority did with a consignment."""

    HELD = "held"
    REJECTED = "rejected"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    TREATED = "treated"
    INTERCEPTED = "intercepted"
    """A pest or a disease was found."""


class CorrectiveState(StrEnum):
    """How far the cause has been mended."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    DONE = "done"
    NOT_NEEDED = "not_needed"
