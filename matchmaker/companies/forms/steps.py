"""What the steps of a profile have in common."""

from __future__ import annotations

from typing import Any

from wtforms import StringField
from wtforms.validators import Optional

from matchmaker.companies.forms.sign_up import tidy_text
from matchmaker.companies.models import Company
from matchmaker.companies.services.profile import Given
from matchmaker.web.formats import say_number
from matchmaker.web.forms import SHORT, AtMost, Form, VersionField, one_line


def line_field(label: Any, most: int = SHORT, *more: Any, **kwargs: Any) -> StringField:
    """Return an optional text of one line."""
    return StringField(
        label,
        filters=[tidy_text],
        validators=[Optional(), AtMost(most), one_line, *more],
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

    def show_stored(self) -> None:
        """Set beside each field that differs from the profile what now stands there."""
        for name, value in self.values(self.company).items():
            if name in self and self.differs(name, value):
                self[name].stored = self.say(name, value)

    def differs(self, name: str, value: Any) -> bool:
        """Whether a field says something else than `value`."""
        typed = self[name].data
        if isinstance(value, list):
            return set(typed or ()) != set(value)
        return (typed or None) != (value or None)

    def say(self, name: str, value: Any) -> str:
        """Write a stored value as its field would show it."""
        field = self[name]
        options = field.choices if hasattr(field, "choices") else ()
        labels = {option.value: str(option.label) for option in options}
        if isinstance(value, (list, tuple)):
            return ", ".join(labels.get(one, str(one)) for one in value)
        if isinstance(value, int):
            return say_number(value) if field.grouped else str(value)
        return labels.get(value, value or "")

    def renew(self, version: int) -> None:
        """Carry the present version, so that the same text can be sent again."""
        self.version.raw_data = None
        self.version.data = version
