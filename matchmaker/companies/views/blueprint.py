"""The blueprint that the pages of companies share, and what all of them are told."""

from __future__ import annotations

from typing import Any

from babel.numbers import format_currency
from flask import Blueprint, g

from matchmaker.companies.forms.business import language_name
from matchmaker.companies.forms.fields import say_phone
from matchmaker.companies.models import Company
from matchmaker.companies.permissions import can_own
from matchmaker.companies.register_numbers import register_label
from matchmaker.web.i18n import language

bp = Blueprint("companies", __name__)


def say_rupees(value: int) -> str:
    """Write a sum in whole Pakistani rupees, as turnovers are."""
    return format_currency(value, "PKR", "¤\u00a0#,##0", locale=language(), currency_digits=False)


bp.add_app_template_filter(language_name, "language_name")
bp.add_app_template_filter(register_label, "register_label")
bp.add_app_template_filter(say_phone, "phone")
bp.add_app_template_filter(say_rupees, "rupees")


@bp.app_context_processor
def ownership() -> dict[str, Any]:
    """Tell the company's menu, on pages of any feature, whether the reader owns the company."""

    def is_owner(company: Company) -> bool:
        return can_own(g.user, company)

    return {"is_owner": is_owner}
