"""Loading the example companies, events and people; all invented, and marked as such."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import gettext as _

from matchmaker.accounts.enums import Role
from matchmaker.accounts.models import User
from matchmaker.companies.enums import MemberRole, Purpose
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
from matchmaker.companies.services.files import add_picture
from matchmaker.compliance.services.readiness import renew_due
from matchmaker.db.base import db
from matchmaker.events.enums import EventKind, ParticipantRole
from matchmaker.events.models import Event, EventSector, Participant
from matchmaker.example.packs import PICTURES, pack
from matchmaker.example.papers import Exporter, load_papers, load_scenario
from matchmaker.matches.models import MatchRun
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.models import Application, ApplicationStep
from matchmaker.participation.readiness_services import follow_events
from matchmaker.reference.day_queries import office_day

OFFICER = "officer@office.example"
EVENT_SUFFIX = "-example"
OPEN_APPLICATIONS = 8
"""Companies at no event yet that have asked to join the first one that fits."""


def is_loaded() -> bool:
    """Whether the example data is there already."""
    return db.session.scalar(sa.select(Company.id).where(Company.is_example).limit(1)) is not None


def codes_without_run() -> list[str]:
    """Return the codes of the example events that no match run was made for."""
    runs = sa.select(MatchRun.id).where(MatchRun.event_id == Event.id)
    statement = sa.select(Event.code).where(Event.is_example, ~runs.exists()).order_by(Event.id)
    return list(db.session.scalars(statement))


def _user(name: str, email: str, language: str, now: datetime, **more: Any) -> User:
    zone = "Asia/Tokyo" if language == "ja" else "Asia/Karachi"
    user = User(
        name=name,
        email=email.lower(),
        language=language,
        time_zone=zone,
        created_at=now,
        confirmed_at=now,
        **more,
    )
    db.session.add(user)
    db.session.flush()
    return user


def _events(now: datetime) -> dict[str, Event]:
    events = {}
    for row in pack("events"):
        zone = ZoneInfo(row["time_zone"])
        today = now.astimezone(zone)
        starts = (today + timedelta(days=row["starts_in_days"])).date()

        def midnight(days: int, today: datetime = today) -> datetime:
            return (today + timedelta(days=days)).replace(
                hour=0, minute=0, second=0, microsecond=0
            )

        event = Event(
            code=row["code"],
            kind=EventKind(row["kind"]),
            title=row["title"],
            summary=row["summary"],
            venue=row["venue"],
            city=row["city"],
            country=row["country"],
            time_zone=row["time_zone"],
            starts_on=starts,
            ends_on=starts + timedelta(days=row["days"] - 1),
            opens_at=time.fromisoformat(row["opens_at"]),
            closes_at=time.fromisoformat(row["closes_at"]),
            applications_open_at=midnight(row["applications_open_in_days"]),
            applications_close_at=midnight(row["applications_close_in_days"]),
            published_at=now,
            is_example=True,
            created_at=now,
            updated_at=now,
        )
        db.session.add(event)
        db.session.flush()
        for sector in row["sectors"]:
            db.session.add(EventSector(event_id=event.id, sector_code=sector))
        events[row["code"].removesuffix(EVENT_SUFFIX)] = event
    return events


def _company(row: dict[str, Any], now: datetime, **more: Any) -> tuple[Company, User]:
    """Add a company with its contact, its owner and its consents."""
    company = Company(
        name=row["name"],
        name_latin=row["name_latin"],
        city=row["city"],
        region=row["region"],
        register_number=row["register_number"],
        founded_year=row["founded_year"],
        languages=row["languages"],
        description=row["description"],
        is_example=True,
        created_at=now,
        updated_at=now,
        **more,
    )
    db.session.add(company)
    db.session.flush()
    contact = row["contact"]
    db.session.add(
        Contact(
            company_id=company.id,
            name=contact["name"],
            role=contact["role"],
            email=contact["email"],
        )
    )
    language = "ja" if company.country == "JP" else "en"
    owner = _user(contact["name"], contact["email"], language, now)
    db.session.add(
        Member(company_id=company.id, user_id=owner.id, role=MemberRole.OWNER, joined_at=now)
    )
    for purpose in Purpose:
        db.session.add(
            Consent(
                company_id=company.id,
                purpose=purpose,
                given=True,
                wording="Example data: agreed for the example.",
                language="en",
                by_id=owner.id,
                at=now,
            )
        )
    return company, owner


@dataclass(frozen=True, slots=True)
class Extras:
    """What other files of the pack say of an exporter's products, by their place in its list."""

    pictures: dict[str, str]
    attributes: dict[str, list[str]]


def _price(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _exporter(row: dict[str, Any], given: Extras, store: Path, now: datetime) -> Exporter:
    company, owner = _company(
        row,
        now,
        is_exporter=True,
        country="PK",
        name_language=row["name_language"],
        website=row["website"],
        description_language=row["description_language"],
    )
    profile = ExporterProfile(
        company_id=company.id,
        association=row["association"],
        membership_number=row["membership_number"],
        supplier_kind=row["supplier_kind"],
        staff_count=row["staff_count"],
        turnover_pkr=row["turnover_pkr"],
        women_led=row["women_led"],
        first_time=row["first_time"],
        history=[
            ExportRecord(year=r["year"], market=r["market"], value_usd=Decimal(r["value_usd"]))
            for r in row["export_history"]
        ],
    )
    db.session.add(profile)
    products = []
    for index, item in enumerate(row["products"]):
        product = Product(
            company_id=company.id,
            name=item["name"],
            description=item["description"],
            language=item["language"],
            hs_code=item["hs_code"],
            sector_code=item["sector"],
            unit=item["unit"],
            capacity=item["capacity"],
            period=item["period"],
            min_order=item["min_order"],
            price_min=_price(item["price_min"]),
            price_max=_price(item["price_max"]),
            currency=item["currency"],
            incoterm=item["incoterm"],
            lead_time_days=item["lead_time_days"],
            certificates=item["certificates"],
            attributes=given.attributes.get(str(index), []),
            created_at=now,
            updated_at=now,
        )
        db.session.add(product)
        db.session.flush()
        products.append(product)
        if str(index) in given.pictures:
            picture = given.pictures[str(index)]
            content = (PICTURES / picture).read_bytes()
            db.session.refresh(company, ["members"])
            product.company = company
            add_picture(product, content, name=picture, store=store, actor=owner, now=now)
    return Exporter(company, owner, products)


def _buyer(row: dict[str, Any], now: datetime) -> tuple[Company, User]:
    company, owner = _company(
        row,
        now,
        is_buyer=True,
        country="JP",
        name_language="ja",
        name_kana=row["name_kana"],
        description_language="ja",
    )
    db.session.add(
        BuyerProfile(
            company_id=company.id,
            business_type=row["business_type"],
            import_evidence=row["import_evidence"] or "",
        )
    )
    for item in row["needs"]:
        days = item["needed_in_days"]
        db.session.add(
            Need(
                company_id=company.id,
                title=item["title"],
                description=item["description"],
                language=item["language"],
                sector_code=item["sector"],
                hs_codes=[NeedHSCode(hs_code=code) for code in item["hs_codes"]],
                unit=item["unit"],
                volume=item["volume"],
                period=item["period"],
                price_min=_price(item["price_min"]),
                price_max=_price(item["price_max"]),
                currency=item["currency"],
                lead_time_days=item["lead_time_days"],
                needed_by=None if days is None else office_day(now) + timedelta(days=days),
                certificates=item["certificates"],
                supplier_kind=item["supplier_kind"],
                created_at=now,
                updated_at=now,
            )
        )
    return company, owner


def _apply(
    company: Company, owner: User, event: Event, officer: User | None, now: datetime
) -> None:
    """Add an application, accepted by `officer` where one is given, with its steps."""
    kind = ApplicationKind.EXHIBITOR if company.is_exporter else ApplicationKind.BUYER
    steps: list[tuple[ApplicationState, User]] = [(ApplicationState.SUBMITTED, owner)]
    if officer is not None:
        steps.append((ApplicationState.ACCEPTED, officer))
    application = Application(
        event_id=event.id,
        company_id=company.id,
        kind=kind,
        state=steps[-1][0],
        created_at=now,
        changed_at=now,
    )
    db.session.add(application)
    db.session.flush()
    before: ApplicationState | None = None
    for state, actor in steps:
        db.session.add(
            ApplicationStep(
                application_id=application.id,
                before=before,
                after=state,
                actor_id=actor.id,
                at=now,
            )
        )
        before = state
    if officer is not None:
        role = ParticipantRole.EXHIBITOR if company.is_exporter else ParticipantRole.VISITING_BUYER
        db.session.add(
            Participant(event_id=event.id, company_id=company.id, role=role, joined_at=now)
        )


def load_example(
    *, files: Path, now: datetime, progress: Callable[[int, int], None]
) -> dict[str, int]:
    """Load the example; return the number of companies and events. Not for a second time.

    `files` is the folder of the private file store.
    """
    officer = _user(_("Officer (example)"), OFFICER, "en", now, role=Role.OFFICER)
    events = _events(now)
    exporters, buyers = pack("exporters"), pack("buyers")
    pictures, attributes = pack("pictures"), pack("attributes")
    made: dict[str, Exporter] = {}
    total = len(exporters) + len(buyers)
    asking = OPEN_APPLICATIONS
    for done, row in enumerate([*exporters, *buyers], start=1):
        if "products" in row:
            key = row["key"]
            given = Extras(pictures.get(key, {}), attributes.get(key, {}))
            made[key] = _exporter(row, given, files, now)
            company, owner = made[key].company, made[key].owner
        else:
            company, owner = _buyer(row, now)
        for name in row["events"]:
            _apply(company, owner, events[name], officer, now)
        if not row["events"] and asking:
            asking -= 1
            _apply(company, owner, events["texpo"], None, now)
        progress(done, total)
    db.session.flush()
    papers = load_papers(made, officer=officer, now=now)
    load_scenario(made, now=now)
    renew_due(now=now)
    follow_events(now=now)
    return {
        "exporters": len(exporters),
        "buyers": len(buyers),
        "events": len(events),
        "papers": papers,
    }
