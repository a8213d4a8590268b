"""One of each object, and the addresses of all routes with the objects' ids in them."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app
from werkzeug.routing import Rule

from matchmaker.accounts.enums import Role
from matchmaker.accounts.models import StaffInvitation, User, UserSession
from matchmaker.companies.enums import MemberRole
from matchmaker.companies.models import MemberInvitation, StoredFile
from matchmaker.companies.services.files import path_of
from matchmaker.compliance.enums import AgreementStage, BorderAct, PaperState, Refusal
from matchmaker.compliance.models import (
    Agreement,
    AgreementAcceptance,
    BorderCase,
    HeldPaper,
    HeldPaperStep,
)
from matchmaker.compliance.services.pack import load_pack
from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.engines.matching.learning import GRID, Calibration
from matchmaker.engines.matching.score import Weights
from matchmaker.engines.matching.trial import Finding, Quality, Trial
from matchmaker.jobs.enums import JobState
from matchmaker.jobs.models import Job
from matchmaker.matches.enums import BlockReason, SuggestionState
from matchmaker.matches.models import (
    BlockedPair,
    Decision,
    Evaluation,
    LearnedModel,
    MatchRun,
    TextModelVersion,
)
from matchmaker.participation.enums import ApplicationKind, ApplicationState
from matchmaker.participation.models import Application, ApplicationStep
from matchmaker.reference.models import GlossaryEntry
from tests.build import (
    NOON,
    make_buyer,
    make_event,
    make_exporter,
    make_need,
    make_officer,
    make_product,
    make_suggestion,
    make_user,
)

MARKUP = "<img src=x onerror=alert(1)>"
OPEN_TO_ALL = {
    "health.alive", "health.ready", "web.choose_language", "home.index",
    "reference.search_hs",
    "events.calendar", "events.page", "events.calendar_file",
    "accounts.sign_in", "accounts.forgot_password", "accounts.reset_password",
    "accounts.confirm", "accounts.confirm_again", "accounts.confirm_new_address",
    "accounts.mail_sent",
    "accounts.accept_invitation",
    "companies.sign_up", "companies.send_sign_up", "companies.check_mail",
    "companies.accept_membership", "companies.send_accept_membership",
}  # fmt: skip
"""What nobody needs to sign in for. Whoever adds a route that belongs here says so here."""
READ_BY_ALL_SIGNED_IN = {"requirements.page"}
"""What belongs to nobody: whoever is signed in reads it."""
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class World:
    """Who is there, and the public id of one object of each kind, by its place in addresses."""

    exporter: User
    buyer: User
    officer: User
    stranger: User
    ids: dict[str, str]


def build_world(text: str = "Plain") -> World:
    """Put one object of each kind into the database; `text` stands in every text field."""
    person = {"name": text}
    exporter, buyer = make_user(**person), make_user(**person)
    officer, stranger = make_officer(**person), make_user(name="Stranger")
    of_company = {"name": text, "description": text, "city": text, "region": text}
    seller = make_exporter(owner=exporter, address=text, name_latin=text, **of_company)
    shop = make_buyer(owner=buyer, address=text, name_latin=text, **of_company)
    product = make_product(seller, name=text, description=text)
    need = make_need(shop, title=text, description=text)
    said = {"en": text, "ja": text, "ur": text}
    event = make_event(title=said, summary=said, venue=text, city=text)
    suggestion = make_suggestion(event=event, product=product, need=need)
    elsewhere = make_buyer(name=text)
    other = make_suggestion(
        event=event,
        product=make_product(make_exporter(name=text), name=text),
        need=make_need(elsewhere, title=text),
        state=SuggestionState.HELD,
    )
    load_pack(now=NOON)
    untold = Quality(None, None)
    trial = Trial(Finding.TOO_FEW_LATER, None, 2, 1, NOON, 0, 0, untold, untold)
    tried = {**trial.figures(), "against": None, "prior_weights": asdict(Weights())}
    picture = b"\x89PNG\r\n\x1a\n"
    digest = _keep(picture)
    rows: dict[str, Any] = {
        "applications": Application(
            event_id=event.id, company_id=seller.id, kind=ApplicationKind.EXHIBITOR, message=text,
            state=ApplicationState.SUBMITTED, created_at=NOON, changed_at=NOON,
        ),
        "account": UserSession(
            user_id=exporter.id, token_hash="0" * 64, device=text, created_at=NOON,
            last_seen_at=utcnow(), password_at=NOON, expires_at=utcnow() + timedelta(hours=9),
        ),
        "staff": StaffInvitation(
            token_hash="1" * 64, email="new@office.example", role=Role.OFFICER, language="en",
            invited_by_id=officer.id, created_at=NOON, expires_at=NOON + timedelta(days=7),
        ),
        "membership-invitations": MemberInvitation(
            token_hash="2" * 64, company_id=seller.id, email="new@exporter.example",
            role=MemberRole.EDITOR, invited_by_id=exporter.id, created_at=NOON,
            expires_at=NOON + timedelta(days=7),
        ),
        "runs": MatchRun(
            event_id=event.id, created_at=NOON, weights={}, limits={}, seed=0,
            job=Job(kind="match_run", arguments={}, state=JobState.DONE, created_at=NOON),
        ),
        "decisions": Decision(
            suggestion_id=other.id, officer_id=officer.id, at=NOON, note=text,
            before=SuggestionState.PENDING, after=SuggestionState.HELD,
        ),
        "certificates": HeldPaper(
            company_id=seller.id, scheme_code="C-PHYTO", number=text, issuer=text,
            issued_on=NOON.date(), state=PaperState.REFUSED, refusal=Refusal.OTHER,
            state_reason=text, created_at=NOON, updated_at=NOON,
        ),
        "agreements": Agreement(
            names=said, parties=text, scope=text, authorities=text, source=text,
            stage=AgreementStage.SCENARIO, created_at=NOON, updated_at=NOON,
            accepts=[
                AgreementAcceptance(requirement_code="REQ-MRL", certificate_code="C-TR-RESID")
            ],
        ),
        "border-log": BorderCase(
            happened_on=NOON.date(), place=text, authority=text, act=BorderAct.HELD, goods=text,
            company_id=seller.id, product_id=product.id, requirement_code="REQ-MRL", cause=text,
            corrective=text, source=text, language="en", created_at=NOON, updated_at=NOON,
        ),
        "evaluations": Evaluation(event_id=event.id, created_at=NOON),
        "text-model": TextModelVersion(
            version="0:words:0", key="0", roads=["words"], names=1, fitted_at=NOON,
        ),
        "learning": LearnedModel(
            weights=asdict(Weights()), figures=tried, trained=2, tested=0, trained_until=NOON,
            calibration=Calibration((0.5,) * len(GRID)).to_json(), better=False, created_at=NOON,
        ),
        "blocked-pairs": BlockedPair(
            exporter_id=seller.id, buyer_id=elsewhere.id, reason=BlockReason.OTHER,
            note=text, blocked_by_id=officer.id, blocked_at=NOON,
        ),
        "glossary": GlossaryEntry(
            en=text, ja=text, ur=text, search_en=text, search_ja=text, search_ur=text, note=text,
            created_at=NOON, changed_at=NOON,
        ),
        "files": StoredFile(
            company_id=seller.id, product_id=product.id, name=f"{text}.png",
            size=len(picture), media_type="image/png", sha256=digest, created_at=NOON,
        ),
    }  # fmt: skip
    db.session.add_all(rows.values())
    db.session.flush()
    db.session.add(
        ApplicationStep(
            application_id=rows["applications"].id, after=ApplicationState.SUBMITTED,
            actor_id=exporter.id, at=NOON + timedelta(minutes=1), reason=text,
        )
    )  # fmt: skip
    db.session.add(
        HeldPaperStep(
            paper_id=rows["certificates"].id, after=PaperState.REFUSED, refusal=Refusal.OTHER,
            actor_id=officer.id, at=NOON, reason=text,
        )
    )  # fmt: skip
    named = {
        "companies": seller, "products": product, "needs": need, "events": event,
        "suggestions": suggestion, **rows,
    }  # fmt: skip
    ids = {place: row.public_id for place, row in named.items()}
    ids["person"] = ids["people"] = exporter.public_id
    db.session.commit()
    return World(exporter=exporter, buyer=buyer, officer=officer, stranger=stranger, ids=ids)


def _keep(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    path = path_of(current_app.extensions["settings"].files_path, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


def routes(app: Flask) -> list[Rule]:
    """Return every route but static files and example mode's."""
    left_out = {"static"}
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in left_out and not rule.endpoint.startswith("example.")
    ]


def address(rule: Rule, ids: dict[str, str]) -> str:
    """Return a route's address with the ids of the world's objects.

    Raises
    ------
    KeyError
        If the world has no object of that kind: add one to it.
    """
    place = rule.rule.split("/")[1]
    known = {
        "company_id": ids["companies"], "person_id": ids["person"], "step": "name",
        "token": "no-such-token", "code": "REQ-MRL", "number": "1",
    }  # fmt: skip
    values = {
        argument: ids[place] if argument == "public_id" else known[argument]
        for argument in rule.arguments
    }
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def fingerprint() -> dict[str, str]:
    """Return a hash of every table's rows, but for when a session was last seen."""
    db.session.rollback()
    marks = {}
    for table in db.metadata.sorted_tables:
        columns = [c for c in table.columns if c.name != "last_seen_at"]
        keys = list(table.primary_key.columns)
        rows = db.session.execute(sa.select(*columns).order_by(*keys)).all()
        marks[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    db.session.rollback()
    return marks
