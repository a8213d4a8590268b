"""Steps of a profile: names and register number, contact and address."""

from __future__ import annotations

from typing import Any

import phonenumbers
from flask_babel import lazy_gettext
from wtforms import Field, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from matchmaker.companies.forms.fields import email_address, plain_phone, say_phone, web_address
from matchmaker.companies.forms.sign_up import katakana, katakana_or_none, tidy_text
from matchmaker.companies.forms.steps import StepForm, line_field
from matchmaker.companies.models import Company, ExporterProfile
from matchmaker.companies.register_numbers import (
    RegisterNumberError,
    normal_register_number,
    register_label,
)
from matchmaker.companies.services.profile import ContactDetails, Identity
from matchmaker.web.forms import MEDIUM, AtMost, empty_to_none, one_line

_l = lazy_gettext


class IdentityForm(StepForm):
    """Names and register number."""

    name = StringField(
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
        validators=[Optional(), AtMost(MEDIUM), katakana],
    )
    name_latin = line_field(_l("Name in Latin letters"), MEDIUM)
    register_number = StringField(
        _l("Register number"),
        filters=[empty_to_none],
        validators=[Optional(), AtMost(60)],
    )
    association = line_field(_l("Chamber or trade association"), MEDIUM)
    membership_number = line_field(_l("Membership number"), 60)

    def __init__(self, formdata: Any, *, company: Company) -> None:
        super().__init__(formdata, company=company)
        self.register_number.label.text = register_label(company.country)
        if not company.is_exporter:
            del self.association
            del self.membership_number
        if not company.is_buyer:
            del self.name_kana

    @staticmethod
    def values(company: Company) -> dict[str, Any]:
        profile = company.exporter_profile or ExporterProfile()
        return {
            "name": company.name,
            "name_kana": company.name_kana,
            "name_latin": company.name_latin,
            "register_number": company.register_number,
            "association": profile.association,
            "membership_number": profile.membership_number,
        }

    def validate_register_number(self, field: Field) -> None:
        if field.data:
            try:
                field.data = normal_register_number(self.company.country, field.data)
            except RegisterNumberError as error:
                raise ValidationError(error.sentence) from None

    def given(self) -> Identity:
        exports = self.company.is_exporter
        return Identity(
            name=self.name.data,
            name_kana=self.name_kana.data if self.company.is_buyer else None,
            name_latin=self.name_latin.data,
            register_number=self.register_number.data or None,
            association=self.association.data if exports else None,
            membership_number=self.membership_number.data if exports else None,
        )


class ContactForm(StepForm):
    """Whom to write to, and where."""

    person = line_field(_l("Contact person"))
    role = line_field(_l("Position"))
    email = StringField(
        _l("E-mail address"),
        filters=[empty_to_none],
        validators=[
            Optional(),
            AtMost(254),
            one_line,
            email_address,
        ],
    )
    phone = StringField(
        _l("Telephone"),
        filters=[empty_to_none],
        validators=[Optional(), AtMost(40)],
    )
    address = line_field(_l("Street address"), 300)
    city = line_field(_l("City"), 80)
    region = line_field(_l("Province or prefecture"), 80)
    website = StringField(
        _l("Website"),
        filters=[empty_to_none],
        validators=[
            Optional(),
            AtMost(190),
            one_line,
            web_address,
        ],
    )

    @staticmethod
    def values(company: Company) -> dict[str, Any]:
        first = next(iter(company.contacts), None)
        return {
            "person": first.name if first else None,
            "role": first.role if first else None,
            "email": first.email if first else None,
            "phone": say_phone(first.phone) if first and first.phone else None,
            "address": company.address,
            "city": company.city,
            "region": company.region,
            "website": company.website,
        }

    def propose(self, person: str, email: str) -> None:
        """Fill in who is signed in, where the company has nobody yet."""
        if not self.company.contacts:
            self.person.data, self.email.data = person, email

    def differs(self, name: str, value: Any) -> bool:
        if name == "phone" and self.phone.data:
            return bool(say_phone(self.phone.data) != value)
        return super().differs(name, value)

    def validate_phone(self, field: Field) -> None:
        if not field.data:
            return
        try:
            field.data = plain_phone(field.data, self.company.country)
        except phonenumbers.NumberParseException:
            raise ValidationError(
                _l("This is no telephone number. Write it with the area code, or with + in front.")
            ) from None

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        right: bool = super().validate(*args, **kwargs)
        if not self.person.data and (self.role.data or self.email.data or self.phone.data):
            self.person.errors = [_l("Write whose e-mail address and telephone these are.")]
            return False
        return right

    def given(self) -> ContactDetails:
        return ContactDetails(
            person=self.person.data,
            role=self.role.data,
            email=self.email.data,
            phone=self.phone.data,
            address=self.address.data,
            city=self.city.data,
            region=self.region.data,
            website=self.website.data,
        )
