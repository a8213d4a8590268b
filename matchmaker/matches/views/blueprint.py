"""The blueprint that the pages of this feature hang on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("matches", __name__)
