"""What a company agrees to."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField
from wtforms.validators import AnyOf

from matchmaker.companies.enums import Purpose
from matchmaker.companies.wording import WORDING
from matchmaker.web.forms import Form
from matchmaker.web.i18n import LANGUAGES


class ConsentsForm(Form):
    """One box a purpose."""

    language = HiddenField(validators=[AnyOf(list(LANGUAGES))])
    directory = BooleanField(WORDING[Purpose.DIRECTORY])
    suggestions = BooleanField(WORDING[Purpose.SUGGESTIONS])
    partner_sharing = BooleanField(WORDING[Purpose.PARTNER_SHARING])

    def answers(self) -> dict[Purpose, bool]:
        return {purpose: self[purpose.value].data for purpose in Purpose}
