"""Steps of a profile: a buyer's business, and the company in its own words."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask_babel import lazy_gettext
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from matchmaker.companies.enums import BusinessType
from matchmaker.companies.forms.steps import StepForm
from matchmaker.companies.models import BuyerProfile, Company
from matchmaker.companies.names import language_of
from matchmaker.companies.services.profile import Business, Description
from matchmaker.web.forms import LONG, AtMost, clean
from matchmaker.web.i18n import LANGUAGES, language

_l = lazy_gettext
BUSINESS_LANGUAGES = ("en", "ja", "ur", "zh", "ar", "ko", "de", "fr", "es", "tr")
BUSINESS_TYPE_LABELS = {
    BusinessType.IMPORTER: _l("Importer"),
    BusinessType.TRADING_HOUSE: _l("Trading house"),
    BusinessType.WHOLESALER: _l("Wholesaler"),
    BusinessType.RETAILER: _l("Retailer"),
    BusinessType.ONLINE_RETAILER: _l("Online retailer"),
    BusinessType.MANUFACTURER: _l("Manufacturer"),
    BusinessType.RESTAURANT_CHAIN: _l("Restaurant chain"),
}


def language_name(code: str) -> str:
    """Return the name of a language in the reader's."""
    return Locale(code).get_display_name(language()) or code


class BusinessForm(StepForm):
    """What kind of buyer, and what it imports already."""

    business_type = RadioField(
        _l("Kind of business"),
        choices=[SelectChoice(kind.value, label) for kind, label in BUSINESS_TYPE_LABELS.items()],
        validators=[Optional()],
    )
    import_evidence = TextAreaField(
        _l("What you import already"),
        filters=[clean],
        validators=[Optional(), AtMost(LONG)],
    )

    @staticmethod
    def values(company: Company) -> dict[str, Any]:
        profile = company.buyer_profile or BuyerProfile(import_evidence="")
        return {
            "business_type": profile.business_type and profile.business_type.value,
            "import_evidence": profile.import_evidence,
        }

    def given(self) -> Business:
        kind = self.business_type.data
        return Business(
            business_type=BusinessType(kind) if kind else None,
            import_evidence=self.import_evidence.data or "",
        )


class DescriptionForm(StepForm):
    """Languages of business, and the company in its own words."""

    languages = SelectMultipleField(
        _l("Languages you can do business in"),
        invalid_choice_message=_l("Choose languages of the list."),
    )
    description = TextAreaField(
        _l("What the company does"),
        filters=[clean],
        validators=[Optional(), AtMost(LONG)],
    )
    description_language = RadioField(
        _l("Language of this text"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        validators=[InputRequired(_l("Choose the language you wrote in."))],
    )

    def __init__(self, formdata: Any, *, company: Company) -> None:
        super().__init__(formdata, company=company)
        # Further ones that were loaded from a list must not be lost by saving.
        codes = dict.fromkeys([*BUSINESS_LANGUAGES, *company.languages])
        self.languages.choices = [SelectChoice(code, language_name(code)) for code in codes]

    @staticmethod
    def values(company: Company) -> dict[str, Any]:
        written = company.description_language if company.description else language()
        return {
            "languages": company.languages,
            "description": company.description,
            "description_language": written,
        }

    def given(self) -> Description:
        text = self.description.data or ""
        return Description(
            languages=self.languages.data or [],
            description=text,
            language=self.description_language.data or language_of(text),
        )
