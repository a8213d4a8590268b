"""All pages of companies, on their blueprint."""

from __future__ import annotations

from matchmaker.companies.views import consents, members, page, profile, sign_up
from matchmaker.companies.views.blueprint import bp

__all__ = ["bp", "consents", "members", "page", "profile", "sign_up"]
