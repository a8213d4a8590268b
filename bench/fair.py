"""A fair of the size of a real one, made up from the names of the Harmonized System."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import sqlalchemy as sa

from matchmaker.accounts.enums import Role
from matchmaker.accounts.models import User
from matchmaker.companies.enums import (
    BusinessType,
    Currency,
    MemberRole,
    Period,
    Purpose,
    SupplierKind,
    Unit,
)
from matchmaker.companies.models import (
    BuyerProfile,
    Company,
    Consent,
    Contact,
    ExporterProfile,
    ExportRecord,
    Member,
    Need,
    NeedHSCode,
    Product,
)
from matchmaker.db.base import db
from matchmaker.events.enums import EventKind, ParticipantRole
from matchmaker.events.models import Event, Participant
from matchmaker.reference.models import CertificateScheme, HSCode, Sector

SEED = 20270312
NOW = datetime(2027, 1, 12, 9, tzinfo=UTC)
PLACES = {
    "PK": ["Karachi", "Lahore", "Sialkot", "Faisalabad", "Multan", "Peshawar", "Gujranwala"],
    "JP": ["東京都港区", "大阪市", "名古屋市", "横浜市", "福岡市", "神戸市", "札幌市"],
}
FIRST = ["Indus", "Ravi", "Chenab", "Margalla", "Khyber", "Mehran", "Shalimar", "Karakoram"]
SECOND = ["Exports", "Trading", "Industries", "Enterprises", "International", "Mills", "Foods"]
FAMILY = ["山田", "佐藤", "高橋", "中村", "小林", "加藤", "吉田", "松本", "井上", "清水"]
TRADE = ["商事", "物産", "通商", "貿易", "産業", "商会", "フーズ", "トレーディング"]
MAKE = [
    "We make {name} ({word}) in {city} for retail and for trade; samples within a week.",
    "{name}: {word}, {other}. Own workshop, steady quality, packed for export.",
    "{name} of export grade. Also {word} and {other} on order, with your label.",
]
SEEK = [
    "{name}（{word}）を探しています。継続的な取引を希望し、サンプルの提供をお願いします。",
    "{word}・{other}など、{name}の安定した供給先を求めています。",
    "日本市場向けの{name}。品質基準を満たす製造元を希望します。",
]


@dataclass(frozen=True, slots=True)
class Goods:
    """A subheading with its names and the sub-sector it falls into."""

    code: str
    sector: str
    names: dict[str, str]
    words: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class BenchFair:
    """The numbers of the rows that the measurements ask for."""

    event_id: int
    exporter_id: int
    owner_id: int
    officer_id: int


class FairMaker:
    """Makes companies with goods; the same seed makes the same fair."""

    def __init__(self, seed: int = SEED) -> None:
        self.random = Random(seed)
        self.goods = _goods()
        schemes = sa.select(CertificateScheme.code).order_by(CertificateScheme.code)
        self.schemes = db.session.scalars(schemes).all()
        self.number = 0

    def make(self, *, exporters: int, buyers: int) -> BenchFair:
        """Add an event with so many exhibitors and visiting buyers, and its officer."""
        event, officer = self._event(), self._user("en", Role.OFFICER)
        sellers = [self._exporter(event) for _ in range(exporters)]
        for _ in range(buyers):
            self._buyer(event)
        db.session.flush()
        first, owner = sellers[0]
        return BenchFair(event.id, first.id, owner.id, officer.id)

    def _event(self) -> Event:
        said = {"en": "Bench Fair 2027", "ja": "ベンチ見本市2027", "ur": "بینچ میلہ 2027"}
        event = Event(
            code="bench-2027", kind=EventKind.HOME_FAIR, title=said, summary=said, city="Karachi",
            venue="Karachi Expo Centre", country="PK", time_zone="Asia/Karachi",
            starts_on=(NOW + timedelta(days=60)).date(), ends_on=(NOW + timedelta(days=63)).date(),
            opens_at=time(10), closes_at=time(18), published_at=NOW, created_at=NOW,
            updated_at=NOW, applications_open_at=NOW - timedelta(days=30),
            applications_close_at=NOW + timedelta(days=30),
        )  # fmt: skip
        tops = sa.select(Sector).where(Sector.parent_code.is_(None)).order_by(Sector.position)
        event.sectors = list(db.session.scalars(tops))
        return self._put(event)

    def _put(self, row: Any) -> Any:
        db.session.add(row)
        db.session.flush()
        return row

    def _user(self, language: str, role: Role = Role.MEMBER) -> User:
        self.number += 1
        now = NOW if role is not Role.MEMBER else None
        return self._put(
            User(
                email=f"bench{self.number}@bench.example", name=f"Person {self.number}", role=role,
                language=language, created_at=NOW, confirmed_at=NOW, totp_confirmed_at=now,
                totp_secret="JBSWY3DPEHPK3PXP" if now else None,
            )
        )  # fmt: skip

    def _company(self, event: Event, country: str, **given: Any) -> tuple[Company, User]:
        language = "ja" if country == "JP" else "en"
        owner = self._user(language)
        city = self.random.choice(PLACES[country])
        company = self._put(
            Company(
                name_language=language, country=country, city=city, created_at=NOW, updated_at=NOW,
                languages=["ja", "en"] if country == "JP" else ["en", "ur"],
                description_language=language, **given,
            )
        )  # fmt: skip
        role = ParticipantRole.VISITING_BUYER if country == "JP" else ParticipantRole.EXHIBITOR
        db.session.add_all(
            [
                Contact(company_id=company.id, name=owner.name, email=owner.email),
                Member(
                    company_id=company.id, user_id=owner.id, role=MemberRole.OWNER, joined_at=NOW
                ),
                Participant(event_id=event.id, company_id=company.id, role=role, joined_at=NOW),
                *(
                    Consent(
                        company_id=company.id, purpose=purpose, given=True, wording="Yes",
                        language=language, by_id=owner.id, at=NOW,
                    )
                    for purpose in Purpose
                ),
            ]
        )  # fmt: skip
        return company, owner

    def _exporter(self, event: Event) -> tuple[Company, User]:
        choose = self.random.choice
        company, owner = self._company(
            event, "PK", is_exporter=True,
            name=f"{choose(FIRST)} {choose(SECOND)} {self.number}",
            description="A family firm that has exported for two generations.",
        )  # fmt: skip
        db.session.add(
            ExporterProfile(
                company_id=company.id, supplier_kind=choose(list(SupplierKind)[:2]),
                staff_count=self.random.randint(5, 400), first_time=self.random.random() < 0.3,
                turnover_pkr=self.random.randint(5, 900) * 1_000_000,
            )
        )  # fmt: skip
        db.session.flush()
        market = choose(["AE", "US", "GB", "DE", "JP"])
        record = ExportRecord(
            company_id=company.id, year=2026, market=market, value_usd=Decimal(50_000)
        )
        db.session.add(record)
        home = choose(self.goods)
        for _ in range(self.random.randint(1, 3)):
            goods = self._near(home)
            db.session.add(
                Product(company_id=company.id, **self._said(goods, "en", MAKE, company))
            )
        return company, owner

    def _buyer(self, event: Event) -> None:
        choose = self.random.choice
        company, _owner = self._company(
            event, "JP", is_buyer=True, name=f"{choose(FAMILY)}{choose(TRADE)}株式会社",
            description="海外の優れた商品を日本の小売店へお届けする専門商社です。",
        )  # fmt: skip
        kind = choose(list(BusinessType))
        db.session.add(BuyerProfile(company_id=company.id, business_type=kind))
        home = choose(self.goods)
        for _ in range(self.random.randint(1, 3)):
            goods = self._near(home)
            said = self._said(goods, "ja", SEEK, company)
            said["title"], said["volume"] = said.pop("name"), said.pop("capacity")
            for only_offers in ("min_order", "hs_code"):
                said.pop(only_offers)
            need = Need(company_id=company.id, **said)
            need.hs_codes = [NeedHSCode(hs_code=goods.code)]
            db.session.add(need)

    def _near(self, home: Goods) -> Goods:
        if self.random.random() < 0.25:
            return self.random.choice(self.goods)
        top = home.sector.split("-")[0]
        return self.random.choice([g for g in self.goods if g.sector.split("-")[0] == top])

    def _said(
        self, goods: Goods, language: str, texts: list[str], company: Company
    ) -> dict[str, Any]:
        choose = self.random.choice
        words = goods.words[language] or [goods.names[language]]
        text = choose(texts).format(
            name=goods.names[language], word=choose(words), other=choose(words), city=company.city
        )
        price = Decimal(self.random.randint(2, 80))
        known = self.random.random() < 0.8
        return {
            "name": goods.names[language][:200], "description": text, "language": language,
            "hs_code": goods.code, "sector_code": goods.sector,
            "unit": Unit.KG if known else None, "period": Period.MONTH if known else None,
            "capacity": Decimal(self.random.randint(1, 400) * 100) if known else None,
            "min_order": Decimal(self.random.randint(1, 40) * 10) if known else None,
            "price_min": price, "price_max": price * 2, "currency": Currency.USD,
            "lead_time_days": self.random.randint(2, 12) * 7,
            "certificates": sorted(self.random.sample(self.schemes, self.random.randint(0, 3))),
            "created_at": NOW, "updated_at": NOW,
        }  # fmt: skip


def _goods() -> list[Goods]:
    named = db.session.scalars(
        sa.select(HSCode)
        .where(sa.func.length(HSCode.code) == 6, HSCode.names.is_not(None))
        .order_by(HSCode.code)
    ).all()
    sectors = db.session.scalars(sa.select(Sector).order_by(Sector.code)).all()
    prefixes = sorted(
        ((p, s.code) for s in sectors for p in s.hs_prefixes), key=lambda one: -len(one[0])
    )
    goods = []
    for code in named:
        sector = next((s for p, s in prefixes if code.code.startswith(p)), None)
        if sector is not None and {"en", "ja"} <= set(code.names or {}):
            search = code.search or {}
            words = {x: search[x].split(";") if search.get(x) else [] for x in ("en", "ja")}
            goods.append(Goods(code.code, sector, dict(code.names or {}), words))
    return goods
