"""What an officer decides about a paper. Each decision is appended; undoing appends too."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext

from matchmaker.accounts.models import User
from matchmaker.compliance.emails import paper_changed
from matchmaker.compliance.enums import PaperState, Refusal
from matchmaker.compliance.models import HeldPaper
from matchmaker.compliance.paper_queries import people_to_tell
from matchmaker.compliance.services.papers import append_step, refuse_stale
from matchmaker.db.audit import record
from matchmaker.errors import MatchmakerError, NotAllowedNowError
from matchmaker.mail.services import post

_l = lazy_gettext
State = PaperState
DECIDED = frozenset({State.VERIFIED, State.REFUSED, State.REVOKED})


class ReasonMissingError(MatchmakerError):
    """A refusal or revocation must say why."""


def verify_paper(paper: HeldPaper, *, seen_version: int, officer: User, now: datetime) -> None:
    """Say that the paper is what the company says; it counts from now on.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed the paper after the page was drawn (409).
    NotAllowedNowError
        If it does not wait for the office.
    """
    refuse_stale(paper, seen_version)
    _refuse_other_than(paper, State.SUBMITTED)
    _decide(paper, State.VERIFIED, officer=officer, now=now)


def refuse_paper(
    paper: HeldPaper,
    refusal: Refusal | None,
    note: str,
    *,
    seen_version: int,
    officer: User,
    now: datetime,
) -> None:
    """Say why a paper cannot be verified.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed the paper after the page was drawn (409).
    NotAllowedNowError
        If it does not wait for the office.
    ReasonMissingError
        If no reason is given, or another one without words.
    """
    refuse_stale(paper, seen_version)
    _refuse_other_than(paper, State.SUBMITTED)
    if refusal is None:
        raise ReasonMissingError(_l("Choose what is wrong, so that the company can mend it."))
    if refusal is Refusal.OTHER and not note:
        raise ReasonMissingError(_l("Write what is wrong, so that the company can mend it."))
    _decide(paper, State.REFUSED, refusal=refusal, reason=note, officer=officer, now=now)


def revoke_paper(
    paper: HeldPaper, note: str, *, seen_version: int, officer: User, now: datetime
) -> None:
    """Take back a paper that was verified: it counts no more.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed the paper after the page was drawn (409).
    NotAllowedNowError
        If it is not verified.
    ReasonMissingError
        If no reason is given.
    """
    refuse_stale(paper, seen_version)
    _refuse_other_than(paper, State.VERIFIED)
    if not note:
        raise ReasonMissingError(_l("Write why the paper is no longer good."))
    _decide(paper, State.REVOKED, reason=note, officer=officer, now=now)


def reopen_paper(paper: HeldPaper, *, seen_version: int, officer: User, now: datetime) -> None:
    """Undo the last decision: the paper stands as it stood before.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed the paper after the page was drawn (409).
    NotAllowedNowError
        If nothing is decided.
    """
    refuse_stale(paper, seen_version)
    _refuse_other_than(paper, *DECIDED)
    back = State.VERIFIED if paper.state is State.REVOKED else State.SUBMITTED
    _decide(paper, back, officer=officer, now=now)


def _refuse_other_than(paper: HeldPaper, *states: PaperState) -> None:
    if paper.state not in states:
        raise NotAllowedNowError(_l("This cannot be decided any more. Load the page again."))


def _decide(
    paper: HeldPaper,
    after: PaperState,
    *,
    refusal: Refusal | None = None,
    reason: str = "",
    officer: User,
    now: datetime,
) -> None:
    before = paper.state
    paper.state, paper.refusal, paper.state_reason = after, refusal, reason
    paper.updated_at = now
    append_step(paper, before, actor=officer, now=now)
    record(
        f"paper.{after}",
        paper.public_id,
        actor_id=officer.id,
        now=now,
        before={"state": before},
        after={"state": after, "refusal": refusal, "reason": reason},
    )
    for person in people_to_tell(paper.company_id):
        post(
            f"paper.{after}",
            lambda: paper_changed(paper),
            recipient=person.email,
            language=person.language,
            now=now,
        )
