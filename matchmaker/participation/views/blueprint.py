"""The blueprint that the pages of this feature hang on."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint

from matchmaker.companies.models import Company
from matchmaker.events.models import Event
from matchmaker.participation.entry_queries import applications_to
from matchmaker.participation.enums import ApplicationKind
from matchmaker.participation.models import Application

bp = Blueprint("participation", __name__)


@bp.app_context_processor
def own_applications() -> dict[str, Any]:
    """Let the public page of an event, a feature below this one, show what was sent to it."""

    def of(
        event: Event, companies: Collection[Company]
    ) -> Mapping[tuple[int, ApplicationKind], Application]:
        return applications_to(event, companies)

    return {"applications_to": of}
