"""Questions about weights: those learnt, those in use, and the decisions to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.db.base import db
from matchmaker.engines.matching.learning import Label
from matchmaker.engines.matching.reasons import PartReason, from_json
from matchmaker.engines.matching.score import Weights
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Decision, LearnedModel, MatchRun, Suggestion
from matchmaker.matches.queries.evaluations import ABOUT_THE_GOODS, DECIDED

MODELS_SHOWN = 30
AT_ONCE = 500
"""Suggestions read at once: each carries its reasons."""

_IN_USE = (LearnedModel.in_use_since.is_not(None), LearnedModel.ended_at.is_(None))
_SAYS = sa.or_(
    Decision.after == SuggestionState.APPROVED,
    sa.and_(
        Decision.after == SuggestionState.REJECTED,
        Decision.reason.in_(ABOUT_THE_GOODS),
    ),
)
"""Decisions that say whether the goods and terms fit. A free reason may say anything."""


@dataclass(frozen=True, slots=True)
class Material:
    """How many decisions there are to learn from."""

    approved: int
    rejected: int

    @property
    def decisions(self) -> int:
        return self.approved + self.rejected


def weights_of(kept: LearnedModel) -> Weights:
    """Return the weights of a learnt model."""
    return Weights(**kept.weights)


def learned_in_use() -> LearnedModel | None:
    """Return the learnt model whose weights new runs start from, if one is in use."""
    return db.session.scalars(sa.select(LearnedModel).where(*_IN_USE)).one_or_none()


@dataclass(frozen=True, slots=True)
class Learned:
    """The learnt model in use, and a newer and better one that nobody has used yet."""

    current: LearnedModel | None
    waiting: LearnedModel | None


def learned_at_hand() -> Learned:
    """Return what learnt weights are in use and what waits to be taken into use."""
    better = db.session.scalars(
        sa.select(LearnedModel)
        .where(
            LearnedModel.better,
            sa.or_(LearnedModel.in_use_since.is_(None), LearnedModel.ended_at.is_(None)),
        )
        .order_by(LearnedModel.id.desc())
    ).all()
    current = next((one for one in better if one.in_use_since is not None), None)
    newest = better[0] if better else None
    return Learned(current, newest if newest is not current else None)


def office_weights() -> Weights:
    """Return the weights that officers chose last: of the last run that did not use learnt ones.

    The usual ones where there was no such run.
    """
    kept = db.session.scalars(
        sa.select(MatchRun.weights)
        .where(MatchRun.learned.is_(None), MatchRun.finished_at.is_not(None))
        .order_by(MatchRun.id.desc())
        .limit(1)
    ).one_or_none()
    return Weights(**(kept or {}))


def weights_in_use() -> tuple[Weights, LearnedModel | None]:
    """Return the learnt weights in use with their model, else the office's own and None."""
    model = learned_in_use()
    return (office_weights(), None) if model is None else (weights_of(model), model)


def _standing() -> sa.Subquery:
    """Return the last decision of each suggestion; what was undone is not the last any more."""
    return (
        sa.select(sa.func.max(Decision.id).label("id")).group_by(Decision.suggestion_id).subquery()
    )


def labels_to_learn_from() -> list[Label]:
    """Return what officers decided about the goods and terms, in the order they decided.

    Held and undone suggestions, and those rejected for what no part tells, are not among them;
    neither are suggestions kept without the values of their parts.
    """
    last = _standing()
    rows = db.session.execute(
        sa.select(Suggestion.reasons, Suggestion.event_id, Decision.after, Decision.at)
        .join(Decision, Decision.suggestion_id == Suggestion.id)
        .join(last, last.c.id == Decision.id)
        .where(Suggestion.state == Decision.after, _SAYS)
        .order_by(Decision.id)
        .execution_options(yield_per=AT_ONCE)
    )
    found = []
    for reasons, event_id, after, at in rows:
        kept = reasons.get("why", {}).get("supply", ())
        parts: tuple[PartReason, ...] = from_json(tuple[PartReason, ...], kept)
        if parts:
            values = {one.part: one.value for one in parts}
            found.append(Label(values, after is SuggestionState.APPROVED, at, str(event_id)))
    return found


def material() -> Material:
    """Count the decisions there are to learn from."""
    last = _standing()
    rows = db.session.execute(
        sa.select(Decision.after, sa.func.count().label("number"))
        .join(Suggestion, Suggestion.id == Decision.suggestion_id)
        .join(last, last.c.id == Decision.id)
        .where(Suggestion.state == Decision.after, _SAYS)
        .group_by(Decision.after)
    )
    counts = {row.after: row.number for row in rows}
    approved, rejected = (counts.get(state, 0) for state in DECIDED)
    return Material(approved, rejected)


def decisions_since(moment: datetime | None) -> int:
    """Count the decisions about goods and terms taken since a moment; of all time for None."""
    later = () if moment is None else (Decision.at > moment,)
    return db.session.scalar(sa.select(sa.func.count(Decision.id)).where(_SAYS, *later)) or 0


def last_learnt_at() -> datetime | None:
    """Return when weights were last learnt."""
    return db.session.scalar(sa.select(sa.func.max(LearnedModel.created_at)))


def learned_model_or_none(public_id: str | None) -> LearnedModel | None:
    """Return the learnt model of a run, if it used one."""
    return learned_model(public_id) if public_id is not None else None


def learned_models() -> Sequence[tuple[LearnedModel, User | None]]:
    """Return the latest learnt models and who had them learnt, the newest first."""
    rows = db.session.execute(
        sa.select(LearnedModel, User)
        .outerjoin(User, User.id == LearnedModel.created_by_id)
        .order_by(LearnedModel.id.desc())
        .limit(MODELS_SHOWN)
    )
    return [(model, user) for model, user in rows]


def learned_model(public_id: str) -> LearnedModel:
    """Return one learnt model.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(LearnedModel).where(LearnedModel.public_id == public_id)
    ).one()
