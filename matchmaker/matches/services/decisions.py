"""Decisions of officers on suggestions: taken, taken back, taken in bulk."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError, NotAllowedNowError
from matchmaker.matches.emails import take_back_notice, tell_both_sides
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import Decision, Suggestion
from matchmaker.matches.queries.blocked import blocks_suggestion
from matchmaker.matches.queries.pair import suggestions_to_decide

log = logging.getLogger(__name__)

DECIDED = frozenset(
    {SuggestionState.APPROVED, SuggestionState.REJECTED, SuggestionState.SUPERSEDED}
)
"""States that are changed only with a word why: that is an override."""
_KEPT_APART = _l("These two are kept apart. Lift that before you approve the suggestion.")
TO_DECIDE = frozenset(
    {
        SuggestionState.APPROVED,
        SuggestionState.REJECTED,
        SuggestionState.HELD,
    }
)


class ReasonMissingError(MatchmakerError):
    """A rejection names no reason, or an override does not say why."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an officer decides, and why."""

    state: SuggestionState
    reason: RejectionReason | None = None
    note: str = ""


def _check(suggestion: Suggestion, verdict: Verdict) -> None:
    if verdict.state is suggestion.state:
        raise NotAllowedNowError(_l("That is how it stands already."))
    if verdict.state is SuggestionState.REJECTED and verdict.reason is None:
        raise ReasonMissingError(
            _l("Choose why it is rejected, so that the next suggestions are better.")
        )
    if verdict.reason is RejectionReason.OTHER and not verdict.note:
        raise ReasonMissingError(_l("Write in a few words what the other reason is."))
    if suggestion.state in DECIDED and not verdict.note:
        raise ReasonMissingError(_l("Write why the earlier decision is changed."))


def _add(
    suggestion: Suggestion,
    verdict: Verdict,
    *,
    officer: User,
    now: datetime,
    undoes: Decision | None,
) -> Decision:
    decision = Decision(
        suggestion_id=suggestion.id,
        before=suggestion.state,
        after=verdict.state,
        officer_id=officer.id,
        at=now,
        reason=verdict.reason,
        note=verdict.note,
        undoes_id=undoes.id if undoes is not None else None,
    )
    suggestion.state = verdict.state
    suggestion.changed_at = now
    db.session.add(decision)
    db.session.flush()  # a race that slipped past the check fails here, on the version
    record(
        "suggestion.undo" if undoes is not None else "suggestion.decide",
        suggestion.public_id,
        actor_id=officer.id,
        now=now,
        before={"state": decision.before.value},
        after={
            "state": verdict.state.value,
            "reason": verdict.reason.value if verdict.reason else None,
        },
    )
    log.info(
        "match decided",
        extra={"suggestion": suggestion.public_id, "state": verdict.state.value},
    )
    return decision


def decide(
    suggestion: Suggestion,
    verdict: Verdict,
    *,
    officer: User,
    seen_version: int,
    now: datetime,
) -> Decision:
    """Add an officer's decision on a suggestion loaded by `suggestion_to_decide`.

    Raises
    ------
    ChangedMeanwhileError
        If somebody decided, or a run renewed it, after the officer's page was drawn (409).
    ReasonMissingError
        If a rejection names no reason, or a decided one is changed without a word why.
    NotAllowedNowError
        If it stands so already, or is approved while the two are kept apart (409).
    """
    if suggestion.version != seen_version:
        raise ChangedMeanwhileError(
            _l("This suggestion was changed meanwhile. Look at it as it is now, then decide.")
        )
    _check(suggestion, verdict)
    if verdict.state is SuggestionState.APPROVED and blocks_suggestion(suggestion):
        raise NotAllowedNowError(_KEPT_APART)
    decision = _add(suggestion, verdict, officer=officer, now=now, undoes=None)
    if verdict.state is SuggestionState.APPROVED:
        tell_both_sides(suggestion, now=now)
    return decision


def _reason_behind(decision: Decision) -> RejectionReason | None:
    """Return why the suggestion was rejected before this decision changed it."""
    if decision.before is not SuggestionState.REJECTED:
        return None
    return db.session.scalar(
        sa.select(Decision.reason)
        .where(
            Decision.suggestion_id == decision.suggestion_id,
            Decision.id < decision.id,
            Decision.after == SuggestionState.REJECTED,
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )


def _state_before(decision: Decision) -> SuggestionState:
    """Return the state to go back to: two that are kept apart since neither wait nor meet."""
    if not blocks_suggestion(decision.suggestion):
        return decision.before
    if decision.before is SuggestionState.APPROVED:
        raise ChangedMeanwhileError(_KEPT_APART)
    if decision.before is SuggestionState.PENDING:
        return SuggestionState.SUPERSEDED
    return decision.before


def undo(decision: Decision, *, officer: User, now: datetime) -> Decision:
    """Take back one's own decision by adding another; loaded by `decision_to_undo`.

    Of two that are kept apart since, what waited before is put aside.

    Raises
    ------
    ChangedMeanwhileError
        If it is not the last decision on its suggestion any more, or would be approved again
        while the two are kept apart (409).
    NotAllowedNowError
        If it is somebody else's, or takes back another one itself (409).
    """
    suggestion = decision.suggestion
    last = db.session.scalar(
        sa.select(sa.func.max(Decision.id)).where(Decision.suggestion_id == suggestion.id)
    )
    if last != decision.id or suggestion.state is not decision.after:
        raise ChangedMeanwhileError(
            _l("Somebody has decided on this suggestion after you. Decide again instead.")
        )
    if decision.officer_id != officer.id:
        raise NotAllowedNowError(_l("You can take back your own decisions only."))
    if decision.undoes_id is not None:
        raise NotAllowedNowError(_l("This already took back a decision. Decide again instead."))
    verdict = Verdict(_state_before(decision), _reason_behind(decision))
    if decision.after is SuggestionState.APPROVED:
        take_back_notice(suggestion, approved_at=decision.at)
    return _add(suggestion, verdict, officer=officer, now=now, undoes=decision)


@dataclass(slots=True)
class BulkOutcome:
    """What became of a decision on many suggestions, or of taking it back."""

    done: list[Suggestion] = field(default_factory=list)
    skipped: list[Suggestion] = field(default_factory=list)
    """Changed by somebody meanwhile, and left as they are."""
    last: Decision | None = None
    """The last decision added: all added with it have its officer and its moment."""


def decide_many(
    event_id: int,
    seen_versions: Mapping[str, int],
    verdict: Verdict,
    *,
    officer: User,
    now: datetime,
) -> BulkOutcome:
    """Decide alike on several suggestions of one event, given by their public ids.

    Raises
    ------
    ReasonMissingError
        If a rejection names no reason, or one of them is decided and no note says why.
    """
    outcome = BulkOutcome()
    for suggestion in suggestions_to_decide(event_id, list(seen_versions)):
        try:
            outcome.last = decide(
                suggestion,
                verdict,
                officer=officer,
                seen_version=seen_versions[suggestion.public_id],
                now=now,
            )
        except NotAllowedNowError:
            continue  # it stands so already
        except ChangedMeanwhileError:
            outcome.skipped.append(suggestion)
        else:
            outcome.done.append(suggestion)
    return outcome


def undo_many(decisions: Sequence[Decision], *, officer: User, now: datetime) -> BulkOutcome:
    """Take back what was decided at once; loaded by `decisions_to_undo`.

    Raises
    ------
    ChangedMeanwhileError
        If somebody has decided on every one of them after the officer (409).
    NotAllowedNowError
        If they are somebody else's, or take back others themselves (409).
    """
    outcome = BulkOutcome()
    for decision in decisions:
        try:
            outcome.last = undo(decision, officer=officer, now=now)
        except ChangedMeanwhileError:
            outcome.skipped.append(decision.suggestion)
        else:
            outcome.done.append(decision.suggestion)
    if outcome.last is None:
        raise ChangedMeanwhileError(
            _l("Somebody has decided on all of these after you. Nothing was taken back.")
        )
    return outcome
