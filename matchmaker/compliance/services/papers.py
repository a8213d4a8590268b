"""What a company does with its papers: enter, correct, withdraw, bring back."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError

from matchmaker.accounts.models import User
from matchmaker.companies.models import Company, Product
from matchmaker.companies.services.acting import note_change
from matchmaker.companies.services.following import company_changed
from matchmaker.companies.services.scans import Scan, keep_scan
from matchmaker.compliance.enums import PaperState, Refusal
from matchmaker.compliance.models import HeldPaper, HeldPaperStep
from matchmaker.compliance.paper_queries import (
    last_step,
    paper_or_none,
    products_on_offer,
    scheme,
    standing_paper,
)
from matchmaker.compliance.services.readiness import renew_company
from matchmaker.db.audit import record
from matchmaker.db.base import db
from matchmaker.errors import (
    ChangedMeanwhileError,
    ConflictError,
    MatchmakerError,
    NotAllowedNowError,
)
from matchmaker.reference.day_queries import latest_day

log = logging.getLogger(__name__)
_l = lazy_gettext
State = PaperState
CORRECTABLE = frozenset({State.SUBMITTED, State.VERIFIED, State.REFUSED})
"""A paper issued this morning in Tokyo may carry a day that has not begun in UTC."""


class FaultyPaperError(MatchmakerError):
    """What is said of a paper cannot be so."""


class SamePaperError(ConflictError):
    """The company has entered this paper already."""

    def __init__(self, standing: str) -> None:
        super().__init__(
            _l("This paper is already in your list: same certificate, number and day of issue.")
        )
        self.standing = standing
        """Public id of the paper that stands."""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What a paper says of itself, and which products it covers."""

    scheme_code: str
    number: str
    """Empty where the paper has none."""
    issuer: str
    issued_on: date
    valid_to: date | None
    """Last day it is valid; None: no end."""
    products: tuple[str, ...] = ()
    """Public ids; empty: all that the company makes."""


def faults(facts: PaperFacts, *, now: datetime) -> dict[str, Any]:
    """Return what cannot be so: the sentence by the field it belongs beside."""
    found: dict[str, Any] = {}
    if facts.issued_on > latest_day(now):
        found["issued_on"] = _l("This day is still to come. Write the day of issue on the paper.")
    if facts.valid_to is not None and facts.valid_to < facts.issued_on:
        found["valid_to"] = _l(
            "The last day lies before the day of issue. Have the two been swapped?"
        )
    if scheme(facts.scheme_code) is None:
        found["scheme_code"] = _l("Choose the certificate from the list.")
    return found


def plain_number(text: str) -> str:
    """Write a paper's number as it is compared: upper case, single blanks."""
    return " ".join(text.split()).upper()


def add_paper(
    company: Company,
    facts: PaperFacts,
    *,
    public_id: str,
    scan: Scan | None,
    actor: User,
    now: datetime,
) -> HeldPaper:
    """Enter a paper; sent again with the same `public_id`, return the one there is.

    Raises
    ------
    FaultyPaperError
        If the dates contradict each other, or nothing is known by this code.
    SamePaperError
        If the company has this paper already.
    NotAScanError, ScanTooLargeError, PictureTooLargeError
        If the scan cannot be taken.
    ConflictError
        If another company's paper has this id.
    """
    before = paper_or_none(public_id)
    if before is not None:
        return _sent_before(before, company)
    _refuse_faults(facts, now)
    _refuse_same(company.id, facts, besides=None)
    paper = HeldPaper(
        public_id=public_id,
        company_id=company.id,
        state=State.SUBMITTED,
        created_at=now,
        updated_at=now,
        **_columns(facts),
    )
    paper.products = _products(company, facts)
    if scan is not None:
        paper.file_id = keep_scan(company, scan, now=now).id
    try:
        with db.session.begin_nested():
            db.session.add(paper)
    except IntegrityError:
        # Two presses at the same time, or two people with the same paper: the other was first.
        before = paper_or_none(public_id)
        if before is not None:
            return _sent_before(before, company)
        raise _same(company.id, facts) from None
    append_step(paper, None, actor=actor, now=now)
    note_change(company, "paper.add", actor=actor, now=now)
    return paper


def correct_paper(
    paper: HeldPaper,
    facts: PaperFacts,
    *,
    seen_version: int,
    scan: Scan | None,
    actor: User,
    now: datetime,
) -> None:
    """Correct a paper, loaded whole; one that was verified or refused waits for the office again.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed the paper after the page was drawn (409).
    NotAllowedNowError
        If it was revoked or withdrawn.
    FaultyPaperError, SamePaperError, NotAScanError, ScanTooLargeError, PictureTooLargeError
        As when it is entered.
    """
    refuse_stale(paper, seen_version)
    if paper.state not in CORRECTABLE:
        raise NotAllowedNowError(_l("This paper can no longer be corrected. Add the new one."))
    _refuse_faults(facts, now)
    _refuse_same(paper.company_id, facts, besides=paper)
    was, old = paper.state, facts_of(paper)
    if scan is None and facts == old:
        return
    company_id, company = paper.company_id, paper.company
    products = _products(company, facts, kept=paper.products)
    file_id = keep_scan(company, scan, now=now).id if scan else paper.file_id
    try:
        with db.session.begin_nested():
            for name, value in _columns(facts).items():
                setattr(paper, name, value)
            paper.products, paper.file_id = products, file_id
            if facts.valid_to != old.valid_to:
                paper.warned_days = None
            _stand(paper, State.SUBMITTED, now=now)
    except IntegrityError:
        raise _same(company_id, facts) from None
    append_step(paper, was, actor=actor, now=now)
    record(
        "paper.correct",
        paper.public_id,
        actor_id=actor.id,
        now=now,
        before=_as_data(old),
        after=_as_data(facts),
    )
    note_change(company, "paper.change", actor=actor, now=now)


def withdraw_paper(paper: HeldPaper, *, actor: User, now: datetime) -> None:
    """Take a paper out of the list; it counts no more and can be brought back.

    Raises
    ------
    NotAllowedNowError
        If it was revoked: that stays on record.
    """
    if paper.state is State.WITHDRAWN:
        return
    if paper.state not in CORRECTABLE:
        raise NotAllowedNowError(_l("A revoked paper stays on record and cannot be withdrawn."))
    was = paper.state
    _stand(paper, State.WITHDRAWN, now=now)
    append_step(paper, was, actor=actor, now=now)
    note_change(paper.company, "paper.withdraw", actor=actor, now=now)


def restore_paper(paper: HeldPaper, *, actor: User, now: datetime) -> None:
    """Bring a withdrawn paper back as it stood.

    Raises
    ------
    SamePaperError
        If the company has entered it anew meanwhile.
    """
    if paper.state is not State.WITHDRAWN:
        return
    back = last_step(paper)
    facts, company_id, company = facts_of(paper), paper.company_id, paper.company
    if back.before is not State.REFUSED:
        _refuse_same(company_id, facts, besides=paper)
    try:
        with db.session.begin_nested():
            _stand(
                paper,
                back.before or State.SUBMITTED,
                refusal=back.refusal,
                reason=back.reason,
                now=now,
            )
    except IntegrityError:
        raise _same(company_id, facts) from None
    append_step(paper, State.WITHDRAWN, actor=actor, now=now)
    note_change(company, "paper.restore", actor=actor, now=now)


def facts_of(paper: HeldPaper) -> PaperFacts:
    """Return what is stored of a paper, loaded with its products."""
    return PaperFacts(
        scheme_code=paper.scheme_code,
        number=paper.number,
        issuer=paper.issuer,
        issued_on=paper.issued_on,
        valid_to=paper.valid_to,
        products=tuple(sorted(product.public_id for product in paper.products)),
    )


def refuse_stale(paper: HeldPaper, seen_version: int) -> None:
    """Refuse to act on a page that was drawn before somebody else acted.

    Raises
    ------
    ChangedMeanwhileError
        If the paper has another version.
    """
    if paper.version != seen_version:
        raise ChangedMeanwhileError(_l("Somebody has changed this paper meanwhile."))


def append_step(
    paper: HeldPaper, before: PaperState | None, *, actor: User, now: datetime
) -> None:
    """Write down the step that a paper has just taken; answers that stood on it are renewed."""
    db.session.flush()
    db.session.add(
        HeldPaperStep(
            paper_id=paper.id,
            at=now,
            actor_id=actor.id,
            before=before,
            after=paper.state,
            refusal=paper.refusal,
            reason=paper.state_reason,
        )
    )
    db.session.flush()
    log.info("paper stepped", extra={"paper": paper.public_id, "state": paper.state.value})
    if State.VERIFIED in {before, paper.state}:
        renew_company(paper.company_id, now=now)
        company_changed(paper.company_id, actor_id=actor.id, now=now)


def _stand(
    paper: HeldPaper,
    state: PaperState,
    *,
    refusal: Refusal | None = None,
    reason: str = "",
    now: datetime,
) -> None:
    # Withdrawing keeps why it was refused, so that bringing it back does too.
    if state is not State.WITHDRAWN:
        paper.refusal, paper.state_reason = refusal, reason
    paper.state, paper.updated_at = state, now


def _columns(facts: PaperFacts) -> dict[str, Any]:
    values = asdict(facts)
    del values["products"]
    return {**values, "number": plain_number(facts.number)}


def _as_data(facts: PaperFacts) -> dict[str, Any]:
    values = asdict(facts)
    for name in ("issued_on", "valid_to"):
        values[name] = values[name].isoformat() if values[name] else None
    return {**values, "products": list(facts.products)}


def _products(
    company: Company, facts: PaperFacts, *, kept: Sequence[Product] = ()
) -> list[Product]:
    """Return the products named; one that was withdrawn meanwhile is kept where it stood."""
    known = {product.public_id: product for product in (*kept, *products_on_offer(company))}
    if not set(facts.products) <= set(known):
        raise FaultyPaperError(_l("Choose the products from the list."))
    return [known[public_id] for public_id in facts.products]


def _refuse_faults(facts: PaperFacts, now: datetime) -> None:
    for sentence in faults(facts, now=now).values():
        raise FaultyPaperError(sentence)


def _refuse_same(company_id: int, facts: PaperFacts, *, besides: HeldPaper | None) -> None:
    # Whoever enters for this company waits for the other, so that the one paper is named.
    db.session.execute(sa.select(Company.id).where(Company.id == company_id).with_for_update())
    standing = standing_paper(
        company_id, facts.scheme_code, plain_number(facts.number), facts.issued_on
    )
    if standing is not None and standing is not besides:
        raise SamePaperError(standing.public_id)


def _same(company_id: int, facts: PaperFacts) -> MatchmakerError:
    standing = standing_paper(
        company_id, facts.scheme_code, plain_number(facts.number), facts.issued_on
    )
    if standing is None:
        return ChangedMeanwhileError(_l("Somebody has changed this paper meanwhile."))
    return SamePaperError(standing.public_id)


def _sent_before(paper: HeldPaper, company: Company) -> HeldPaper:
    if paper.company_id != company.id:
        raise ConflictError(_l("This page was used before. Load it anew."))
    return paper
