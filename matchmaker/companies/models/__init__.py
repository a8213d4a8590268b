"""Rows of the directory."""

from matchmaker.companies.models.company import (
    BuyerProfile,
    Company,
    Contact,
    ExporterProfile,
    ExportRecord,
)
from matchmaker.companies.models.goods import Need, NeedHSCode, Product
from matchmaker.companies.models.members import Consent, ContactRelease, Member, MemberInvitation
from matchmaker.companies.models.stored_file import StoredFile

__all__ = [
    "BuyerProfile",
    "Company",
    "Consent",
    "Contact",
    "ContactRelease",
    "ExportRecord",
    "ExporterProfile",
    "Member",
    "MemberInvitation",
    "Need",
    "NeedHSCode",
    "Product",
    "StoredFile",
]
