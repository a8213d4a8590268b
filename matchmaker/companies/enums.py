"""Fixed sets of companies, products and needs."""

from __future__ import annotations

from enum import StrEnum


class MemberRole(StrEnum):
    """What a person may do for a company."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class Purpose(StrEnum):
    """What a company's data may be used for; asked one at a time."""

    DIRECTORY = "directory"
    SUGGESTIONS = "suggestions"
    PARTNER_SHARING = "partner_sharing"


class BusinessType(StrEnum):
    """What kind of buyer."""

    IMPORTER = "importer"
    TRADING_HOUSE = "trading_house"
    WHOLESALER = "wholesaler"
    RETAILER = "retailer"
    ONLINE_RETAILER = "online_retailer"
    MANUFACTURER = "manufacturer"
    RESTAURANT_CHAIN = "restaurant_chain"


class SupplierKind(StrEnum):
    """What an exporter is, and what a buyer looks for."""

    MANUFACTURER = "manufacturer"
    TRADER = "trader"
    ANY = "any"


class Unit(StrEnum):
    """Unit of capacity, minimum order, volume and price."""

    PIECE = "piece"
    PAIR = "pair"
    SET = "set"
    DOZEN = "dozen"
    CARTON = "carton"
    KG = "kg"
    TONNE = "tonne"
    LITRE = "litre"
    METRE = "metre"
    SQUARE_METRE = "square_metre"
    HOUR = "hour"


class Period(StrEnum):
    """What a quantity is counted over."""

    MONTH = "month"
    YEAR = "year"


class Incoterm(StrEnum):
    """Incoterms 2020 in use between the two countries."""

    EXW = "EXW"
    FCA = "FCA"
    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"
    CPT = "CPT"
    CIP = "CIP"
    DAP = "DAP"
    DDP = "DDP"


class Currency(StrEnum):
    """Currencies prices are stated in."""

    USD = "USD"
    JPY = "JPY"
    PKR = "PKR"
    EUR = "EUR"


class Step(StrEnum):
    """One topic of a company's profile."""

    IDENTITY = "identity"
    CONTACT = "contact"
    SIZE = "size"
    HISTORY = "history"
    BUSINESS = "business"
    DESCRIPTION = "description"


class Side(StrEnum):
    """On which side of the corridor a company signs up."""

    EXPORTER = "exporter"
    BUYER = "buyer"
