"""Questions about applications."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from matchmaker.accounts.models import User
from matchmaker.companies.enums import MemberRole, Purpose
from matchmaker.companies.models import Company, Consent, Member, Need, Product
from matchmaker.companies.queries import agreed_to
from matchmaker.db.base import db
from matchmaker.events.models import Event
from matchmaker.events.queries import event_with_sectors
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.models import Application, ApplicationStep
from matchmaker.reference.models import Sector


def kinds_of(company: Company) -> tuple[ApplicationKind, ...]:
    """Return as what a company may apply."""
    exhibits = (ApplicationKind.EXHIBITOR,) if company.is_exporter else ()
    buys = company.is_buyer or company.is_sourcing_office
    return exhibits + ((ApplicationKind.BUYER,) if buys else ())


@dataclass(frozen=True, slots=True)
class Asking:
    """A company that asks to take part in an event."""

    event: Event
    company: Company
    applications: Mapping[ApplicationKind, Application]
    """What it sent, or kept as a draft, for this event."""

    @property
    def kinds(self) -> tuple[ApplicationKind, ...]:
        """As what it may apply."""
        return kinds_of(self.company)


def asking(public_id: str, company_id: str) -> Asking:
    """Return an event and a company (with members), and what the one sent the other.

    Raises
    ------
    NoResultFound
        If there is no such event or company.
    """
    event = event_with_sectors(public_id)
    company = db.session.scalars(
        sa.select(Company)
        .options(selectinload(Company.members))
        .where(Company.public_id == company_id)
    ).one()
    sent = db.session.scalars(
        sa.select(Application).where(
            Application.event_id == event.id, Application.company_id == company.id
        )
    )
    return Asking(event, company, {application.kind: application for application in sent})


def application_of(
    event: Event, company: Company, kind: ApplicationKind, *, lock: bool = False
) -> Application | None:
    """Return a company's application of one kind, if there is one."""
    found = sa.select(Application).where(
        Application.event_id == event.id,
        Application.company_id == company.id,
        Application.kind == kind,
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(found).one_or_none()


def whole_application(public_id: str) -> Application:
    """Return one application with its event, and its company with members and profiles.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Application)
        .options(
            joinedload(Application.event),
            joinedload(Application.company).options(
                selectinload(Company.members),
                joinedload(Company.exporter_profile),
                joinedload(Company.buyer_profile),
            ),
        )
        .where(Application.public_id == public_id)
    ).one()


def steps_of(application: Application) -> Sequence[ApplicationStep]:
    """Return what became of an application, with the actors, the latest step first."""
    return db.session.scalars(
        sa.select(ApplicationStep)
        .options(joinedload(ApplicationStep.actor))
        .where(ApplicationStep.application_id == application.id)
        .order_by(ApplicationStep.id.desc())
    ).all()


def applications_of(companies: Collection[Company]) -> Sequence[Application]:
    """Return the companies' applications with event and company, the next event first."""
    return db.session.scalars(
        sa.select(Application)
        .join(Application.event)
        .options(joinedload(Application.event), joinedload(Application.company))
        .where(Application.company_id.in_([company.id for company in companies]))
        .order_by(Event.starts_on, Application.id)
    ).all()


def people_to_tell(companies: Collection[int]) -> Mapping[int, Sequence[User]]:
    """Return the owners and editors of companies, by the company's number."""
    rows = db.session.execute(
        sa.select(Member.company_id, User)
        .join(Member.user)
        .where(
            Member.company_id.in_(companies),
            Member.role.in_([MemberRole.OWNER, MemberRole.EDITOR]),
            User.confirmed_at.is_not(None),
            User.disabled_at.is_(None),
        )
        .order_by(Member.id)
    )
    people: dict[int, list[User]] = defaultdict(list)
    for company_id, person in rows:
        people[company_id].append(person)
    return people


def _goods_of_sector(goods: type[Product | Need], sector: str) -> sa.Exists:
    top = sa.func.coalesce(Sector.parent_code, Sector.code)
    return (
        sa.select(goods.id)
        .join(Sector, Sector.code == goods.sector_code)
        .where(
            goods.company_id == Application.company_id, goods.withdrawn_at.is_(None), top == sector
        )
        .exists()
    )


SORTS: Mapping[str, sa.ColumnElement[object]] = {
    "company": sa.func.lower(sa.func.coalesce(Company.name_latin, Company.name)),
    "kind": sa.type_coerce(Application.kind, sa.String),
    "state": sa.type_coerce(Application.state, sa.String),
    "applied": sa.type_coerce(Application.created_at, sa.DateTime),
    "changed": sa.type_coerce(Application.changed_at, sa.DateTime),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """What the officer asked to see of an event's applications."""

    text: str = ""
    """Part of the company's name, in any script it is known by."""
    kind: ApplicationKind | None = None
    state: ApplicationState | None = None
    """None: all but drafts."""
    sector: str | None = None
    refusing: bool = False
    """Only companies that have not agreed to suggestions of partners."""
    sort: str = "applied"
    descending: bool = False


def applications(event: Event, asked: ListFilter) -> sa.Select[Application]:
    """Return the statement of an event's applications as asked for, with company."""
    column = SORTS[asked.sort]
    chosen = (
        sa.select(Application)
        .join(Application.company)
        .options(joinedload(Application.company))
        .where(Application.event_id == event.id)
        .order_by(column.desc() if asked.descending else column, Application.id)
    )
    if asked.state is None:
        chosen = chosen.where(Application.state != ApplicationState.DRAFT)
    else:
        chosen = chosen.where(Application.state == asked.state)
    if asked.kind is not None:
        chosen = chosen.where(Application.kind == asked.kind)
    if asked.sector:
        chosen = chosen.where(
            _goods_of_sector(Product, asked.sector) | _goods_of_sector(Need, asked.sector)
        )
    if asked.refusing:
        chosen = chosen.where(Application.company_id.not_in(agreed_to(Purpose.SUGGESTIONS)))
    if asked.text:
        names = (Company.name, Company.name_latin, Company.name_kana)
        chosen = chosen.where(
            sa.or_(*(name.icontains(asked.text, autoescape=True) for name in names))
        )
    return chosen


def applications_to_decide(event: Event, public_ids: Collection[str]) -> Sequence[Application]:
    """Return those of the event's applications, with event and company, locked until the end.

    In the order of their numbers, so that two officers never wait for each other.
    """
    return db.session.scalars(
        sa.select(Application)
        .join(Application.company)
        .options(joinedload(Application.event), joinedload(Application.company))
        .where(Application.event_id == event.id, Application.public_id.in_(public_ids))
        .order_by(Application.id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    ).all()


def applications_named(event: Event, public_ids: Collection[str]) -> Sequence[Application]:
    """Return those of the event's applications, with company."""
    if not public_ids:
        return []
    return db.session.scalars(
        sa.select(Application)
        .options(joinedload(Application.company))
        .where(Application.event_id == event.id, Application.public_id.in_(public_ids))
        .order_by(Application.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many applications of an event stand where."""

    by_kind: Mapping[ApplicationKind, Mapping[ApplicationState, int]] = field(default_factory=dict)
    refusing: Mapping[ApplicationState, int] = field(default_factory=dict)
    """How many are of companies that have not agreed to suggestions of partners."""

    def number(self, *states: ApplicationState, kind: ApplicationKind | None = None) -> int:
        """Return how many of one kind, or of all, are in one of the states."""
        kinds = [kind] if kind is not None else list(self.by_kind)
        return sum(self.by_kind.get(k, {}).get(state, 0) for k in kinds for state in states)

    def sent(self, kind: ApplicationKind | None = None) -> int:
        """Return how many are no drafts."""
        return self.number(*(set(ApplicationState) - {ApplicationState.DRAFT}), kind=kind)

    def sent_by_refusing(self) -> int:
        """Return how many that are no drafts nobody can be suggested for."""
        return sum(n for state, n in self.refusing.items() if state != ApplicationState.DRAFT)


def counts(event: Event) -> Counts:
    """Count an event's applications by kind and state."""
    agreed = agreed_to(Purpose.SUGGESTIONS).subquery()
    rows = db.session.execute(
        sa.select(
            Application.kind,
            Application.state,
            sa.func.count(),
            sa.func.count(agreed.c.company_id),
        )
        .outerjoin(agreed, agreed.c.company_id == Application.company_id)
        .where(Application.event_id == event.id)
        .group_by(Application.kind, Application.state)
    )
    by_kind: dict[ApplicationKind, dict[ApplicationState, int]] = defaultdict(dict)
    refusing: dict[ApplicationState, int] = defaultdict(int)
    for kind, state, number, agreeing in rows:
        by_kind[kind][state] = number
        refusing[state] += number - agreeing
    return Counts(by_kind, refusing)


def refusing(company_ids: Collection[int]) -> frozenset[int]:
    """Return those of the companies, by number, that have not agreed to suggestions."""
    agreed = agreed_to(Purpose.SUGGESTIONS).where(Consent.company_id.in_(company_ids))
    return frozenset(company_ids) - frozenset(db.session.scalars(agreed))


@dataclass(frozen=True, slots=True)
class Goods:
    """What one company offers and looks for."""

    products: Sequence[Product]
    needs: Sequence[Need]


def goods_of(company: Company) -> Goods:
    """Return what a company offers and looks for, by name."""
    products = (
        sa.select(Product)
        .where(Product.company_id == company.id, Product.withdrawn_at.is_(None))
        .order_by(Product.name)
    )
    needs = (
        sa.select(Need)
        .where(Need.company_id == company.id, Need.withdrawn_at.is_(None))
        .order_by(Need.title)
    )
    return Goods(db.session.scalars(products).all(), db.session.scalars(needs).all())


@dataclass(frozen=True, slots=True)
class GoodsCount:
    """How many products a company offers and needs it states."""

    products: int = 0
    needs: int = 0


def goods_counts(company_ids: Collection[int]) -> Mapping[int, GoodsCount]:
    """Count what companies offer and look for, by the company's number."""
    sides = [
        sa.select(sa.literal(side), goods.company_id, sa.func.count())
        .where(goods.company_id.in_(company_ids), goods.withdrawn_at.is_(None))
        .group_by(goods.company_id)
        for side, goods in (("products", Product), ("needs", Need))
    ]
    numbers: dict[int, dict[str, int]] = {company_id: {} for company_id in company_ids}
    for side, company_id, number in db.session.execute(sa.union_all(*sides)).all():
        numbers[company_id][side] = number
    return {company_id: GoodsCount(**given) for company_id, given in numbers.items()}
