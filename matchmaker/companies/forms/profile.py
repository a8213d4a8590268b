"""The form of each step of a profile."""

from __future__ import annotations

from typing import Any

from matchmaker.companies.enums import Step
from matchmaker.companies.forms.business import BusinessForm, DescriptionForm
from matchmaker.companies.forms.identity import ContactForm, IdentityForm
from matchmaker.companies.forms.size import HistoryForm, SizeForm
from matchmaker.companies.forms.steps import StepForm
from matchmaker.companies.models import Company

FORMS: dict[Step, type[StepForm]] = {
    Step.IDENTITY: IdentityForm,
    Step.CONTACT: ContactForm,
    Step.SIZE: SizeForm,
    Step.HISTORY: HistoryForm,
    Step.BUSINESS: BusinessForm,
    Step.DESCRIPTION: DescriptionForm,
}


def step_form(step: Step, company: Company, formdata: Any = None) -> StepForm:
    """Return the form of a step, filled from what was typed, else from the profile."""
    return FORMS[step](formdata, company=company)
