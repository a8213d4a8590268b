"""Who may do what with papers and with answers about readiness.

A paper comes with its `company` and that one's members.
"""

from __future__ import annotations

from matchmaker.accounts.models import User
from matchmaker.companies.permissions import can_edit_its, can_see_its, is_officer, role_in
from matchmaker.compliance.enums import PaperState
from matchmaker.compliance.models import HeldPaper


def can_see_paper(user: User | None, paper: HeldPaper) -> bool:
    """Whoever sees the company from inside sees its papers."""
    return can_see_its(user, paper)


def can_edit_paper(user: User | None, paper: HeldPaper) -> bool:
    """Whoever may change the company enters and corrects its papers."""
    return can_edit_its(user, paper)


def can_decide_paper(user: User | None, paper: HeldPaper) -> bool:
    """Officers verify papers, but not those of a company they belong to, nor withdrawn ones."""
    if user is None or not is_officer(user) or not can_see_its(user, paper):
        return False
    return role_in(user, paper.company) is None and paper.state is not PaperState.WITHDRAWN
