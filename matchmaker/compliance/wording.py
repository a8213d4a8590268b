"""Readiness and papers in words."""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.compliance.enums import PaperState, Refusal, Verified
from matchmaker.compliance.pack import DATA
from matchmaker.engines.readiness.data import Kind, ProgrammeStatus, Stage
from matchmaker.engines.readiness.score import Level
from matchmaker.engines.readiness.status import Status
from matchmaker.web.i18n import language

LEVELS: dict[Level, Any] = {
    Level.READY: _l("Ready for Japan"),
    Level.CONDITIONAL: _l("Ready for Japan after …"),
    Level.NOT_READY: _l("Not allowed yet"),
    Level.BLOCKED: _l("Not allowed yet"),
}
LEVELS_AT: dict[Stage, dict[Level, Any]] = {
    Stage.SHIPMENT: LEVELS,
    Stage.EVENT: {
        Level.READY: _l("Can be shown at the fair"),
        Level.CONDITIONAL: _l("Can be shown at the fair after …"),
        Level.NOT_READY: _l("Cannot be shown yet"),
        Level.BLOCKED: _l("Cannot be shown yet"),
    },
}
"""What may be shown at a fair need not be ready for the market, and is not called so."""
LEVEL_TAGS = {
    Level.READY: "good",
    Level.CONDITIONAL: "warn",
    Level.NOT_READY: "bad",
    Level.BLOCKED: "bad",
}
STAGES: dict[Stage, Any] = {
    Stage.EVENT: _l("For exhibition"),
    Stage.SHIPMENT: _l("For shipment"),
}
KINDS: dict[Kind, Any] = {
    Kind.MANDATORY: _l("Asked by law"),
    Kind.BUYER_EXPECTED: _l("Expected by buyers"),
}
STATUSES: dict[Status, Any] = {
    Status.MET: _l("Met"),
    Status.DUE_AT_SHIPMENT: _l("Made with each shipment"),
    Status.WAIVED_MRA: _l("Met through an agreement"),
    Status.EXPIRING: _l("Ends too early"),
    Status.PARTLY: _l("Partly met"),
    Status.EXPIRED: _l("Has ended"),
    Status.MISSING: _l("Missing"),
    Status.BLOCKED: _l("Not let in"),
    Status.IMPORTER_DUTY: _l("The importer’s duty"),
}
STATUS_TAGS = {
    Status.MET: "good",
    Status.DUE_AT_SHIPMENT: "good",
    Status.WAIVED_MRA: "good",
    Status.EXPIRING: "warn",
    Status.PARTLY: "warn",
    Status.EXPIRED: "bad",
    Status.MISSING: "bad",
    Status.BLOCKED: "bad",
    Status.IMPORTER_DUTY: "info",
}
PROGRAMME_STATUSES: dict[ProgrammeStatus, Any] = {
    ProgrammeStatus.RUNNING: _l("running now"),
    ProgrammeStatus.TYPICAL: _l("usually offered"),
    ProgrammeStatus.PROPOSED: _l("proposed, not offered yet"),
    ProgrammeStatus.CLOSED: _l("closed"),
}
VERIFIED: dict[Verified, Any] = {
    Verified.YES: _l("Core fact read at its source"),
    Verified.PARTLY: _l("partly verified"),
    Verified.NO: _l("not verified"),
}
VERIFIED_TAGS = {Verified.YES: "good", Verified.PARTLY: "warn", Verified.NO: "none"}
PAPER_STATES: dict[PaperState, Any] = {
    PaperState.SUBMITTED: _l("Waits for the office"),
    PaperState.VERIFIED: _l("Verified"),
    PaperState.REFUSED: _l("Could not be verified"),
    PaperState.REVOKED: _l("Revoked"),
    PaperState.WITHDRAWN: _l("Withdrawn"),
}
PAPER_TAGS = {
    PaperState.SUBMITTED: "info",
    PaperState.VERIFIED: "good",
    PaperState.REFUSED: "bad",
    PaperState.REVOKED: "bad",
    PaperState.WITHDRAWN: "none",
}
REFUSALS: dict[Refusal, Any] = {
    Refusal.NOT_THIS_TYPE: _l("The scan shows another kind of certificate."),
    Refusal.NUMBER_DIFFERS: _l("The number on the scan differs."),
    Refusal.DATES_DIFFER: _l("The dates on the scan differ."),
    Refusal.HOLDER_DIFFERS: _l("The scan names another company or other goods."),
    Refusal.UNREADABLE: _l("The scan cannot be read."),
    Refusal.NOT_ACCREDITED: _l("The issuer is not accredited for it."),
    Refusal.NO_SCAN: _l("There is no scan."),
    Refusal.OTHER: _l("Something else is wrong."),
}
STEPS: dict[tuple[PaperState | None, PaperState], Any] = {
    (None, PaperState.SUBMITTED): _l("Added"),
    (PaperState.SUBMITTED, PaperState.SUBMITTED): _l("Corrected"),
    (PaperState.VERIFIED, PaperState.SUBMITTED): _l("Looked at again"),
    (PaperState.REFUSED, PaperState.SUBMITTED): _l("Looked at again"),
    (PaperState.REVOKED, PaperState.VERIFIED): _l("Counts again"),
    (PaperState.WITHDRAWN, PaperState.SUBMITTED): _l("Brought back"),
    (PaperState.WITHDRAWN, PaperState.VERIFIED): _l("Brought back"),
    (PaperState.WITHDRAWN, PaperState.REFUSED): _l("Brought back"),
}
"""What a step is called where its outcome alone would not say it."""
ATTRIBUTES: dict[str, Any] = {
    "retail_packed": _l("It is packed for sale to consumers."),
    "organic_claim": _l("It is sold as organic."),
    "organic_textile_claim": _l("The textile is sold as organic."),
    "halal_claim": _l("It is sold as halal."),
    "infant_use": _l("It is made for babies up to two years of age."),
    "child_under6": _l("It is made for children under six."),
    "child_under3": _l("It is made for children under three."),
    "match_use": _l("It is meant for official matches."),
    "protective_gear": _l("It protects the body, as guards and helmets do."),
    "medical_class1": _l("It is a medical device of class I (general)."),
    "medical_class2": _l("It is a medical device of class II (controlled)."),
    "public_building": _l("It goes into public buildings."),
    "wood_packaging": _l("It is shipped on or in wood: pallets, crates, boxes."),
    "gsp_claim": _l("The lower customs duty for developing countries shall be used (GSP)."),
    "cites_species": _l("It holds a protected plant or animal (CITES)."),
    "live_aquatic": _l("It is alive: fish, shrimps, other animals of the water."),
    "personal_data": _l("The work handles personal data of people in Japan."),
    "controlled_technology": _l("It holds technology under export control."),
    "fit_use": _l("It is used to make power sold at a fixed price in Japan."),
    "highly_processed": _l("It is so processed that no pest survives: canned, roasted, frozen."),
    "dried_fruit": _l("The fruit is dried."),
}
"""What a product may be, as its company is asked."""


@cache
def _authorities() -> dict[str, dict[str, str]]:
    with (DATA / "authorities.csv").open(encoding="utf-8", newline="") as file:
        return {row["authority"]: row for row in csv.DictReader(file)}


def authority(name: str) -> tuple[str, str]:
    """Return what an authority is called in the reader's language, and the language of that.

    One that an officer wrote is given back as it was written.
    """
    reader = language()
    known = _authorities().get(name, {}).get(f"name_{reader}")
    return (known, reader) if known else (name, "en")


def source_items(text: str) -> list[str]:
    """Return the sources that a row of the pack names, without the marks around them.

    >>> source_items("[source: MHLW (mhlw.go.jp); source: JETRO]")
    ['MHLW (mhlw.go.jp)', 'JETRO']
    """
    inner = text.strip().removeprefix("[").removesuffix("]")
    items = (item.strip().removeprefix("source:").strip() for item in inner.split(";"))
    return [item for item in items if item]


def step_words(before: PaperState | None, after: PaperState) -> Any:
    """Return what a step of a paper is called."""
    return STEPS.get((before, after), PAPER_STATES[after])
