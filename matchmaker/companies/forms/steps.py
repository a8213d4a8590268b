"""What the steps of a profile have in common."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import Length, Optional

from matchmaker.companies.forms.sign_up import tidy_text
from matchmaker.companies.models import Company
from matchmaker.companies.services.profile import Given
from matchmaker.web.forms import LONG, MEDIUM, SHORT, Form, VersionField, one_line

_l = lazy_gettext
TOO_LONG = {
    60: _l("Write at most 60 characters."),
    80: _l("Write at most 80 characters."),
    SHORT: _l("Write at most 120 characters."),
    MEDIUM: _l("Write at most 200 characters."),
    300: _l("Write at most 300 characters."),
    LONG: _l("Write at most 4,000 characters."),
}


def line_field(label: Any, most: int = SHORT, *more: Any, **kwargs: Any) -> StringField:
    """Return an optional text of one line."""
    return StringField(
        label,
        filters=[tidy_text],
        validators=[Optional(), Length(max=most, message=TOO_LONG[most]), one_line, *more],
        **kwargs,
    )


class StepForm(Form):
    """What every step has: the version of the profile it was drawn from."""

    version = VersionField()

    def __init__(self, formdata: Any, *, company: Company) -> None:
        super().__init__(formdata, data={"version": company.version, **self.values(company)})
        self.company = company

    @staticmethod
    def values(company: Company) -> dict[str, Any]:
        """Return what stands in the profile, by field."""
        raise NotImplementedError

    def given(self) -> Given:
        """Return what was typed, once it is valid."""
        raise NotImplementedError

    def renew(self, version: int) -> None:
        """Carry the present version, so that the same text can be sent again."""
        self.version.raw_data = None
        self.version.data = version
