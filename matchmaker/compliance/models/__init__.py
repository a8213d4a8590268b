"""Rows of compliance: what is asked, what is held, what is recognised, what was stopped."""

from matchmaker.compliance.models.agreements import Agreement, AgreementAcceptance
from matchmaker.compliance.models.border import BorderCase
from matchmaker.compliance.models.catalogue import (
    ComplianceState,
    Programme,
    Requirement,
    RequirementRevision,
)
from matchmaker.compliance.models.papers import HeldPaper, HeldPaperProduct, HeldPaperStep
from matchmaker.compliance.models.readiness import ProductReadiness

__all__ = [
    "Agreement",
    "AgreementAcceptance",
    "BorderCase",
    "ComplianceState",
    "HeldPaper",
    "HeldPaperProduct",
    "HeldPaperStep",
    "ProductReadiness",
    "Programme",
    "Requirement",
    "RequirementRevision",
]
