"""Registering a company."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, Field, HiddenField, PasswordField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Optional, Regexp, ValidationError

from matchmaker.companies.enums import Purpose, Side
from matchmaker.companies.forms.fields import email_address
from matchmaker.companies.names import is_katakana, tidy_name, to_katakana
from matchmaker.companies.services.register import NewCompany
from matchmaker.companies.wording import WORDING
from matchmaker.db.base import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH
from matchmaker.web.forms import MEDIUM, SHORT, Form, clean, empty_to_none, one_line
from matchmaker.web.i18n import LANGUAGES

MIN_PASSWORD, MAX_PASSWORD = 12, 200
_l = lazy_gettext


def tidy_text(text: str | None) -> str | None:
    """Tidy a name; None stays None, and a name of nothing but invisible signs becomes None."""
    return tidy_name(clean(text) or "") or None


def katakana_or_none(text: str | None) -> str | None:
    """Turn a reading into full-width katakana."""
    return to_katakana(clean(text) or "") or None


def katakana(_form: object, field: Field) -> None:
    """Refuse kanji and other signs that are no reading."""
    if field.data and not is_katakana(field.data):
        raise ValidationError(_l("Write the reading of the name in katakana."))


def _name() -> StringField:
    return StringField(
        _l("Your name"),
        filters=[tidy_text],
        validators=[
            DataRequired(_l("Write your name.")),
            Length(max=SHORT, message=_l("Write at most 120 characters.")),
            one_line,
        ],
    )


def _password() -> PasswordField:
    return PasswordField(
        _l("Password"),
        validators=[
            DataRequired(_l("Choose a password.")),
            Length(MIN_PASSWORD, MAX_PASSWORD, _l("Choose a password of 12 to 200 characters.")),
        ],
    )


class PersonFields(Form):
    """Who comes by invitation, with which password."""

    name = _name()
    password = _password()


class PersonForm(Form):
    """Who signs up. Made before the company's form: errors are listed in that order."""

    name = _name()
    email = StringField(
        _l("E-mail address"),
        filters=[empty_to_none],
        validators=[
            DataRequired(_l("Write your e-mail address.")),
            Length(max=254, message=_l("Write at most 254 characters.")),
            one_line,
            email_address,
        ],
    )
    password = _password()


class CompanyForm(Form):
    """A company's name and what it agrees to."""

    language = HiddenField(validators=[AnyOf(list(LANGUAGES), message=_l("Load the page again."))])
    """In which the sentences of consent were shown."""
    company_name = StringField(
        _l("Name of the company"),
        filters=[tidy_text],
        validators=[
            DataRequired(_l("Write the name of the company.")),
            Length(2, MEDIUM, _l("Write a name of 2 to 200 characters.")),
            one_line,
        ],
    )
    name_kana = StringField(
        _l("Reading in katakana"),
        filters=[katakana_or_none],
        validators=[
            Optional(),
            Length(max=MEDIUM, message=_l("Write at most 200 characters.")),
            katakana,
        ],
    )
    name_latin = StringField(
        _l("Name in Latin letters"),
        filters=[tidy_text],
        validators=[
            Optional(),
            Length(max=MEDIUM, message=_l("Write at most 200 characters.")),
            one_line,
        ],
    )
    directory = BooleanField(WORDING[Purpose.DIRECTORY])
    suggestions = BooleanField(WORDING[Purpose.SUGGESTIONS])
    partner_sharing = BooleanField(WORDING[Purpose.PARTNER_SHARING])

    def __init__(self, *args: Any, side: Side, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.side = side
        if side is Side.EXPORTER:
            del self.name_kana
            del self.name_latin

    def answers(self) -> dict[Purpose, bool]:
        return {
            Purpose.DIRECTORY: self.directory.data,
            Purpose.SUGGESTIONS: self.suggestions.data,
            Purpose.PARTNER_SHARING: self.partner_sharing.data,
        }

    def company(self) -> NewCompany:
        is_buyer = self.side is Side.BUYER
        return NewCompany(
            side=self.side,
            name=self.company_name.data,
            name_kana=self.name_kana.data if is_buyer else None,
            name_latin=self.name_latin.data if is_buyer else None,
            answers=self.answers(),
            language=self.language.data,
        )


class AddCompanyForm(CompanyForm):
    """A further company of a person who is signed in."""

    new_id = HiddenField(
        validators=[
            Regexp(
                rf"[{PUBLIC_ID_ALPHABET}]{{{PUBLIC_ID_LENGTH}}}\Z",
                message=_l("Load the page again."),
            )
        ]
    )
    """Given when the page was drawn, so that a form sent twice makes one company."""


class SignUpForm(PersonForm, CompanyForm):
    """A person and a company at once."""
