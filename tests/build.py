"""Builders: each makes the smallest valid row, and nothing surprising."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from matchmaker.accounts.enums import Role
from matchmaker.accounts.models import User
from matchmaker.companies.enums import MemberRole, Purpose
from matchmaker.companies.models import (
    BuyerProfile,
    Company,
    Consent,
    Contact,
    ExporterProfile,
    Member,
    Need,
    NeedHSCode,
    Product,
)
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.events.enums import EventKind, ParticipantRole
from matchmaker.events.models import Event, Participant
from matchmaker.matches.enums import SuggestionState
from matchmaker.matches.models import Suggestion
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.models import Application

NOON = datetime(2027, 3, 12, 12, tzinfo=UTC)
_numbers = count(1)


def _put(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def make_user(**given: Any) -> User:
    """A confirmed person without password."""
    number = next(_numbers)
    defaults = {
        "email": f"person{number}@exporter.example",
        "name": f"Person {number}",
        "language": "en",
        "created_at": NOON,
        "confirmed_at": NOON,
    }
    return _put(User(**(defaults | given)))


def make_officer(**given: Any) -> User:
    """An officer whose second factor is set."""
    secret = {"totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "totp_confirmed_at": NOON}
    return make_user(**({"role": Role.OFFICER} | secret | given))


def _make_company(owner: User | None, given: dict[str, Any]) -> Company:
    number = next(_numbers)
    defaults = {
        "name": f"Company {number}",
        "name_language": "en",
        "created_at": NOON,
        "updated_at": NOON,
        "languages": ["en"],
    }
    company: Company = _put(Company(**(defaults | given)))
    _put(Contact(company_id=company.id, name="Contact", email=f"contact{number}@firm.example"))
    member = owner or make_user()
    _put(Member(company_id=company.id, user_id=member.id, role=MemberRole.OWNER, joined_at=NOON))
    for purpose in Purpose:
        _put(
            Consent(
                company_id=company.id,
                purpose=purpose,
                given=True,
                wording="Yes",
                language="en",
                by_id=member.id,
                at=NOON,
            )
        )
    return company


def make_exporter(owner: User | None = None, **given: Any) -> Company:
    """A Pakistani exporter that agreed to everything, with one owner."""
    company = _make_company(
        owner, {"is_exporter": True, "country": "PK", "city": "Sialkot"} | given
    )
    _put(ExporterProfile(company_id=company.id))
    return company


def make_buyer(owner: User | None = None, **given: Any) -> Company:
    """A Japanese buyer that agreed to everything, with one owner."""
    company = _make_company(owner, {"is_buyer": True, "country": "JP", "city": "大阪市"} | given)
    _put(BuyerProfile(company_id=company.id))
    return company


def make_product(company: Company | None = None, **given: Any) -> Product:
    """Surgical scissors."""
    company = company or make_exporter()
    defaults = {
        "company_id": company.id,
        "name": "Surgical scissors",
        "description": "Reusable operating scissors and forceps in stainless steel",
        "language": "en",
        "hs_code": "901890",
        "sector_code": "MEDI-SURG",
        "created_at": NOON,
        "updated_at": NOON,
    }
    return _put(Product(**(defaults | given)))


def make_need(
    company: Company | None = None, hs_codes: tuple[str, ...] = ("901890",), **given: Any
) -> Need:
    """手術用はさみ."""
    company = company or make_buyer()
    defaults = {
        "company_id": company.id,
        "title": "手術用はさみ・鉗子",
        "description": "再使用可能なステンレス製の手術用はさみ",
        "language": "ja",
        "sector_code": "MEDI-SURG",
        "created_at": NOON,
        "updated_at": NOON,
    }
    need = Need(**(defaults | given))
    need.hs_codes = [NeedHSCode(hs_code=code) for code in hs_codes]
    return _put(need)


def make_event(**given: Any) -> Event:
    """A published home fair in ten weeks, open for applications."""
    number = next(_numbers)
    today = utcnow()
    starts = (today + timedelta(days=70)).date()
    defaults = {
        "code": f"texpo-{number}",
        "kind": EventKind.HOME_FAIR,
        "title": {"en": f"TEXPO {number}", "ja": f"TEXPO {number}", "ur": f"ٹیکسپو {number}"},
        "summary": {"en": "Textiles"},
        "venue": "Karachi Expo Centre",
        "city": "Karachi",
        "country": "PK",
        "time_zone": "Asia/Karachi",
        "starts_on": starts,
        "ends_on": starts + timedelta(days=2),
        "opens_at": time(10),
        "closes_at": time(18),
        "applications_open_at": today - timedelta(days=10),
        "applications_close_at": today + timedelta(days=30),
        "published_at": today - timedelta(days=10),
        "created_at": NOON,
        "updated_at": NOON,
    }
    return _put(Event(**(defaults | given)))


def make_participant(
    event: Event, company: Company, role: ParticipantRole | None = None
) -> Participant:
    """A company's part in an event; a buyer visits unless said otherwise."""
    if role is None:
        role = ParticipantRole.EXHIBITOR if company.is_exporter else ParticipantRole.VISITING_BUYER
    return _put(Participant(event_id=event.id, company_id=company.id, role=role, joined_at=NOON))


def make_suggestion(event: Event | None = None, **given: Any) -> Suggestion:
    """A pending suggestion of an exporter's scissors to a buyer who needs some."""
    event = event or make_event()
    product = given.pop("product", None) or make_product()
    need = given.pop("need", None) or make_need()
    exhibitor = make_participant(event, db.session.get_one(Company, product.company_id))
    buyer = make_participant(event, db.session.get_one(Company, need.company_id))
    defaults = {
        "event_id": event.id,
        "exhibitor_id": exhibitor.id,
        "buyer_id": buyer.id,
        "product_id": product.id,
        "need_id": need.id,
        "sector_code": "MEDI",
        "score": 0.8,
        "reasons": {},
        "state": SuggestionState.PENDING,
        "created_at": NOON,
        "changed_at": NOON,
    }
    return _put(Suggestion(**(defaults | given)))


def make_application(
    event: Event | None = None,
    company: Company | None = None,
    state: ApplicationState = ApplicationState.SUBMITTED,
    **given: Any,
) -> Application:
    """A submitted application of an exporter, or of whoever is given."""
    event, company = event or make_event(), company or make_exporter()
    kind = ApplicationKind.EXHIBITOR if company.is_exporter else ApplicationKind.BUYER
    defaults = {
        "event_id": event.id,
        "company_id": company.id,
        "kind": kind,
        "state": state,
        "created_at": NOON,
        "changed_at": NOON,
    }
    return _put(Application(**(defaults | given)))
