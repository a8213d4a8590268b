"""Colleagues of a company."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from matchmaker.companies.enums import MemberRole
from matchmaker.companies.forms.fields import email_address
from matchmaker.companies.forms.sign_up import PersonFields
from matchmaker.web.forms import Form, empty_to_none, one_line

_l = lazy_gettext
ROLE_LABELS = {
    MemberRole.OWNER: _l("Owner: changes everything, invites and removes colleagues"),
    MemberRole.EDITOR: _l("Editor: changes the profile and the goods"),
    MemberRole.VIEWER: _l("Viewer: reads only"),
}
SHORT_ROLE_LABELS = {
    MemberRole.OWNER: _l("Owner"),
    MemberRole.EDITOR: _l("Editor"),
    MemberRole.VIEWER: _l("Viewer"),
}


class InvitationForm(Form):
    """Whom to invite, and as what."""

    email = StringField(
        _l("E-mail address of the colleague"),
        filters=[empty_to_none],
        validators=[
            DataRequired(_l("Write the e-mail address of your colleague.")),
            Length(max=254, message=_l("Write at most 254 characters.")),
            one_line,
            email_address,
        ],
    )
    role = RadioField(
        _l("What the colleague may do"),
        choices=[SelectChoice(role.value, label) for role, label in ROLE_LABELS.items()],
        default=MemberRole.EDITOR.value,
        coerce=MemberRole,
        validators=[InputRequired(_l("Choose one."))],
    )


class RoleForm(Form):
    """What a member may do from now on."""

    role = SelectField(
        _l("What the colleague may do"),
        choices=[SelectChoice(role.value, label) for role, label in SHORT_ROLE_LABELS.items()],
        coerce=MemberRole,
    )


class AcceptForm(PersonFields):
    """A colleague who has no account yet."""
