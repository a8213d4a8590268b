"""Steps of an exporter's profile: size and kind, exports so far."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel import Locale
from flask_babel import lazy_gettext
from wtforms import Field, FormField, RadioField, SelectField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from matchmaker.companies.enums import SupplierKind
from matchmaker.companies.forms.steps import StepForm
from matchmaker.companies.models import Company, ExporterProfile
from matchmaker.companies.services.profile import Exported, History, Size
from matchmaker.db.clock import utcnow
from matchmaker.web.formats import say_country, say_money
from matchmaker.web.forms import RowList, WholeNumberField
from matchmaker.web.i18n import language

_l = lazy_gettext
FIRST_YEAR = 1800
MAX_RECORDS = 60
NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)
"""Codes of CLDR that are no country of ISO 3166-1."""
SUPPLIER_LABELS = {
    SupplierKind.MANUFACTURER: _l("We make the goods ourselves"),
    SupplierKind.TRADER: _l("We trade in goods that others make"),
}
YES_NO = [SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))]


def country_choices() -> list[SelectChoice]:
    """Return the countries of ISO 3166-1 by their names in the reader's language."""
    names = Locale(language()).territories
    countries = [
        SelectChoice(code, str(name))
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    ]
    return sorted(countries, key=lambda choice: choice.label)


def _to_flag(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")


def _from_flag(value: bool | None) -> str | None:  # noqa: FBT001
    return None if value is None else ("yes" if value else "no")


def plausible_year(_form: object, field: Field) -> None:
    """Refuse years that cannot be meant."""
    if field.data is not None and not FIRST_YEAR <= field.data <= utcnow().year:
        raise ValidationError(_l("Write a year between 1800 and now, with four digits."))


class SizeForm(StepForm):
    """How large an exporter is, and what kind."""

    staff_count = WholeNumberField(
        _l("Staff"), most=10_000_000, grouped=True, validators=[Optional()]
    )
    turnover_pkr = WholeNumberField(
        _l("Turnover of the last financial year, in Pakistani rupees"),
        grouped=True,
        validators=[Optional()],
    )
    founded_year = WholeNumberField(
        _l("Founded in the year"), validators=[Optional(), plausible_year]
    )
    supplier_kind = RadioField(
        _l("What you do"),
        choices=[SelectChoice(kind.value, label) for kind, label in SUPPLIER_LABELS.items()],
        validators=[Optional()],
    )
    women_led = RadioField(
        _l("Is the company owned or led by women?"), choices=YES_NO, validators=[Optional()]
    )
    first_time = RadioField(
        _l("Would this be your first export?"), choices=YES_NO, validators=[Optional()]
    )

    @staticmethod
    def values(company: Company) -> dict[str, Any]:
        profile = company.exporter_profile or ExporterProfile()
        return {
            "staff_count": profile.staff_count,
            "turnover_pkr": profile.turnover_pkr,
            "founded_year": company.founded_year,
            "supplier_kind": profile.supplier_kind and profile.supplier_kind.value,
            "women_led": _from_flag(profile.women_led),
            "first_time": _from_flag(profile.first_time),
        }

    def given(self) -> Size:
        kind = self.supplier_kind.data
        return Size(
            staff_count=self.staff_count.data,
            turnover_pkr=self.turnover_pkr.data,
            founded_year=self.founded_year.data,
            supplier_kind=SupplierKind(kind) if kind else None,
            women_led=_to_flag(self.women_led.data),
            first_time=_to_flag(self.first_time.data),
        )


class RecordForm(PlainForm):
    """One row: a year, a market and what was exported there."""

    year = WholeNumberField(_l("Year"), validators=[Optional(), plausible_year])
    market = SelectField(_l("Market"), validators=[Optional()])
    value_usd = WholeNumberField(_l("Value in US dollars"), grouped=True, validators=[Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.market.choices = [SelectChoice("", _l("Choose a country")), *country_choices()]

    @property
    def is_blank(self) -> bool:
        return not any(f.data or (f.raw_data and f.raw_data[0]) for f in self)

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        right: bool = super().validate(*args, **kwargs)
        if self.is_blank:
            return True
        for field in self:
            if (field.data is None or field.data == "") and not field.errors:
                field.errors = [_l("Fill in year, market and value, or clear all three.")]
                right = False
        return right


class HistoryForm(StepForm):
    """An exporter's exports by year and market."""

    records = RowList(FormField(RecordForm), min_entries=1, max_entries=MAX_RECORDS)

    @staticmethod
    def values(company: Company) -> dict[str, Any]:
        profile = company.exporter_profile
        return {
            "records": [
                {"year": r.year, "market": r.market, "value_usd": int(r.value_usd)}
                for r in (profile.history if profile else [])
            ]
        }

    def add_row(self) -> None:
        if len(self.records.entries) < MAX_RECORDS:
            self.records.append_entry()

    def remove_row(self, name: str) -> None:
        """Leave out the row whose fields' names begin with `name`."""
        self.records.entries = [e for e in self.records.entries if e.name != name]
        if not self.records.entries:
            self.add_row()

    def say(self, name: str, value: Any) -> str:
        if name != "records":
            return super().say(name, value)
        rows = (
            f"{row['year']} {say_country(row['market'])} {say_money(row['value_usd'], 'USD')}"
            for row in value
        )
        return "; ".join(rows)

    def differs(self, name: str, value: Any) -> bool:
        if name != "records":
            return super().differs(name, value)
        typed = {tuple(row.data.values()) for row in self.records if not row.form.is_blank}
        return typed != {tuple(row.values()) for row in value}

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        right: bool = super().validate(*args, **kwargs)
        seen = set()
        for row in self.records:
            key = (row.year.data, row.market.data)
            if row.form.is_blank or not right:
                continue
            if key in seen:
                row.form.market.errors = [_l("This year and market stand in another row already.")]
                self.records.errors = [row.errors]
                return False
            seen.add(key)
        return right

    def given(self) -> History:
        return History(
            records=[
                Exported(
                    year=row.year.data,
                    market=row.market.data,
                    value_usd=Decimal(row.value_usd.data),
                )
                for row in self.records
                if not row.form.is_blank
            ]
        )
