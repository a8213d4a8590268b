"""Who may do what with papers, agreements and cases of the border log.

A paper or a case comes with its `company` and that one's members.
"""

from __future__ import annotations

from matchmaker.accounts.models import User
from matchmaker.companies.permissions import (
    DIRECTORY_STAFF,
    can_edit,
    can_edit_its,
    can_see_inside,
    can_see_its,
    is_officer,
    role_in,
)
from matchmaker.compliance.enums import AgreementStage, CorrectiveState, PaperState
from matchmaker.compliance.models import Agreement, BorderCase, HeldPaper

CLOSED = frozenset({CorrectiveState.DONE, CorrectiveState.NOT_NEEDED})
"""Nothing more is expected of the company."""


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


def can_see_agreement(user: User | None, agreement: Agreement) -> bool:
    """Whoever is signed in reads agreements; scenarios are the office's own."""
    if user is None:
        return False
    return agreement.stage is not AgreementStage.SCENARIO or is_officer(user)


def can_read_border_log(user: User | None, _object: object = None) -> bool:
    """Officers, observers and administrators read the border log."""
    return user is not None and user.role in DIRECTORY_STAFF


def can_see_case(user: User | None, case: BorderCase) -> bool:
    """Staff see every case, members those of their company."""
    if can_read_border_log(user):
        return True
    return case.company is not None and can_see_inside(user, case.company)


def can_correct_case(user: User | None, case: BorderCase) -> bool:
    """Whoever may change the company writes what it does about a case that is not closed."""
    open_still = case.corrective_state not in CLOSED
    return open_still and case.company is not None and can_edit(user, case.company)
