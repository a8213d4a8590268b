"""Questions about one suggestion: its two sides, its decisions, the names it needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from matchmaker.companies.models import Company, Need, NeedHSCode, Product
from matchmaker.compliance.models import ProductReadiness
from matchmaker.db.base import db
from matchmaker.events.models import Event, Participant
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Decision, Suggestion
from matchmaker.matches.queries.glossary import glossary_names
from matchmaker.reference.models import CertificateScheme, HSCode, Sector


@dataclass(frozen=True, slots=True)
class Pair:
    """A suggestion with both companies, their profiles, product, need and run."""

    suggestion: Suggestion
    exporter_approved: int
    """Approved suggestions that the exporter has at this event."""
    buyer_approved: int
    readiness: ProductReadiness | None
    """Of the product, delivered at the event; None: not worked out."""


@dataclass(frozen=True, slots=True)
class AlsoFits:
    """Another product and need of the same two companies."""

    product: str
    product_language: str
    need: str
    need_language: str
    score: float


@dataclass(frozen=True, slots=True)
class Names:
    """Names by language of what a page of pairs mentions."""

    hs: dict[str, dict[str, str]]
    certificates: dict[str, dict[str, str]]
    sectors: dict[str, dict[str, str]]
    """Top-level sectors, in the pack's order."""
    wanted: dict[int, tuple[str, ...]]
    """HS codes by the need's number."""
    concepts: dict[str, dict[str, str]] = field(default_factory=dict)
    """Goods that both texts speak of: by HS code, sector or entry of the glossary."""


def _approved_of(column: Any) -> sa.ScalarSelect[int]:
    other = aliased(Suggestion)
    same = getattr(other, column.key)
    return (
        sa.select(sa.func.count())
        .select_from(other)
        .where(same == column, other.state == SuggestionState.APPROVED)
        .correlate(Suggestion)
        .scalar_subquery()
    )


@cache
def _pair_statement() -> sa.Select[*tuple[Any, ...]]:
    """Build the statement once: its many columns take longer to name than to read."""
    exporter = joinedload(Suggestion.exhibitor).joinedload(Participant.company)
    buyer = joinedload(Suggestion.buyer).joinedload(Participant.company)
    return (
        sa.select(
            Suggestion,
            _approved_of(Suggestion.exhibitor_id),
            _approved_of(Suggestion.buyer_id),
            ProductReadiness,
        )
        .join(Event, Event.id == Suggestion.event_id)
        .outerjoin(
            ProductReadiness,
            sa.and_(
                ProductReadiness.product_id == Suggestion.product_id,
                ProductReadiness.occasion == Event.public_id,
            ),
        )
        .options(
            exporter.joinedload(Company.exporter_profile),
            buyer.joinedload(Company.buyer_profile),
            joinedload(Suggestion.product),
            joinedload(Suggestion.need),
            joinedload(Suggestion.run),
        )
        .where(
            Suggestion.public_id == sa.bindparam("public_id"),
            Suggestion.event_id == sa.bindparam("event_id"),
        )
    )


def pair_to_show(event_id: int, public_id: str) -> Pair:
    """Return one suggestion of an event with all that its page shows, in one statement.

    Raises
    ------
    NoResultFound
        If the event has no such suggestion.
    """
    given = {"event_id": event_id, "public_id": public_id}
    row = db.session.execute(_pair_statement(), given).one()
    return Pair(*row)


def also_fitting(suggestion: Suggestion) -> list[AlsoFits]:
    """Return what else of the two companies the run found to agree, without what was withdrawn.

    One statement, none where the run kept nothing.
    """
    kept = {
        (one["product"], one["need"]): one["score"] for one in suggestion.reasons.get("also", ())
    }
    if not kept:
        return []
    rows = db.session.execute(
        sa.select(
            Product.public_id,
            Product.name,
            Product.language,
            Need.public_id,
            Need.title,
            Need.language,
        )
        .join(Need, sa.true())
        .where(
            sa.tuple_(Product.public_id, Need.public_id).in_(kept),
            Product.withdrawn_at.is_(None),
            Need.withdrawn_at.is_(None),
        )
    )
    found = [
        AlsoFits(name, language, title, need_language, kept[product, need])
        for product, name, language, need, title, need_language in rows
    ]
    return sorted(found, key=lambda one: -one.score)


def suggestion_to_decide(public_id: str) -> Suggestion:
    """Return one suggestion with its event and both companies, locked until the commit.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Suggestion)
        .options(
            joinedload(Suggestion.event),
            joinedload(Suggestion.exhibitor).joinedload(Participant.company),
            joinedload(Suggestion.buyer).joinedload(Participant.company),
        )
        .where(Suggestion.public_id == public_id)
        .with_for_update(of=Suggestion)
        .execution_options(populate_existing=True)
    ).one()


def suggestions_to_decide(event_id: int, public_ids: Sequence[str]) -> Sequence[Suggestion]:
    """Return suggestions of one event likewise, in the order of their numbers."""
    return db.session.scalars(
        sa.select(Suggestion)
        .options(
            joinedload(Suggestion.event),
            joinedload(Suggestion.exhibitor).joinedload(Participant.company),
            joinedload(Suggestion.buyer).joinedload(Participant.company),
        )
        .where(Suggestion.public_id.in_(public_ids), Suggestion.event_id == event_id)
        .order_by(Suggestion.id)
        .with_for_update(of=Suggestion)
        .execution_options(populate_existing=True)
    ).all()


def decision_to_undo(public_id: str) -> Decision:
    """Return one decision with its suggestion, that one locked until the commit.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    with_suggestion = contains_eager(Decision.suggestion)
    return db.session.scalars(
        sa.select(Decision)
        .join(Decision.suggestion)
        .options(
            with_suggestion.joinedload(Suggestion.event),
            with_suggestion.joinedload(Suggestion.exhibitor).joinedload(Participant.company),
            with_suggestion.joinedload(Suggestion.buyer).joinedload(Participant.company),
        )
        .where(Decision.public_id == public_id)
        .with_for_update(of=Suggestion)
        .execution_options(populate_existing=True)
    ).one()


def decisions_to_undo(public_id: str) -> Sequence[Decision]:
    """Return a decision and those its officer took in the same moment at the same event.

    Each comes with its suggestion, locked until the commit, in the order of their numbers.

    Raises
    ------
    NoResultFound
        If there is no such decision.
    """
    named, of_named = aliased(Decision), aliased(Suggestion)
    event_id, officer_id, at = db.session.execute(
        sa.select(of_named.event_id, named.officer_id, named.at)
        .join(of_named, of_named.id == named.suggestion_id)
        .where(named.public_id == public_id)
    ).one()
    with_suggestion = contains_eager(Decision.suggestion)
    return db.session.scalars(
        sa.select(Decision)
        .join(Decision.suggestion)
        .options(
            with_suggestion.joinedload(Suggestion.event),
            with_suggestion.joinedload(Suggestion.exhibitor).joinedload(Participant.company),
            with_suggestion.joinedload(Suggestion.buyer).joinedload(Participant.company),
        )
        .where(
            Suggestion.event_id == event_id,
            Decision.officer_id == officer_id,
            Decision.at == at,
        )
        .order_by(Suggestion.id)
        .with_for_update(of=Suggestion)
        .execution_options(populate_existing=True)
    ).all()


def decisions_of(suggestion_id: int) -> Sequence[Decision]:
    """Return the decisions about a suggestion with their officers, the newest first."""
    return db.session.scalars(
        sa.select(Decision)
        .options(joinedload(Decision.officer))
        .where(Decision.suggestion_id == suggestion_id)
        .order_by(Decision.id.desc())
        .limit(50)
    ).all()


def _prefixes(codes: set[str]) -> set[str]:
    return {code[:length] for code in codes for length in (2, 4, 6)}


def names_for(
    products: Sequence[Product], needs: Sequence[Need], concepts: Collection[str] = ()
) -> Names:
    """Return every name that pairs of these products and needs mention, in one statement.

    Entries of the glossary among the concepts take another one.
    """
    need_ids = [need.id for need in needs]
    offered = _prefixes({product.hs_code for product in products if product.hs_code})
    lists = [*(one.certificates for one in products), *(one.certificates for one in needs)]
    held = {code for codes in lists for code in codes}
    spelled = [
        sa.select(sa.func.substr(NeedHSCode.hs_code, 1, length)).where(
            NeedHSCode.need_id.in_(need_ids)
        )
        for length in (2, 4, 6)
    ]
    none = sa.literal(0)
    hs = sa.select(sa.literal("hs").label("kind"), HSCode.code, HSCode.names, none.label("owner"))
    parts = [
        hs.where(
            sa.or_(
                HSCode.code.in_({*offered, *concepts}), *(HSCode.code.in_(one) for one in spelled)
            )
        ),
        sa.select(
            sa.literal("certificate"), CertificateScheme.code, CertificateScheme.names, none
        ).where(CertificateScheme.code.in_(held)),
        sa.select(sa.literal("sector"), Sector.code, Sector.names, Sector.position).where(
            Sector.parent_code.is_(None)
        ),
        sa.select(sa.literal("concept"), Sector.code, Sector.names, none).where(
            Sector.code.in_(concepts)
        ),
        sa.select(sa.literal("wanted"), NeedHSCode.hs_code, sa.null(), NeedHSCode.need_id).where(
            NeedHSCode.need_id.in_(need_ids)
        ),
    ]
    rows = db.session.execute(sa.union_all(*parts)).all()
    of_kind = {
        kind: {row.code: row.names for row in sorted(rows, key=_by_position) if row.kind == kind}
        for kind in ("hs", "certificate", "sector", "concept")
    }
    codes = {
        need_id: tuple(
            sorted(row.code for row in rows if row.kind == "wanted" and row.owner == need_id)
        )
        for need_id in need_ids
    }
    hs_names = {code: names for code, names in of_kind["hs"].items() if names}
    known = of_kind["concept"] | hs_names | glossary_names(list(concepts))
    return Names(
        hs=hs_names,
        certificates=of_kind["certificate"],
        sectors=of_kind["sector"],
        wanted=codes,
        concepts={code: known[code] for code in concepts if code in known},
    )


def _by_position(row: Any) -> tuple[int, str]:
    return row.owner, row.code
