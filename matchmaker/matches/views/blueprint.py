"""The blueprint that the pages of this feature hang on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from matchmaker.events.models import Event
from matchmaker.matches.queries.standing import Standing, standing_of

bp = Blueprint("matches", __name__)


@bp.app_context_processor
def standing() -> dict[str, Any]:
    """Let the overview of an event, a feature below this one, show how its matches stand."""

    def of(event: Event) -> Standing:
        return standing_of(event.id)

    return {"matches_of": of}
