"""Keeping two companies apart at all events, and letting them meet again."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import ConflictError, MatchmakerError, NotAllowedNowError
from matchmaker.events.models import Participant
from matchmaker.matches.enums import BlockReason, SuggestionState
from matchmaker.matches.models import BlockedPair, Suggestion
from matchmaker.matches.queries.blocked import same_company, standing_between

log = logging.getLogger(__name__)


class NoSuchPairError(MatchmakerError):
    """The two can never be proposed to each other, or no reason is given."""


class KeptApartAlreadyError(ConflictError):
    """Somebody has kept them apart before."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why two companies are kept apart."""

    reason: BlockReason
    note: str = ""


def _sides(one: Company, other: Company) -> tuple[Company, Company]:
    """Return which of the two offers and which looks for goods."""
    if one.id == other.id:
        raise NoSuchPairError(_l("A company cannot be suggested to itself."))
    for exporter, buyer in ((one, other), (other, one)):
        if exporter.is_exporter and (buyer.is_buyer or buyer.is_sourcing_office):
            return exporter, buyer
    raise NoSuchPairError(_l("Only an exporter and a buyer are ever proposed to each other."))


def keep_apart(
    one: Company, other: Company, grounds: Grounds, *, officer: User, now: datetime
) -> tuple[BlockedPair, int]:
    """Never propose two companies to each other, at any event, until it is lifted.

    Suggestions of the two that wait are put aside at once; decided ones stay as they are.

    Returns
    -------
    tuple of BlockedPair and int
        What keeps them apart, and how many suggestions were put aside.

    Raises
    ------
    NoSuchPairError
        If they are one company or of one side, or the other reason is not written.
    KeptApartAlreadyError
        If they are kept apart already (409).
    """
    exporter, buyer = _sides(one, other)
    if grounds.reason is BlockReason.OTHER and not grounds.note:
        raise NoSuchPairError(_l("Write in a few words what the other reason is."))
    # Two officers at once come one after the other: the first holds the companies' rows.
    numbers = sorted((exporter.id, buyer.id))
    locked = sa.select(Company.id).where(Company.id.in_(numbers)).order_by(Company.id)
    db.session.execute(locked.with_for_update())
    if standing_between(exporter.id, buyer.id):
        raise KeptApartAlreadyError(_l("These two are kept apart already."))
    block = BlockedPair(
        exporter_id=exporter.id,
        buyer_id=buyer.id,
        reason=grounds.reason,
        note=grounds.note,
        blocked_by_id=officer.id,
        blocked_at=now,
    )
    db.session.add(block)
    db.session.flush()
    aside = _put_aside(exporter, buyer, now=now)
    record(
        "blocked_pair.add",
        block.public_id,
        actor_id=officer.id,
        now=now,
        after={
            "exporter": exporter.public_id,
            "buyer": buyer.public_id,
            "reason": grounds.reason.value,
        },
    )
    log.info("pair kept apart", extra={"pair": block.public_id, "put_aside": aside})
    db.session.flush()
    return block, aside


def _put_aside(exporter: Company, buyer: Company, *, now: datetime) -> int:
    """Put aside what waits of the two, at all events, whichever of them is the exhibitor."""
    ours, theirs = (
        sa.select(Participant.id).where(Participant.company_id.in_(same_company(one.id, name)))
        for one, name in ((exporter, "ours"), (buyer, "theirs"))
    )
    offers, looks = Suggestion.exhibitor_id, Suggestion.buyer_id
    waiting = db.session.scalars(
        sa.select(Suggestion)
        .where(
            Suggestion.state == SuggestionState.PENDING,
            sa.or_(
                sa.and_(offers.in_(ours), looks.in_(theirs)),
                sa.and_(offers.in_(theirs), looks.in_(ours)),
            ),
        )
        .order_by(Suggestion.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for suggestion in waiting:
        suggestion.state = SuggestionState.SUPERSEDED
        suggestion.changed_at = now
    return len(waiting)


def lift(block: BlockedPair, *, officer: User, now: datetime) -> None:
    """Let two companies be proposed to each other again; loaded by `block_to_lift`.

    What was put aside stays so until a run finds it again. Where both were kept apart more than
    once, under companies that were merged since, all of it is lifted.

    Raises
    ------
    NotAllowedNowError
        If it is lifted already (409).
    """
    if block.lifted_at is not None:
        raise NotAllowedNowError(_l("That is how it stands already."))
    for one in standing_between(block.exporter_id, block.buyer_id):
        one.lifted_at = now
        one.lifted_by_id = officer.id
        record("blocked_pair.lift", one.public_id, actor_id=officer.id, now=now)
    log.info("pair no longer kept apart", extra={"pair": block.public_id})
    db.session.flush()
