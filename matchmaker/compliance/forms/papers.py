"""What a company says of its papers, and what an officer decides."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from matchmaker.companies.models import Product
from matchmaker.companies.services.scans import Scan
from matchmaker.compliance.enums import Refusal
from matchmaker.compliance.models import HeldPaper
from matchmaker.compliance.services.papers import PaperFacts
from matchmaker.compliance.wording import REFUSALS
from matchmaker.db.base import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH, random_id
from matchmaker.reference.models import CertificateScheme
from matchmaker.web.forms import MEDIUM, Form, VersionField, clean, one_line
from matchmaker.web.i18n import best_text

_l = lazy_gettext
_ID = re.compile(f"[{PUBLIC_ID_ALPHABET}]{{{PUBLIC_ID_LENGTH}}}")
MAX_NUMBER = 80
MAX_NOTE = 500
ALL, SOME = "all", "some"
DAY_HINT = _l("As printed on the paper.")


class DayField(DateField):
    """A day, None when left empty."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        if not any(text.strip() for text in valuelist):
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Choose a day, or write it as in 2027-03-12.")) from None


class VersionedForm(Form):
    """What every form here has: the version of the row that the page was drawn from."""

    version = VersionField(validators=[Optional()])

    @property
    def seen_version(self) -> int:
        return self.version.data or 0

    def renew(self, version: int) -> None:
        """Carry the present version, so that the same can be sent again."""
        self.version.raw_data = None
        self.version.data = version


class PaperForm(VersionedForm):
    """One paper: what is printed on it, what it covers, its scan."""

    new_id = HiddenField()
    """Made when the page was drawn: the form sent twice makes one row."""
    scheme_code = SelectField(
        _l("Certificate"),
        choices=[],
        validate_choice=False,
        filters=[clean],
        validators=[DataRequired(_l("Choose the certificate from the list."))],
    )
    number = StringField(
        _l("Number"),
        description=_l("As printed on the paper. Leave it empty where there is none."),
        filters=[clean],
        validators=[
            Optional(),
            Length(max=MAX_NUMBER, message=_l("Write at most 80 characters.")),
            one_line,
        ],
    )
    issuer = StringField(
        _l("Issued by"),
        description=_l("The office, laboratory or body that signed it."),
        filters=[clean],
        validators=[
            DataRequired(_l("Write who issued the paper.")),
            Length(max=MEDIUM, message=_l("Write at most 200 characters.")),
            one_line,
        ],
    )
    issued_on = DayField(
        _l("Issued on"),
        description=DAY_HINT,
        validators=[InputRequired(_l("Write the day of issue on the paper."))],
    )
    valid_to = DayField(_l("Valid until"), description=DAY_HINT)
    no_end = BooleanField(_l("The paper has no end date"))
    scope = RadioField(
        _l("What it covers"),
        choices=[
            SelectChoice(ALL, _l("All our products")),
            SelectChoice(SOME, _l("Only the products ticked below")),
        ],
        default=ALL,
        validators=[InputRequired(_l("Choose what the paper covers."))],
    )
    products = SelectMultipleField(_l("Products it covers"), validate_choice=False)
    scan = FileField(
        _l("Scan of the paper"),
        description=_l(
            "PDF, JPEG or PNG, at most 8 MB. Only your company and the trade office see it. "
            "Without a scan the office may not be able to verify the paper."
        ),
        validators=[Optional()],
    )

    def offer(
        self, schemes: Sequence[CertificateScheme], products: Sequence[Product]
    ) -> PaperForm:
        """Set what can be chosen."""
        self.scheme_code.choices = [
            SelectChoice(row.code, best_text(row.names)[0]) for row in schemes
        ]
        self.products.choices = [SelectChoice(row.public_id, row.name) for row in products]
        return self

    def validate_valid_to(self, field: Field) -> None:
        """Ask for the last day or for the word that there is none."""
        if field.raw_data and field.raw_data[0].strip() and field.data is None:
            return  # It is no day at all, which is said already.
        if self.no_end.data and field.data is not None:
            raise ValidationError(
                _l("Either write the last day, or tick that the paper has no end date.")
            )
        if not self.no_end.data and field.data is None:
            raise ValidationError(
                _l("Write the last day on the paper, or tick that it has no end date.")
            )

    def validate_products(self, field: Field) -> None:
        """Ask which products where it is not all."""
        if self.scope.data == SOME and not field.data:
            raise ValidationError(_l("Tick the products that the paper covers."))

    def refuse(self, sentences: Mapping[str, Any]) -> bool:
        """Set sentences beside the fields they are about; whether there were any."""
        for name, sentence in sentences.items():
            self[name].errors = [*self[name].errors, sentence]
        return bool(sentences)

    @property
    def public_id(self) -> str:
        sent = self.new_id.data or ""
        return sent if _ID.fullmatch(sent) else random_id()

    @property
    def facts(self) -> PaperFacts:
        chosen = self.products.data if self.scope.data == SOME else ()
        return PaperFacts(
            scheme_code=self.scheme_code.data,
            number=self.number.data or "",
            issuer=self.issuer.data,
            issued_on=self.issued_on.data,
            valid_to=self.valid_to.data,
            products=tuple(sorted(set(chosen or ()))),
        )

    def sent_scan(self, store: Path) -> Scan | None:
        """The file that was sent, None where none was chosen."""
        upload = self.scan.data
        if not upload or not upload.filename:
            return None
        return Scan(upload.read(), upload.filename, store)

    @staticmethod
    def values(paper: HeldPaper) -> dict[str, Any]:
        """Return what is stored of a paper, loaded with its products, as the form has it."""
        return {
            "version": paper.version,
            "scheme_code": paper.scheme_code,
            "number": paper.number,
            "issuer": paper.issuer,
            "issued_on": paper.issued_on,
            "valid_to": paper.valid_to,
            "no_end": paper.valid_to is None,
            "scope": SOME if paper.products else ALL,
            "products": [product.public_id for product in paper.products],
        }


class DecisionForm(VersionedForm):
    """An officer's decision on one paper."""

    act = RadioField(
        _l("Decision"),
        choices=[SelectChoice(act) for act in ("verify", "refuse", "revoke", "undo")],
        validators=[InputRequired(_l("Choose what to do."))],
    )
    refusal = RadioField(
        _l("What is wrong"),
        choices=[SelectChoice(refusal.value, words) for refusal, words in REFUSALS.items()],
        validators=[Optional()],
    )
    note = TextAreaField(
        _l("Note to the company"),
        description=_l("The company reads it as you write it."),
        filters=[clean],
        validators=[
            Optional(),
            Length(max=MAX_NOTE, message=_l("Write at most 500 characters.")),
        ],
    )

    @property
    def chosen_refusal(self) -> Refusal | None:
        return Refusal(self.refusal.data) if self.refusal.data else None
