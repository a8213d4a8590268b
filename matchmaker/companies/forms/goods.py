"""The steps in which a product or need is described."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, NumberRange, Optional, ValidationError

from matchmaker.companies.enums import Currency, Incoterm, Period, SupplierKind, Unit
from matchmaker.companies.forms.goods_fields import DayField, HSCodesField, QuantityField
from matchmaker.companies.models import Need, Product
from matchmaker.companies.services.goods_terms import (
    Certificates,
    NeedIdentity,
    NeedPart,
    NeedTerms,
    ProductIdentity,
    ProductPart,
    ProductTerms,
)
from matchmaker.companies.wording_of_goods import (
    CERTIFICATE_KINDS,
    CURRENCIES,
    PERIODS,
    SUPPLIER_KINDS,
    UNITS,
)
from matchmaker.db.base import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH, random_id
from matchmaker.reference import queries as reference
from matchmaker.web.formats import say_hs, say_number
from matchmaker.web.forms import (
    LONG,
    MEDIUM,
    AtMost,
    Form,
    VersionField,
    WholeNumberField,
    clean,
    one_line,
)
from matchmaker.web.i18n import LANGUAGES, best_text

_l = lazy_gettext
_ID = re.compile(f"[{PUBLIC_ID_ALPHABET}]{{{PUBLIC_ID_LENGTH}}}")
_KANA_KANJI = re.compile("[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_ARABIC = re.compile("[\u0620-\u06ff\u0750-\u077f]")
MAX_DAYS = 3650


def language_of(text: str, otherwise: str) -> str:
    """Guess the language of a text from its script; without letters, `otherwise`."""
    counts = {
        "ja": len(_KANA_KANJI.findall(text)),
        "ur": len(_ARABIC.findall(text)),
        "en": sum(c.isascii() and c.isalpha() for c in text),
    }
    # A Japanese text names many things in Latin letters; the other way round it is rare.
    best = max(counts, key=lambda code: counts[code] * (1 if code == "en" else 3))
    return best if counts[best] else otherwise


def _choices(labels: Mapping[Any, Any], nothing: Any) -> list[SelectChoice]:
    return [SelectChoice("", nothing), *(SelectChoice(k.value, v) for k, v in labels.items())]


def _sector_choices() -> list[SelectChoice]:
    rows = reference.sectors()
    tops = {row.code: best_text(row.names)[0] for row in rows if row.parent_code is None}
    choices = [SelectChoice("", _l("Choose for me, from the HS code"))]
    for code, name in tops.items():
        choices.append(SelectChoice(code, name, optgroup=name))
        choices += [
            SelectChoice(row.code, best_text(row.names)[0], optgroup=name)
            for row in rows
            if row.parent_code == code
        ]
    return choices


def _sector_of(codes: Iterable[str]) -> str | None:
    found = (reference.sector_of_hs(code) for code in codes)
    return next((code for code in found if code is not None), None)


def _enum(kind: type[StrEnum], value: str | None) -> Any:
    return kind(value) if value else None


class GoodsForm(Form):
    """What every step has: the version of the row it was drawn from."""

    version = VersionField()
    former_codes: Sequence[str] = ()
    """HS codes of the row the form is about to change."""

    def refuse(self, sentences: Mapping[str, Any]) -> bool:
        """Set sentences beside the fields they are about; whether there were any."""
        for name, sentence in sentences.items():
            self[name].errors = [*self[name].errors, sentence]
        return bool(sentences)

    def present(self, values: Mapping[str, Any]) -> list[tuple[Any, str]]:
        """Return label and stored value of each field in which the form differs from the row."""
        return [
            (self[name].label.text, self._say(name, value))
            for name, value in values.items()
            if (self[name].data or None) != (value or None)
        ]

    def _say(self, name: str, value: Any) -> str:
        field = self[name]
        options = field.choices if isinstance(field, SelectField) else ()
        labels = {option.value: str(option.label) for option in options}
        if isinstance(value, Decimal):
            return say_number(value)
        if isinstance(value, (list, tuple)):
            return ", ".join(labels.get(code, say_hs(code)) for code in value)
        return labels.get(value, "" if value is None else str(value))

    def renew(self, version: int) -> None:
        """Carry the present version, so that the same text can be sent again."""
        self.version.raw_data = None
        self.version.data = version


class _IdentityForm(GoodsForm):
    new_id = HiddenField()
    """Made when the page was drawn: the form sent twice makes one row."""
    description = TextAreaField(
        _l("Description"),
        filters=[clean],
        validators=[AtMost(LONG)],
    )
    language = RadioField(
        _l("Language of the text"),
        description=_l("Leave it open and it is recognised from the script."),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        validators=[Optional()],
    )
    sector_code = SelectField(
        _l("Sector"),
        description=_l("Follows from the HS code unless you choose another."),
        validators=[Optional()],
    )

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.sector_code.choices = _sector_choices()

    @property
    def public_id(self) -> str:
        sent = self.new_id.data or ""
        return sent if _ID.fullmatch(sent) else random_id()

    def _language(self, title: str, otherwise: str) -> str:
        text = f"{title} {self.description.data or ''}"
        return self.language.data or language_of(text, otherwise)

    def _sector(self, codes: Sequence[str]) -> str | None:
        sent = self.sector_code.data or None
        # A sector that came from the former code was chosen by nobody, so it goes with that code.
        if sent and (not codes or sent != _sector_of(self.former_codes)):
            return str(sent)
        return _sector_of(codes)


class ProductIdentityForm(_IdentityForm):
    """First step of a product: what it is."""

    name = StringField(
        _l("Name of the product"),
        description=_l("As a buyer would look for it: “Operating scissors, 14.5 cm”."),
        filters=[clean],
        validators=[
            DataRequired(_l("Write what the product is called.")),
            AtMost(MEDIUM),
            one_line,
        ],
    )
    hs_code = HSCodesField(_l("HS code"), id="hs_code_text")

    @staticmethod
    def values(product: Product) -> dict[str, Any]:
        return {
            "name": product.name,
            "description": product.description,
            "language": product.language,
            "hs_code": (product.hs_code,) if product.hs_code else (),
            "sector_code": product.sector_code or "",
        }

    def part(self, user_language: str) -> ProductPart:
        codes = self.hs_code.data
        return ProductIdentity(
            name=self.name.data,
            description=self.description.data or "",
            language=self._language(self.name.data, user_language),
            hs_code=codes[0] if codes else None,
            sector_code=self._sector(codes),
        )


class NeedIdentityForm(_IdentityForm):
    """First step of a need: what is looked for."""

    title = StringField(
        _l("What you are looking for"),
        description=_l("In a few words: “Surgical scissors, reusable”."),
        filters=[clean],
        validators=[
            DataRequired(_l("Write what you are looking for.")),
            AtMost(MEDIUM),
            one_line,
        ],
    )
    hs_codes = HSCodesField(_l("HS codes"), multiple=True, id="hs_codes_text")

    @staticmethod
    def values(need: Need) -> dict[str, Any]:
        return {
            "title": need.title,
            "description": need.description,
            "language": need.language,
            "hs_codes": tuple(row.hs_code for row in need.hs_codes),
            "sector_code": need.sector_code or "",
        }

    def part(self, user_language: str) -> NeedPart:
        codes = self.hs_codes.data
        return NeedIdentity(
            title=self.title.data,
            description=self.description.data or "",
            language=self._language(self.title.data, user_language),
            hs_codes=codes,
            sector_code=self._sector(codes),
        )


class _TermsForm(GoodsForm):
    unit = SelectField(
        _l("Unit"), choices=_choices(UNITS, _l("Choose the unit")), validators=[Optional()]
    )
    period = SelectField(
        _l("Period"), choices=_choices(PERIODS, _l("Choose the period")), validators=[Optional()]
    )
    price_min = QuantityField(_l("Lowest price"), zero=True)
    price_max = QuantityField(_l("Highest price"), zero=True)
    currency = SelectField(
        _l("Currency"),
        choices=_choices(CURRENCIES, _l("Choose the currency")),
        validators=[Optional()],
    )

    def _money(self) -> dict[str, Any]:
        return {
            "unit": _enum(Unit, self.unit.data),
            "period": _enum(Period, self.period.data),
            "price_min": self.price_min.data,
            "price_max": self.price_max.data,
            "currency": _enum(Currency, self.currency.data),
            "lead_time_days": self["lead_time_days"].data,
        }


def _lead_time(label: Any, hint: Any) -> WholeNumberField:
    between = NumberRange(min=1, max=MAX_DAYS, message=_l("Write between 1 and 3,650 days."))
    return WholeNumberField(label, description=hint, validators=[Optional(), between])


class ProductTermsForm(_TermsForm):
    """Second step of a product: quantity and price."""

    capacity = QuantityField(_l("Capacity"))
    min_order = QuantityField(_l("Smallest order"))
    incoterm = SelectField(
        _l("Terms of delivery (Incoterms 2020)"),
        choices=[SelectChoice("", _l("Not said")), *(SelectChoice(t.value) for t in Incoterm)],
        validators=[Optional()],
    )
    lead_time_days = _lead_time(
        _l("Lead time in days"), _l("From the order until the goods leave your works.")
    )

    @staticmethod
    def values(product: Product) -> dict[str, Any]:
        values = {field: getattr(product, field) for field in ProductTerms.__dataclass_fields__}
        return {**values, "period": product.period or Period.MONTH}

    def part(self, _user_language: str) -> ProductPart:
        return ProductTerms(
            capacity=self.capacity.data,
            min_order=self.min_order.data,
            incoterm=_enum(Incoterm, self.incoterm.data),
            **self._money(),
        )


class NeedTermsForm(_TermsForm):
    """Second step of a need: quantity, price, time, supplier."""

    volume = QuantityField(_l("Volume"))
    lead_time_days = _lead_time(
        _l("Longest lead time in days"), _l("From your order until the goods leave the works.")
    )
    needed_by = DayField(
        _l("Deadline"),
        description=_l("The day by which you want to have found a supplier."),
        validators=[Optional()],
    )
    supplier_kind = RadioField(
        _l("Kind of supplier"),
        choices=[SelectChoice(kind.value, label) for kind, label in SUPPLIER_KINDS.items()],
        validators=[Optional()],
    )

    @staticmethod
    def values(need: Need) -> dict[str, Any]:
        values = {field: getattr(need, field) for field in NeedTerms.__dataclass_fields__}
        return {
            **values,
            "period": need.period or Period.MONTH,
            "supplier_kind": need.supplier_kind or SupplierKind.ANY,
        }

    def part(self, _user_language: str) -> NeedPart:
        return NeedTerms(
            volume=self.volume.data,
            needed_by=self.needed_by.data,
            supplier_kind=_enum(SupplierKind, self.supplier_kind.data),
            **self._money(),
        )


class CertificatesForm(GoodsForm):
    """Third step of both: certificates held, or asked for."""

    certificates = SelectMultipleField(_l("Certificates"), validate_choice=False)

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.schemes = reference.certificate_schemes()
        self.certificates.choices = [
            SelectChoice(row.code, best_text(row.names)[0]) for row in self.schemes
        ]

    def validate_certificates(self, field: Field) -> None:
        """Refuse what is not in the list."""
        if not set(field.data or ()) <= {row.code for row in self.schemes}:
            raise ValidationError(_l("Choose certificates from the list."))

    @staticmethod
    def values(goods: Product | Need) -> dict[str, Any]:
        return {"certificates": goods.certificates}

    def groups(self, sector_code: str | None) -> list[tuple[Any, list[Any]]]:
        """Return the boxes in groups: those ticked or usual in the sector, the rest by kind."""
        boxes = {box.data: box for box in self.certificates}
        usual = reference.usual_schemes(sector_code) if sector_code else []
        ticked = [box for code, box in boxes.items() if box.checked and code not in usual]
        first = ticked + [boxes[code] for code in usual if code in boxes]
        groups: list[tuple[Any, list[Any]]] = [(_l("Known in this sector"), first)]
        for kind, label in CERTIFICATE_KINDS.items():
            codes = [row.code for row in self.schemes if row.kind == kind]
            groups.append((label, [boxes[code] for code in codes if boxes[code] not in first]))
        return [(label, found) for label, found in groups if found]

    def part(self, _user_language: str) -> Certificates:
        chosen = set(self.certificates.data or ())
        return Certificates(tuple(row.code for row in self.schemes if row.code in chosen))
