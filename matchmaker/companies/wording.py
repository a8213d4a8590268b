"""The sentences people agree to; what was read is stored with each answer."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from matchmaker.companies.enums import Purpose
from matchmaker.web.i18n import in_language

WORDING: dict[Purpose, Any] = {
    Purpose.DIRECTORY: lazy_gettext(
        "The trade office may show our company's name, city, goods, volumes and certificates in "
        "its directory to registered companies of the partner country. Contacts and prices stay "
        "hidden until we have accepted a meeting."
    ),
    Purpose.SUGGESTIONS: lazy_gettext(
        "The trade office may compare our profile with the profiles of other companies by "
        "computer and suggest us to them as a business partner. A trade officer looks at every "
        "suggestion before anybody sees it."
    ),
    Purpose.PARTNER_SHARING: lazy_gettext(
        "The trade office may pass our company profile on to its partner agencies in the partner "
        "country, who help to prepare meetings there."
    ),
}
TITLES: dict[Purpose, Any] = {
    Purpose.DIRECTORY: lazy_gettext("Being shown in the directory"),
    Purpose.SUGGESTIONS: lazy_gettext("Being suggested to business partners"),
    Purpose.PARTNER_SHARING: lazy_gettext("Sharing with the partner country"),
}


def wording(purpose: Purpose, language: str) -> str:
    """Return the sentence about one purpose as a reader of `language` sees it."""
    with in_language(language):
        return str(WORDING[purpose])
