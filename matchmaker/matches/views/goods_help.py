"""What a typed product or need may be, for the form that it is typed in."""

from __future__ import annotations

from dataclasses import asdict

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from matchmaker.db.transaction import mean_to_write, rollback
from matchmaker.matches.goods_helper import offers_for
from matchmaker.matches.views.blueprint import bp
from matchmaker.web.access import requires, signed_in
from matchmaker.web.forms import clean
from matchmaker.web.i18n import language
from matchmaker.web.limits import limiter


@bp.post("/goods-helper")
@requires(signed_in)
@limiter.limit("120 per minute")
def help_with_goods() -> ResponseReturnValue:
    """Answer HS codes and sectors to choose from; a POST, so that no log keeps what is typed."""
    # Nothing is written: whoever writes does not wait while the text is read.
    rollback()
    mean_to_write(yes=False)
    found = offers_for(
        clean(request.form.get("title")) or "",
        clean(request.form.get("description")) or "",
        language=language(),
    )
    return jsonify(asdict(found))
