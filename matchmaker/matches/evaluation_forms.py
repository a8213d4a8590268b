"""What officers send to have an event's suggestions evaluated."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from matchmaker.matches.services.evaluations import FIRST, FIRSTS
from matchmaker.web.forms import Form


class EvaluationForm(Form):
    """How many places of a list count."""

    first = SelectField(
        _l("Places of a list that count"),
        coerce=int,
        choices=[SelectChoice(number, str(number)) for number in FIRSTS],
        default=FIRST,
        invalid_choice_message=_l("Choose one from the list."),
    )
