"""What the trade office did on a company's behalf, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from matchmaker.companies.completeness import STEP_LABELS
from matchmaker.companies.enums import Step
from matchmaker.db.audit import AuditEntry

ACTS: dict[str, Any] = {
    "application.send": _l("Applied to take part in an event"),
    "members.invite": _l("Invited a person"),
    "members.revoke": _l("Took an invitation back"),
    "paper.add": _l("Added a certificate"),
    "paper.change": _l("Corrected a certificate"),
    "paper.restore": _l("Brought a certificate back"),
    "paper.withdraw": _l("Withdrew a certificate"),
    "picture.add": _l("Added a picture"),
    "picture.remove": _l("Removed a picture"),
    "product.add": _l("Added a product"),
    "product.change": _l("Changed a product"),
    "product.withdraw": _l("Withdrew a product"),
    "product.restore": _l("Brought a product back"),
    "need.add": _l("Added a need"),
    "need.change": _l("Changed a need"),
    "need.withdraw": _l("Withdrew a need"),
    "need.restore": _l("Brought a need back"),
    **{f"profile.{step}": STEP_LABELS[step] for step in Step},
}


def say_act(entry: AuditEntry) -> Any:
    """Return the words for one entry; a step of the profile is named by its title."""
    return ACTS.get((entry.after or {}).get("what", ""), _l("Changed the company"))
