"""An event's participants as the matching engine takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

import sqlalchemy as sa

from matchmaker.companies.enums import Period, Purpose, SupplierKind
from matchmaker.companies.models import (
    BuyerProfile,
    Company,
    ExporterProfile,
    ExportRecord,
    Need,
    NeedHSCode,
    Product,
)
from matchmaker.companies.queries import agreed_to
from matchmaker.db.base import db
from matchmaker.engines.matching.data import Buyer, Exporter, Fair
from matchmaker.engines.matching.data import Need as EngineNeed
from matchmaker.engines.matching.data import Product as EngineProduct
from matchmaker.events.enums import BUYER_ROLES, ParticipantRole
from matchmaker.events.models import Participant
from matchmaker.matches.enums import RejectionReason, SuggestionState
from matchmaker.matches.models import Decision, Suggestion
from matchmaker.matches.queries.blocked import standing_pairs
from matchmaker.matches.readiness import Entry, entries

LASTING_REASONS = frozenset(
    {
        RejectionReason.WRONG_GOODS,
        RejectionReason.ALREADY_IN_TOUCH,
        RejectionReason.COMPETITOR,
    }
)
"""Reasons of a rejection at another event that still hold at this one."""
MONTHS = {Period.MONTH: 1, Period.YEAR: 12}

Text = Literal["en", "ja", "ur"]


@dataclass(frozen=True, slots=True)
class EventFair:
    """The engine's input, and whose rows its ids stand for; ids are public ids."""

    fair: Fair
    exhibitors: dict[str, int]
    """Number of the participant by the company's id."""
    buyers: dict[str, int]
    products: dict[str, int]
    needs: dict[str, int]
    sectors: dict[str, str | None]
    """Top-level sector by the id of the product or need."""


def per_month(amount: Decimal | None, period: Period | None) -> float | None:
    """Return an amount a month; None where it or its period is not said."""
    if amount is None or period is None:
        return None
    return float(amount) / MONTHS[period]


def top_sector(code: str | None) -> str | None:
    """Return the top-level sector of a sector's code."""
    return code.split("-", 1)[0] if code else None


def taking_part(event_id: int, roles: Collection[ParticipantRole]) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of (company's number, participant's number) of those to be matched.

    They have not left, agreed to suggestions, and are neither merged nor erased. A company that
    both visits and is hosted counts once.
    """
    return (
        sa.select(Participant.company_id, sa.func.min(Participant.id).label("participant_id"))
        .join(Company, Company.id == Participant.company_id)
        .where(
            Participant.event_id == event_id,
            Participant.role.in_(roles),
            Participant.left_at.is_(None),
            Company.merged_into_id.is_(None),
            Company.erased_at.is_(None),
            Company.id.in_(agreed_to(Purpose.SUGGESTIONS)),
        )
        .group_by(Participant.company_id)
    )


def read_fair(event_id: int, *, today: date, company_id: int | None = None) -> EventFair:
    """Read everything a run over an event needs, in a fixed number of statements.

    Whether the market lets goods in is worked out as of today. With a company, only it and the
    other side are read; everybody where it takes part on both sides.
    """
    exhibitors, buyers = _sides(event_id, company_id)
    exporter_rows = _exporters(exhibitors)
    buyer_rows = _buyers(buyers)
    products = _products(exhibitors)
    needs = _needs(buyers)
    received = entries(event_id, products, today=today)
    names = {row.id: row.public_id for row in [*exporter_rows, *buyer_rows]}
    return EventFair(
        fair=Fair(
            exporters=_engine_exporters(exporter_rows, exhibitors),
            buyers=_engine_buyers(buyer_rows, buyers),
            products=tuple(
                _engine_product(row, names[row.company_id], received[row.id]) for row in products
            ),
            needs=_engine_needs(needs, names, buyers),
            blocked=_blocked(exporter_rows, buyer_rows),
            refused=_refused(event_id),
        ),
        exhibitors={row.public_id: row.participant_id for row in exporter_rows},
        buyers={row.public_id: row.participant_id for row in buyer_rows},
        products={row.public_id: row.id for row in products},
        needs={row.public_id: row.id for row in needs},
        sectors={row.public_id: top_sector(row.sector_code) for row in [*products, *needs]},
    )


def _sides(event_id: int, company_id: int | None) -> tuple[sa.Subquery, sa.Subquery]:
    """Return the statements of exhibitors and buyers, narrowed to the partners of a company."""
    sides = [taking_part(event_id, roles) for roles in ({ParticipantRole.EXHIBITOR}, BUYER_ROLES)]
    if company_id is not None:
        only = [side.where(Participant.company_id == company_id) for side in sides]
        exhibits, buys = (db.session.execute(side).first() is not None for side in only)
        if not buys:
            sides[0] = only[0]
        if not exhibits:
            sides[1] = only[1]
    exhibitors, buyers = (side.subquery() for side in sides)
    return exhibitors, buyers


def _exporters(taking: sa.Subquery) -> Sequence[Any]:
    return db.session.execute(
        sa.select(
            Company.id,
            Company.public_id,
            Company.name,
            Company.country,
            Company.languages,
            ExporterProfile.supplier_kind,
            ExporterProfile.first_time,
            taking.c.participant_id,
        )
        .join(taking, taking.c.company_id == Company.id)
        .outerjoin(ExporterProfile, ExporterProfile.company_id == Company.id)
    ).all()


def _buyers(taking: sa.Subquery) -> Sequence[Any]:
    return db.session.execute(
        sa.select(
            Company.id,
            Company.public_id,
            Company.name,
            Company.country,
            Company.languages,
            BuyerProfile.business_type,
            taking.c.participant_id,
        )
        .join(taking, taking.c.company_id == Company.id)
        .outerjoin(BuyerProfile, BuyerProfile.company_id == Company.id)
    ).all()


def _columns(kind: type[Product | Need]) -> list[sa.ColumnElement[Any]]:
    """Return the columns without moments and versions, whose reading takes longest."""
    unread = {"created_at", "updated_at", "withdrawn_at", "version"}
    return [column for column in kind.__table__.c if column.name not in unread]


def _products(taking: sa.Subquery) -> Sequence[Any]:
    return db.session.execute(
        sa.select(*_columns(Product)).where(
            Product.company_id.in_(sa.select(taking.c.company_id)), Product.withdrawn_at.is_(None)
        )
    ).all()


def _needs(taking: sa.Subquery) -> Sequence[Any]:
    return db.session.execute(
        sa.select(*_columns(Need)).where(
            Need.company_id.in_(sa.select(taking.c.company_id)), Need.withdrawn_at.is_(None)
        )
    ).all()


def _engine_exporters(rows: Sequence[Any], taking: sa.Subquery) -> tuple[Exporter, ...]:
    markets: dict[int, set[str]] = defaultdict(set)
    for company_id, market in db.session.execute(
        sa.select(ExportRecord.company_id, ExportRecord.market)
        .where(ExportRecord.company_id.in_(sa.select(taking.c.company_id)))
        .distinct()
    ):
        markets[company_id].add(market)
    return tuple(
        Exporter(
            id=row.public_id,
            name=row.name,
            country=row.country,
            languages=frozenset(row.languages),
            markets=frozenset(markets[row.id]),
            first_time=bool(row.first_time),
            supplier_kind=_kind(row.supplier_kind),
        )
        for row in rows
    )


def _engine_buyers(rows: Sequence[Any], taking: sa.Subquery) -> tuple[Buyer, ...]:
    sold: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for company_id, code, sector in db.session.execute(
        sa.select(Product.company_id, Product.hs_code, Product.sector_code).where(
            Product.company_id.in_(sa.select(taking.c.company_id)),
            Product.withdrawn_at.is_(None),
            Product.hs_code.is_not(None),
        )
    ):
        sold[company_id].add((code or "", sector or ""))
    return tuple(
        Buyer(
            id=row.public_id,
            name=row.name,
            country=row.country,
            languages=frozenset(row.languages),
            business_type=row.business_type.value if row.business_type else None,
            sells=tuple(sorted(sold[row.id])),
        )
        for row in rows
    )


def _engine_product(row: Any, exporter: str, received: Entry) -> EngineProduct:
    return EngineProduct(
        id=row.public_id,
        exporter=exporter,
        title=row.name,
        text=row.description,
        language=cast("Text", row.language),
        hs_codes=(row.hs_code,) if row.hs_code else (),
        sector=row.sector_code,
        capacity_per_month=per_month(row.capacity, row.period),
        unit=row.unit.value if row.unit else None,
        min_order=_number(row.min_order),
        price_min=_number(row.price_min),
        price_max=_number(row.price_max),
        currency=row.currency.value if row.currency else None,
        lead_time_days=row.lead_time_days,
        certificates=frozenset(row.certificates),
        readiness=received.readiness,
        barred=received.barred,
        shut=received.shut,
    )


def _engine_needs(
    rows: Sequence[Any], names: dict[int, str], taking: sa.Subquery
) -> tuple[EngineNeed, ...]:
    codes: dict[int, list[str]] = defaultdict(list)
    of_those = sa.select(Need.id).where(Need.company_id.in_(sa.select(taking.c.company_id)))
    for need_id, code in db.session.execute(
        sa.select(NeedHSCode.need_id, NeedHSCode.hs_code)
        .where(NeedHSCode.need_id.in_(of_those))
        .order_by(NeedHSCode.need_id, NeedHSCode.hs_code)
    ):
        codes[need_id].append(code)
    return tuple(
        EngineNeed(
            id=row.public_id,
            buyer=names[row.company_id],
            title=row.title,
            text=row.description,
            language=cast("Text", row.language),
            hs_codes=tuple(codes[row.id]),
            sector=row.sector_code,
            volume_per_month=per_month(row.volume, row.period),
            unit=row.unit.value if row.unit else None,
            price_min=_number(row.price_min),
            price_max=_number(row.price_max),
            currency=row.currency.value if row.currency else None,
            lead_time_days=row.lead_time_days,
            certificates=frozenset(row.certificates),
            supplier_kind=_kind(row.supplier_kind),
            needed_by=row.needed_by.isoformat() if row.needed_by else None,
        )
        for row in rows
    )


def _blocked(exporters: Sequence[Any], buyers: Sequence[Any]) -> frozenset[tuple[str, str]]:
    """Return the pairs of this event that are kept apart; who both offers and buys, both ways."""
    offering, looking = ({row.public_id for row in rows} for rows in (exporters, buyers))
    return frozenset(
        (one, other) for one, other in standing_pairs() if one in offering and other in looking
    )


def _refused(event_id: int) -> frozenset[tuple[str, str]]:
    """Return the pairs that stand rejected here, or elsewhere for a reason that lasts."""
    exporter, buyer = sa.orm.aliased(Participant), sa.orm.aliased(Participant)
    exporting, buying = sa.orm.aliased(Company), sa.orm.aliased(Company)
    any_of_it = sa.orm.aliased(Decision)
    last = (
        sa.select(sa.func.max(any_of_it.id))
        .where(any_of_it.suggestion_id == Suggestion.id)
        .correlate(Suggestion)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(exporting.public_id, buying.public_id)
        .select_from(Suggestion)
        .join(exporter, exporter.id == Suggestion.exhibitor_id)
        .join(exporting, exporting.id == exporter.company_id)
        .join(buyer, buyer.id == Suggestion.buyer_id)
        .join(buying, buying.id == buyer.company_id)
        .outerjoin(Decision, Decision.id == last)
        .where(
            Suggestion.state == SuggestionState.REJECTED,
            sa.or_(Suggestion.event_id == event_id, Decision.reason.in_(LASTING_REASONS)),
        )
    )
    return frozenset((one, other) for one, other in rows)


def _kind(kind: SupplierKind | None) -> str | None:
    return None if kind is None or kind is SupplierKind.ANY else kind.value


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
