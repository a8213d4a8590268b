"""What the pages of learning say."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.engines.matching.trial import LEAST, LEAST_OF_A_KIND, Finding
from matchmaker.matches.models import LearnedModel
from matchmaker.web.formats import isolate, say_datetime, say_number, say_percent

STAGES: dict[str, Any] = {
    "": _l("Waiting to begin"),
    "decisions": _l("Reading the decisions"),
    "learn": _l("Learning from the earlier decisions and trying it on the later ones"),
}

FINDINGS: dict[Finding, Any] = {
    Finding.BETTER: _l("Better"),
    Finding.NO_BETTER: _l("No better"),
    Finding.TOO_FEW: _l("Too few decisions"),
    Finding.ALL_ALIKE: _l("All decisions the same"),
    Finding.TOO_FEW_LATER: _l("Too few later decisions"),
}
KINDS: dict[Finding, str] = {
    Finding.BETTER: "good",
    Finding.NO_BETTER: "info",
    Finding.TOO_FEW: "none",
    Finding.ALL_ALIKE: "info",
    Finding.TOO_FEW_LATER: "none",
}


def told(result: dict[str, Any]) -> str:
    """Say what came of the last time, from the result of its job."""
    finding = Finding(result["finding"])
    if finding is Finding.BETTER:
        return str(
            _(
                "The learnt weights were better on later decisions. They can be taken into "
                "use below."
            )
        )
    if finding is Finding.NO_BETTER:
        return str(
            _("The learnt weights were no better on later decisions. What is in use stays.")
        )
    if finding is Finding.ALL_ALIKE:
        return str(
            _("The decisions to learn from are all the same: nothing can be told from them.")
        )
    if finding is Finding.TOO_FEW:
        return str(
            _(
                "Too few decisions: %(number)s of %(needed)s.",
                number=say_number(result["decisions"]),
                needed=say_number(LEAST),
            )
        )
    rejected = result["tested"] - result["tested_approved"]
    return str(
        _(
            "Too few later decisions to try it on: %(approved)s approved and %(rejected)s "
            "rejected; %(needed)s of each are needed.",
            approved=say_number(result["tested_approved"]),
            rejected=say_number(rejected),
            needed=say_number(LEAST_OF_A_KIND),
        )
    )


def learnt_from(model: LearnedModel) -> str:
    """Say what weights were learnt from: from 214 decisions until a day."""
    return str(
        _(
            "Learnt from %(number)s decisions until %(moment)s",
            number=say_number(model.trained),
            moment=say_datetime(model.trained_until),
        )
    )


def gain_said(model: LearnedModel) -> str:
    """Say by how much learnt weights were better or worse, and on how many decisions."""
    figures = model.figures
    if figures["gain"] is None:
        return str(_("There were too few later decisions to compare with the weights in use."))
    return str(
        _(
            "On %(number)s later decisions they ranked %(after)s of the pairs right, the weights "
            "in use then %(before)s: %(points)s points, in 90 of 100 draws %(span)s.",
            number=say_number(model.tested),
            after=say_percent(figures["new"]["ranking"]),
            before=say_percent(figures["present"]["ranking"]),
            points=_signed(figures["gain"]["value"]),
            span=span_said(figures),
        )
    )


def span_said(figures: dict[str, Any]) -> str:
    """Say the interval of the gain in points of a hundred: +3.7 to +9.5."""
    gain = figures["gain"]
    return str(_("%(low)s to %(high)s", low=_signed(gain["low"]), high=_signed(gain["high"])))


def _signed(share: float) -> str:
    """Write a share as points of a hundred with its sign, which stands before it in any script."""
    points = round(100 * share, 1)
    sign = "+" if points > 0 else "\N{MINUS SIGN}" if points < 0 else ""
    return isolate(f"{sign}{say_number(abs(points))}")


def share_said(share: float) -> str:
    """Say an expected share; it is never certain."""
    if share < 0.01:
        return str(_("below %(share)s", share=say_percent(0.01)))
    if share > 0.99:
        return str(_("above %(share)s", share=say_percent(0.99)))
    return say_percent(share)
