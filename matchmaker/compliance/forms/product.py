"""What the page of a product's readiness is asked, and what it asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, Field, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from matchmaker.compliance.forms.papers import DayField, VersionedForm
from matchmaker.compliance.product_page import Days
from matchmaker.compliance.wording import ATTRIBUTES
from matchmaker.web.forms import Form

_l = lazy_gettext
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def near(_form: object, field: Field) -> None:
    if field.data and not EARLIEST <= field.data <= LATEST:
        raise ValidationError(_l("Write a day between 2000 and 2100."))


class DaysForm(Form):
    """The days a page is asked for; it stands in the address and changes nothing."""

    class Meta(Form.Meta):
        csrf = False

    shipment = DayField(
        _l("Shipment on"),
        description=_l("When the goods are to enter Japan."),
        validators=[Optional(), near],
    )
    exhibit = DayField(
        _l("Last day of the fair"),
        description=_l("Leave it empty and the day of the shipment counts."),
        validators=[Optional(), near],
    )
    in_japan = BooleanField(_l("The fair is in Japan: samples cross the border"))

    def days(self, today: date) -> Days:
        """Return the days to work with; what is wrong or empty falls back."""
        good = {f.name: f.data for f in (self.shipment, self.exhibit) if not f.errors}
        exhibit = good.get("exhibit")
        shipment = good.get("shipment") or exhibit or today
        return Days(today, shipment, exhibit or shipment, bool(self.in_japan.data))


class AnswersForm(VersionedForm):
    """Which of the attributes asked for the product has."""

    attributes = SelectMultipleField(_l("Tick what is true of this product"), choices=[])

    def offer(self, asked: Collection[str]) -> AnswersForm:
        """Set the questions."""
        self.attributes.choices = [
            SelectChoice(name, ATTRIBUTES.get(name, name)) for name in asked
        ]
        return self

    @property
    def chosen(self) -> list[str]:
        given: Any = self.attributes.data
        return list(given or ())
