"""What officers say of an agreement, and what they ask about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, FormField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from matchmaker.compliance.catalogue_wording import AGREEMENT_STAGES
from matchmaker.compliance.enums import AgreementStage
from matchmaker.compliance.forms.papers import DayField, VersionedForm
from matchmaker.compliance.forms.product import near
from matchmaker.compliance.models import Agreement
from matchmaker.compliance.services.agreements import AgreementFacts, WrongAgreementError
from matchmaker.web.forms import LONG, MEDIUM, AtMost, Form, RowList, clean, one_line

_l = lazy_gettext
SPARE_ROWS = 3
MOST_ROWS = 200
MOST_AUTHORITIES = 500
AS_STORED = ("version", "parties", "scope", "authorities", "starts_on", "ends_on", "source")
"""Fields that hold a column as it is."""


def _name(label: Any) -> StringField:
    return StringField(label, [Optional(), AtMost(MEDIUM), one_line], filters=[clean])


def _text(label: Any, most: int = LONG, **more: Any) -> TextAreaField:
    return TextAreaField(label, [Optional(), AtMost(most)], filters=[clean], **more)


class AcceptanceForm(Form):
    """A row: for this requirement that certificate is accepted."""

    class Meta(Form.Meta):
        csrf = False

    requirement = StringField(_l("Requirement"), [Optional(), AtMost(40)], filters=[clean])
    certificate = StringField(
        _l("Accepted certificate"), [Optional(), AtMost(40)], filters=[clean]
    )


class AgreementForm(VersionedForm):
    """All an officer says of an agreement."""

    name_en = _name(_l("Name in English"))
    name_ja = _name(_l("Name in Japanese"))
    name_ur = _name(_l("Name in Urdu"))
    stage = RadioField(
        _l("How far it has come"),
        choices=[SelectChoice(stage.value, text) for stage, text in AGREEMENT_STAGES.items()],
        validators=[InputRequired(_l("Choose how far it has come."))],
    )
    parties = StringField(
        _l("Parties"),
        [
            DataRequired(_l("Write who agrees, as in Pakistan and Japan.")),
            AtMost(MEDIUM),
            one_line,
        ],
        filters=[clean],
    )
    scope = _text(_l("What it covers"))
    authorities = _text(_l("Competent authorities of both sides"), MOST_AUTHORITIES)
    starts_on = DayField(_l("First day"), [Optional(), near])
    ends_on = DayField(_l("Last day"), [Optional(), near])
    source = _text(
        _l("Source"),
        description=_l("The text, page or letter where this is stated, and its date."),
    )
    accepts = RowList(FormField(AcceptanceForm), max_entries=MOST_ROWS)
    both_apply = BooleanField(_l("Both apply"))

    def spare(self, rows: int = SPARE_ROWS) -> AgreementForm:
        """Have some empty rows at the end."""
        filled = [row for row in self.accepts if any(row.form.data.values())]
        for _number in range(rows - (len(self.accepts) - len(filled))):
            if len(self.accepts) < MOST_ROWS:
                self.accepts.append_entry()
        return self

    @property
    def _filled(self) -> list[int]:
        rows = enumerate(self.accepts)
        return [number for number, row in rows if any(row.form.data.values())]

    @property
    def facts(self) -> AgreementFacts:
        """What was sent; only after validation."""
        names = {code: self[f"name_{code}"].data for code in ("en", "ja", "ur")}
        rows = [self.accepts[number].form.data for number in self._filled]
        return AgreementFacts(
            names={code: text for code, text in names.items() if text},
            parties=self.parties.data,
            scope=self.scope.data or "",
            authorities=self.authorities.data or "",
            stage=AgreementStage(self.stage.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            source=self.source.data or "",
            accepts=tuple(
                ((row["requirement"] or "").upper(), (row["certificate"] or "").upper())
                for row in rows
            ),
        )

    def refuse(self, error: WrongAgreementError) -> None:
        """Set what is wrong beside the fields it is about."""
        for name, sentence in error.faults.items():
            self[name].errors = [*self[name].errors, sentence]
        filled = self._filled
        for number, sentence in error.rows.items():
            row = self.accepts[filled[number]].form
            row.requirement.errors = [*row.requirement.errors, sentence]
        # The list itself has gathered its errors before these.
        self.accepts.errors = [*self.accepts.errors, *error.rows.values()]


def values_of(agreement: Agreement) -> dict[str, Any]:
    """Return what is stored of an agreement, as the form has it."""
    return {
        **{name: getattr(agreement, name) for name in AS_STORED},
        **{f"name_{code}": text for code, text in agreement.names.items()},
        "stage": agreement.stage.value,
        "accepts": [
            {"requirement": row.requirement_code, "certificate": row.certificate_code}
            for row in agreement.accepts
        ],
    }


class WhatIfForm(Form):
    """The days a what-if is asked for; they stand in the address and change nothing."""

    class Meta(Form.Meta):
        csrf = False

    on = DayField(_l("In force from"), [Optional(), near])
    shipment = DayField(
        _l("Shipment on"),
        [Optional(), near],
        description=_l("Leave it empty for a shipment on that first day."),
    )

    def days(self, agreement: Agreement, today: date) -> tuple[date, date]:
        """Return the first day of the agreement and that of the shipment, not before it."""
        good = {f.name: f.data for f in (self.on, self.shipment) if not f.errors}
        first = good.get("on") or agreement.starts_on or today
        return first, max(good.get("shipment") or first, first, today)
