"""What officers say of a case at the border, and what its company does about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from matchmaker.companies.enums import Unit
from matchmaker.compliance import choices
from matchmaker.compliance.catalogue_wording import BORDER_ACTS, CORRECTIVE_STATES, UNITS
from matchmaker.compliance.enums import BorderAct, CorrectiveState
from matchmaker.compliance.forms.papers import DayField, VersionedForm
from matchmaker.compliance.forms.pick import PickField
from matchmaker.compliance.forms.product import near
from matchmaker.compliance.models import BorderCase
from matchmaker.compliance.services.border import CaseFacts, Faults
from matchmaker.reference import queries as reference
from matchmaker.web.formats import say_number
from matchmaker.web.forms import LONG, MEDIUM, SHORT, AtMost, clean, one_line
from matchmaker.web.i18n import LANGUAGES, best_text
from matchmaker.web.numbers import LONGEST_NUMBER, read_number

_l = lazy_gettext
MOST_SOURCE = 300
MOST_QUANTITY = Decimal(10) ** 12
DECIMALS = 4
AS_STORED = (
    "version",
    "happened_on",
    "place",
    "authority",
    "goods",
    "quantity",
    "cause",
    "corrective",
    "corrective_due",
    "corrected_on",
    "source",
    "language",
)
"""Fields that hold a column as it is."""
NONE = SelectChoice("", _l("–"))


def _line(label: Any, most: int, missing: Any = None, **more: Any) -> StringField:
    first = DataRequired(missing) if missing else Optional()
    return StringField(label, [first, AtMost(most), one_line], filters=[clean], **more)


class QuantityField(StringField):
    """A number above nothing, None when left empty; what was typed stays as it was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = clean(valuelist[0]) if valuelist else ""
        self.data = None
        if not text:
            return
        try:
            number = read_number(text[:LONGEST_NUMBER])
        except ValueError:
            raise ValueError(_l("Write a number, as in 50,000 or 2.5.")) from None
        if number <= 0:
            raise ValueError(_l("Write a number above zero, or leave it empty."))
        if number > MOST_QUANTITY:
            raise ValueError(_l("That number is too large."))
        if number != round(number, DECIMALS):
            raise ValueError(_l("Write at most four digits after the point."))
        self.data = number

    def _value(self) -> str:
        if self.raw_data:
            return str(clean(self.raw_data[0]))
        return "" if self.data is None else say_number(self.data)


class CorrectionForm(VersionedForm):
    """What the company does about a case."""

    corrective = TextAreaField(
        _l("What do you do about it?"),
        [DataRequired(_l("Write what you do about it.")), AtMost(LONG)],
        description=_l(
            "What caused it, what you have changed, and from when. The office reads it."
        ),
        filters=[clean],
    )


class CaseForm(VersionedForm):
    """All an officer says of a case."""

    happened_on = DayField(
        _l("Day"), [InputRequired(_l("Write the day on which it happened.")), near]
    )
    place = _line(_l("Port or airport"), SHORT, _l("Write where it happened."))
    authority = _line(_l("Authority"), MEDIUM)
    act = RadioField(
        _l("What the authority did"),
        choices=[SelectChoice(act.value, text) for act, text in BORDER_ACTS.items()],
        validators=[InputRequired(_l("Choose what the authority did."))],
    )
    goods = _line(_l("Goods"), MEDIUM, _l("Write which goods it was about."))
    hs_code = PickField(_l("HS code"))
    sector_code = SelectField(
        _l("Sector"),
        description=_l("Left empty, the HS code decides."),
        invalid_choice_message=_l("Choose one from the list."),
    )
    company = PickField(_l("Exporter"))
    product = PickField(_l("Product"))
    quantity = QuantityField(_l("Quantity"))
    unit = SelectField(
        _l("Unit"),
        choices=[NONE, *(SelectChoice(unit.value, text) for unit, text in UNITS.items())],
        invalid_choice_message=_l("Choose one from the list."),
    )
    requirement_code = PickField(_l("Requirement that was not met"))
    cause = TextAreaField(
        _l("Cause"),
        [DataRequired(_l("Write why the goods were stopped.")), AtMost(LONG)],
        description=_l("As the notice says it."),
        filters=[clean],
    )
    corrective = TextAreaField(
        _l("Corrective action"), [Optional(), AtMost(LONG)], filters=[clean]
    )
    corrective_state = RadioField(
        _l("How far it is"),
        choices=[SelectChoice(state.value, text) for state, text in CORRECTIVE_STATES.items()],
        default=CorrectiveState.OPEN.value,
        validators=[InputRequired(_l("Choose how far it is."))],
    )
    corrective_due = DayField(_l("To be done by"), [Optional(), near])
    corrected_on = DayField(_l("Done on"), [Optional(), near])
    source = _line(
        _l("Source"),
        MOST_SOURCE,
        _l("Write where this is stated."),
        description=_l("The notice, its number and date."),
    )
    language = SelectField(
        _l("Language of what is written here"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        invalid_choice_message=_l("Choose one from the list."),
    )

    def offer(self) -> CaseForm:
        """Set what can be chosen, and where the fields look things up."""
        self.sector_code.choices = [
            NONE,
            *(SelectChoice(row.code, best_text(row.names)[0]) for row in reference.sectors()),
        ]
        self.hs_code.offer(choices.find_hs, choices.hs_named)
        self.company.offer(choices.exporters_found, choices.exporters_named)
        self.product.offer(choices.products_found, choices.products_named)
        self.requirement_code.offer(choices.find_requirements, choices.requirements_named)
        return self

    @property
    def facts(self) -> CaseFacts:
        """What was sent; only after validation."""
        hs_code = self.hs_code.one
        by_code = reference.sector_of_hs(hs_code) if hs_code else None
        return CaseFacts(
            happened_on=self.happened_on.data,
            place=self.place.data,
            authority=self.authority.data or "",
            act=BorderAct(self.act.data),
            goods=self.goods.data,
            hs_code=hs_code,
            sector_code=self.sector_code.data or by_code,
            quantity=self.quantity.data,
            unit=Unit(self.unit.data) if self.unit.data else None,
            requirement_code=self.requirement_code.one,
            cause=self.cause.data,
            corrective=self.corrective.data or "",
            corrective_state=CorrectiveState(self.corrective_state.data),
            corrective_due=self.corrective_due.data,
            corrected_on=self.corrected_on.data,
            source=self.source.data,
            language=self.language.data,
        )

    def refuse(self, faults: Faults) -> None:
        """Set sentences beside the fields they are about."""
        for name, sentence in faults.items():
            self[name].errors = [*self[name].errors, sentence]


def values_of(case: BorderCase) -> dict[str, Any]:
    """Return what is stored of a case, loaded with company and product, as the form has it."""
    return {
        **{name: getattr(case, name) for name in AS_STORED},
        "act": case.act.value,
        "corrective_state": case.corrective_state.value,
        "unit": case.unit.value if case.unit else "",
        "sector_code": case.sector_code or "",
        "hs_code": (case.hs_code,) if case.hs_code else (),
        "requirement_code": (case.requirement_code,) if case.requirement_code else (),
        "company": (case.company.public_id,) if case.company else (),
        "product": (case.product.public_id,) if case.product else (),
    }
