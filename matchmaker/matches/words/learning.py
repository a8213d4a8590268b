"""What the pages of learning say."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.engines.matching.trial import LEAST, LEAST_OF_A_KIND, Finding
from matchmaker.matches.models import LearnedModel
from matchmaker.web.formats import say_datetime, say_number, say_percent

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
    Finding.NO_BETTER: "none",
    Finding.TOO_FEW: "none",
    Finding.ALL_ALIKE: "none",
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


def gain_said(figures: dict[str, Any]) -> str:
    """Say by how much the learnt weights were better or worse, and on how many decisions."""
    gain = figures["gain"]
    if gain is None:
        return str(_("There were too few later decisions to compare with the weights in use."))
    said = {
        "before": say_percent(figures["present"]["ranking"]),
        "after": say_percent(figures["new"]["ranking"]),
    }
    return str(
        _(
            "On later decisions they ranked %(after)s of the pairs right, the weights in use then "
            "%(before)s.",
            **said,
        )
    )
