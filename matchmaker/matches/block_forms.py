"""What officers send to keep two companies apart."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from matchmaker.companies.models import Company
from matchmaker.matches.enums import BlockReason
from matchmaker.matches.services.blocked import Grounds
from matchmaker.matches.words import terms
from matchmaker.web.forms import LONG, AtMost, Form, clean


class BlockForm(Form):
    """Why the two companies of a suggestion are kept apart."""

    reason = RadioField(
        _l("Why are they kept apart?"),
        [InputRequired(_l("Choose one of the reasons."))],
        choices=[SelectChoice(reason.value, label) for reason, label in terms.BLOCKS.items()],
        validate_choice=False,
    )
    note = TextAreaField(_l("Note for colleagues"), [Optional(), AtMost(LONG)], filters=[clean])

    def validate_reason(self, field: RadioField) -> None:
        if field.data not in set(BlockReason):
            raise ValidationError(_l("Choose one of the reasons."))

    def validate_note(self, field: TextAreaField) -> None:
        if self.reason.data == BlockReason.OTHER and not field.data:
            raise ValidationError(_l("Write in a few words what the other reason is."))

    def grounds(self) -> Grounds:
        """Return why; only after validation."""
        return Grounds(BlockReason(self.reason.data), self.note.data or "")


class CompanyBlockForm(BlockForm):
    """The same from a company's page, with the other company chosen by its name."""

    other = RadioField(_l("The other company"), validate_choice=False)

    def offer(self, companies: Sequence[Company]) -> CompanyBlockForm:
        """Let one of these companies be chosen."""
        self.other.choices = [SelectChoice(one.public_id, _named(one)) for one in companies]
        return self

    def validate_other(self, field: RadioField) -> None:
        if field.data not in {choice.value for choice in field.choices or ()}:
            raise ValidationError(_l("Choose the other company."))


def _named(company: Company) -> str:
    latin = company.name_latin
    name = f"{company.name} ({latin})" if latin and latin != company.name else company.name
    return f"{name}, {company.city}" if company.city else name
