"""Words for the fixed sets of products and needs."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from matchmaker.companies.enums import Currency, Period, SupplierKind, Unit

_l = lazy_gettext

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
PERIODS: dict[Period, Any] = {Period.MONTH: _l("a month"), Period.YEAR: _l("a year")}
CURRENCIES: dict[Currency, Any] = {
    Currency.USD: _l("US dollar (USD)"),
    Currency.JPY: _l("Japanese yen (JPY)"),
    Currency.PKR: _l("Pakistani rupee (PKR)"),
    Currency.EUR: _l("Euro (EUR)"),
}
SUPPLIER_KINDS: dict[SupplierKind, Any] = {
    SupplierKind.MANUFACTURER: _l("A manufacturer"),
    SupplierKind.TRADER: _l("A trading company"),
    SupplierKind.ANY: _l("Either"),
}
CERTIFICATE_KINDS: dict[str, Any] = {
    "official_certificate": _l("Certificates of authorities"),
    "licence_or_registration": _l("Licences and registrations"),
    "test_report": _l("Test reports"),
    "management_system": _l("Management systems"),
    "product_certificate": _l("Product certificates and marks"),
    "social_audit": _l("Social and environmental audits"),
    "declaration": _l("Declarations and documents"),
    "person_certificate": _l("Certificates of persons"),
}
