"""Forms about accounts: they check shape, the services the rest."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, ValidationError

from matchmaker.accounts.enums import Role
from matchmaker.accounts.services.addresses import normal_address
from matchmaker.accounts.services.passwords import MAX_LENGTH, password_problem
from matchmaker.accounts.services.staff import role_name
from matchmaker.accounts.time_zones import time_zones
from matchmaker.web.forms import SHORT, Form, clean, one_line
from matchmaker.web.i18n import LANGUAGES, language

EMAIL_LENGTH = 254
INVITED_ROLES = (Role.OFFICER, Role.OBSERVER, Role.INTERPRETER, Role.ADMINISTRATOR)


def _strip(text: str | None) -> str | None:
    return clean(text)


def email_address(_form: object, field: Field) -> None:
    """Accept an e-mail address, and keep its one spelling."""
    try:
        field.data = normal_address(field.data or "")
    except ValueError:
        raise ValidationError(_l("Write the whole address, as in name@company.example.")) from None


def _email(label: object = None) -> EmailField:
    return EmailField(
        label or _l("E-mail address"),
        filters=[_strip],
        validators=[
            InputRequired(_l("Write your e-mail address.")),
            Length(max=EMAIL_LENGTH, message=_l("The address is too long.")),
            email_address,
        ],
    )


def _known_password(label: object) -> PasswordField:
    return PasswordField(
        label,
        validators=[
            InputRequired(_l("Write your password.")),
            Length(max=MAX_LENGTH, message=_l("The password is too long.")),
        ],
    )


def _new_password(label: object) -> PasswordField:
    return PasswordField(
        label,
        description=_l("12 characters or more. Several words make a good password."),
        validators=[
            InputRequired(_l("Choose a password.")),
            Length(max=MAX_LENGTH, message=_l("The password is too long.")),
        ],
    )


def _name() -> StringField:
    return StringField(
        _l("Your name"),
        filters=[_strip],
        validators=[
            InputRequired(_l("Write your name.")),
            Length(max=SHORT, message=_l("Write 120 characters at most.")),
            one_line,
        ],
    )


def _language() -> SelectField:
    return SelectField(
        _l("Language"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
    )


class StrongPassword:
    """Of a form with a new password: refuses one that is easy to guess."""

    def __init__(self, email: str) -> None:
        self.email = email

    def __call__(self, _form: object, field: Field) -> None:
        """Ask the rules of passwords."""
        problem = password_problem(field.data or "", self.email)
        if problem is not None:
            raise ValidationError(problem)


class SignInForm(Form):
    """Address and password."""

    email = _email()
    password = _known_password(_l("Password"))


class AddressForm(Form):
    """An address to which a mail shall go."""

    email = _email()


class NewAddressForm(Form):
    """The address a person wants to sign in with from now on."""

    email = _email(_l("New e-mail address"))


class EmptyForm(Form):
    """A button."""


class PasswordForm(Form):
    """The password once more, before a sensitive step."""

    password = _known_password(_l("Password"))


class NewPasswordForm(Form):
    """A new password."""

    password = _new_password(_l("New password"))

    def __init__(self, *, email: str) -> None:
        super().__init__()
        self._email_of_person = email

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask the rules of passwords too."""
        strong = {"password": [StrongPassword(self._email_of_person)]}
        return bool(super().validate({**(extra_validators or {}), **strong}))


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    present = _known_password(_l("Present password"))
    password = _new_password(_l("New password"))


class AcceptForm(NewPasswordForm):
    """What an invited person says."""

    name = _name()
    password = _new_password(_l("Password"))


class CodeForm(Form):
    """A code of the second factor."""

    code = StringField(
        _l("Code"),
        filters=[_strip],
        validators=[
            InputRequired(_l("Write the code.")),
            Length(max=40, message=_l("A code is shorter.")),
        ],
    )


class SetSecondFactorForm(CodeForm):
    """A code of a new secret."""

    offer = HiddenField(validators=[Length(max=400, message=_l("Load the page again."))])


class ProfileForm(Form):
    """What a person says about themselves."""

    name = _name()
    language = _language()
    time_zone = SelectField(_l("Time zone"), description=_l("Dates and times are shown in it."))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        groups = time_zones(language())
        choices = [
            SelectChoice(n, called, optgroup=g) for g, zones in groups for n, called in zones
        ]
        kept = self.time_zone.object_data
        if kept and kept not in {choice.value for choice in choices}:
            choices.append(SelectChoice(kept, kept))
        self.time_zone.choices = choices


class InvitationForm(Form):
    """Whom to invite, and as what."""

    email = _email()
    role = SelectField(_l("Role"))
    language = _language()

    def __init__(self) -> None:
        super().__init__()
        self.role.choices = [SelectChoice(r.value, role_name(r)) for r in INVITED_ROLES]
