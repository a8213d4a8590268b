"""What companies and officers type about applications."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from matchmaker.participation.enums import DECISIONS, ApplicationKind, ApplicationState
from matchmaker.participation.models import Application
from matchmaker.participation.services import Wish
from matchmaker.web.forms import LONG, AtMost, Form, VersionField, clean
from matchmaker.web.i18n import LANGUAGES, language

_l = lazy_gettext
REASON_LENGTH = 1000
TOO_LONG = AtMost(LONG)
REASON_LIMIT = AtMost(REASON_LENGTH)


def decision_choices() -> list[SelectChoice]:
    return [SelectChoice(state.value, state.label) for state in DECISIONS]


class ApplicationForm(Form):
    """What a company wants the officer to know."""

    version = VersionField(validators=[Optional()])
    message = TextAreaField(
        _l("Message to the trade office"), [Optional(), TOO_LONG], filters=[clean]
    )
    message_language = SelectField(
        _l("Language of the message"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        invalid_choice_message=_l("Choose the language from the list."),
    )

    def wish(self, kind: ApplicationKind, *, send: bool) -> Wish:
        """Return what was typed, as the service takes it; only after validation."""
        return Wish(kind, self.message.data or "", self.message_language.data, send=send)


def application_form(application: Application | None) -> ApplicationForm:
    """Return the form with the draft there is, or as it was sent."""
    if application is None:
        empty: ApplicationForm = ApplicationForm(message_language=language())
        return empty
    form: ApplicationForm = ApplicationForm(obj=application)
    return form


class WithdrawalForm(Form):
    """Take an application back."""

    version = VersionField(validators=[InputRequired(_l("Load the page again."))])
    reason = TextAreaField(_l("Reason"), [Optional(), REASON_LIMIT], filters=[clean])


class DecisionForm(Form):
    """An officer's step with one application."""

    version = VersionField(validators=[InputRequired(_l("Load the page again."))])
    state = SelectField(
        _l("Decision"),
        choices=decision_choices,
        invalid_choice_message=_l("Choose what is decided."),
    )
    reason = TextAreaField(
        _l("Reason"),
        [Optional(), REASON_LIMIT],
        description=_l("The company reads it. Needed when you reject."),
        filters=[clean],
    )

    def decided(self) -> ApplicationState:
        """Return the state chosen; only after validation."""
        return ApplicationState(self.state.data)


class ManyForm(Form):
    """An officer's step with the applications chosen in the list."""

    state = SelectField(
        _l("Decision"),
        choices=decision_choices,
        invalid_choice_message=_l("Press one of the buttons."),
        id="decision",
    )
    reason = TextAreaField(_l("Reason"), [Optional(), REASON_LIMIT], filters=[clean])
