"""Looking up reference rows from a page."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from matchmaker.reference import queries
from matchmaker.web.access import public, requires
from matchmaker.web.i18n import language
from matchmaker.web.limits import limiter

bp = Blueprint("reference", __name__)


@bp.get("/hs/search")
@requires(public)
@limiter.limit("120 per minute")
def search_hs() -> ResponseReturnValue:
    """Answer the HS codes that a word, or the beginning of a code, may mean."""
    found = queries.search_hs(request.args.get("q", ""), language=language())
    return jsonify([asdict(row) for row in found])
