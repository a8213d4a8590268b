"""Requirements, agreements and the border log in words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.companies.enums import Unit
from matchmaker.compliance.enums import AgreementStage, BorderAct, CorrectiveState
from matchmaker.engines.readiness.data import CheckStage, Duty, Ease, Evidence

MEASURES: dict[str, Any] = {
    "SPS": _l("Health of people, animals and plants (SPS)"),
    "TBT": _l("Technical rules, labels, quality (TBT)"),
    "OTHER": _l("Other rules"),
}
JURISDICTIONS: dict[str, Any] = {"JP": _l("Japan"), "PK": _l("Pakistan")}
DUTIES: dict[Duty, Any] = {
    Duty.EXPORTER: _l("The exporter"),
    Duty.IMPORTER: _l("The importer"),
    Duty.BOTH: _l("Exporter and importer"),
}
CHECK_STAGES: dict[CheckStage, Any] = {
    CheckStage.EVENT: _l("For exhibition"),
    CheckStage.SHIPMENT: _l("For shipment"),
    CheckStage.BOTH: _l("For exhibition and for shipment"),
}
EVIDENCES: dict[Evidence, Any] = {
    Evidence.PRODUCT: _l("One product"),
    Evidence.FACILITY: _l("A plant or a workshop"),
    Evidence.COMPANY: _l("The company"),
    Evidence.CONSIGNMENT: _l("Each consignment"),
    Evidence.PERSON: _l("A person"),
}
EASES: dict[Ease, Any] = {
    Ease.YES: _l("Fully: an accepted certificate stands for it"),
    Ease.PARTLY: _l("Partly: an accepted certificate shows a part"),
    Ease.NO: _l("Not at all"),
}
EVENT_ATTRIBUTE = _l("The fair is in Japan: samples cross the border.")
FIELDS: dict[str, Any] = {
    "titles": _l("Title"),
    "jurisdiction": _l("Country whose rule it is"),
    "authority": _l("Authority"),
    "legal_basis": _l("Legal basis"),
    "kind": _l("Who asks for it"),
    "measure_type": _l("Kind of measure"),
    "sector_codes": _l("Sectors"),
    "hs_prefixes": _l("Beginnings of HS codes"),
    "condition_key": _l("Applies only if"),
    "exempt_attribute": _l("Does not apply if"),
    "duty_holder": _l("Who has to meet it"),
    "check_stage": _l("When it is looked at"),
    "evidence_scope": _l("What its paper is made for"),
    "prerequisites": _l("Certificates needed before"),
    "met_by": _l("Certificates that show it"),
    "partly_met_by": _l("Certificates that show a part"),
    "prohibition": _l("Japan lets the goods in only if it is met"),
    "mra_ease": _l("Can an agreement ease it?"),
    "mra_effect": _l("What an agreement would change"),
    "note": _l("Note"),
    "verified": _l("How far it was checked"),
    "source": _l("Source"),
    "retired": _l("Retired"),
}
"""Columns of a requirement as readers know them."""
AGREEMENT_STAGES: dict[AgreementStage, Any] = {
    AgreementStage.SCENARIO: _l("Scenario"),
    AgreementStage.PROPOSED: _l("Proposed"),
    AgreementStage.NEGOTIATING: _l("Under negotiation"),
    AgreementStage.SIGNED: _l("Signed"),
    AgreementStage.IN_FORCE: _l("In force"),
    AgreementStage.ENDED: _l("Ended"),
}
AGREEMENT_TAGS = {
    AgreementStage.SCENARIO: "none",
    AgreementStage.PROPOSED: "info",
    AgreementStage.NEGOTIATING: "info",
    AgreementStage.SIGNED: "warn",
    AgreementStage.IN_FORCE: "good",
    AgreementStage.ENDED: "bad",
}
BORDER_ACTS: dict[BorderAct, Any] = {
    BorderAct.HELD: _l("Held"),
    BorderAct.REJECTED: _l("Refused entry"),
    BorderAct.RETURNED: _l("Sent back"),
    BorderAct.DESTROYED: _l("Destroyed"),
    BorderAct.TREATED: _l("Let in after treatment"),
    BorderAct.INTERCEPTED: _l("A pest or a disease was found"),
}
CORRECTIVE_STATES: dict[CorrectiveState, Any] = {
    CorrectiveState.OPEN: _l("Not begun yet"),
    CorrectiveState.UNDER_WAY: _l("Under way"),
    CorrectiveState.DONE: _l("Done"),
    CorrectiveState.NOT_NEEDED: _l("Not needed"),
}
CORRECTIVE_TAGS = {
    CorrectiveState.OPEN: "bad",
    CorrectiveState.UNDER_WAY: "warn",
    CorrectiveState.DONE: "good",
    CorrectiveState.NOT_NEEDED: "none",
}
UNITS: dict[Unit, Any] = {
    Unit.PIECE: _l("pieces"),
    Unit.PAIR: _l("pairs"),
    Unit.SET: _l("sets"),
    Unit.DOZEN: _l("dozens"),
    Unit.CARTON: _l("cartons"),
    Unit.KG: _l("kilograms"),
    Unit.TONNE: _l("tonnes"),
    Unit.LITRE: _l("litres"),
    Unit.METRE: _l("metres"),
    Unit.SQUARE_METRE: _l("square metres"),
    Unit.HOUR: _l("hours"),
}
