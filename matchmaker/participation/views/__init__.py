"""Pages of applications: the company's and the officer's."""

from __future__ import annotations

from matchmaker.participation.views import applying, entering, officers, readiness
from matchmaker.participation.views.blueprint import bp

__all__ = ["applying", "bp", "entering", "officers", "readiness"]
