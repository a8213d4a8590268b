"""Loading the papers of the example companies, an agreement as a scenario, and border cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from matchmaker.accounts.models import User
from matchmaker.companies.enums import Unit
from matchmaker.companies.models import Company, Product
from matchmaker.compliance.enums import (
    AgreementStage,
    BorderAct,
    CorrectiveState,
    PaperState,
    Refusal,
)
from matchmaker.compliance.models import (
    Agreement,
    AgreementAcceptance,
    BorderCase,
    HeldPaper,
    HeldPaperStep,
)
from matchmaker.db.base import db
from matchmaker.example.packs import pack
from matchmaker.reference.day_queries import office_day

ISSUER = "Certification body (example)"


@dataclass(frozen=True, slots=True)
class Exporter:
    """An example exporter, its owner, and its products in the order of the pack."""

    company: Company
    owner: User
    products: Sequence[Product]


def load_papers(exporters: Mapping[str, Exporter], *, officer: User, now: datetime) -> int:
    """Add the papers of exporters, by their key in the pack; return how many."""
    rows = pack("papers")
    made = [
        (_paper(number, row, exporters[row["of"]], now), row) for number, row in enumerate(rows, 1)
    ]
    db.session.add_all(paper for paper, _ in made)
    db.session.flush()
    for paper, row in made:
        db.session.add_all(_steps(paper, exporters[row["of"]].owner, officer, now))
    return len(rows)


def load_scenario(exporters: Mapping[str, Exporter], *, now: datetime) -> None:
    """Add an agreement that nobody has made, to ask what it would change, and border cases."""
    given = pack("compliance")
    db.session.add(_agreement(given["agreement"], now))
    db.session.add_all(_border_case(row, exporters, now) for row in given["border"])
    db.session.flush()


def _paper(number: int, row: dict[str, Any], exporter: Exporter, now: datetime) -> HeldPaper:
    today = office_day(now)
    return HeldPaper(
        company_id=exporter.company.id,
        scheme_code=row["scheme"],
        number=f"EXAMPLE-{number:04}",
        issuer=ISSUER,
        issued_on=today + timedelta(days=row["issued"]),
        valid_to=today + timedelta(days=row["ends"]),
        products=[exporter.products[place] for place in row["products"]],
        state=PaperState(row["state"]),
        refusal=Refusal(row["refusal"]) if "refusal" in row else None,
        state_reason=row.get("reason", ""),
        created_at=now,
        updated_at=now,
    )


def _steps(paper: HeldPaper, owner: User, officer: User, now: datetime) -> list[HeldPaperStep]:
    entered = HeldPaperStep(
        paper_id=paper.id, at=now, actor_id=owner.id, after=PaperState.SUBMITTED
    )
    if paper.state is PaperState.SUBMITTED:
        return [entered]
    decided = HeldPaperStep(
        paper_id=paper.id,
        at=now,
        actor_id=officer.id,
        before=PaperState.SUBMITTED,
        after=paper.state,
        refusal=paper.refusal,
        reason=paper.state_reason,
    )
    return [entered, decided]


def _agreement(row: dict[str, Any], now: datetime) -> Agreement:
    return Agreement(
        names=row["names"],
        parties=row["parties"],
        scope=row["scope"],
        stage=AgreementStage.SCENARIO,
        source=row["source"],
        accepts=[
            AgreementAcceptance(requirement_code=requirement, certificate_code=certificate)
            for requirement, certificates in row["accepts"].items()
            for certificate in certificates
        ],
        created_at=now,
        updated_at=now,
    )


def _border_case(
    row: dict[str, Any], exporters: Mapping[str, Exporter], now: datetime
) -> BorderCase:
    today = office_day(now)
    exporter = exporters[row["of"]] if row["of"] else None
    due = today + timedelta(days=row["due"])
    state = CorrectiveState(row["corrective_state"])
    return BorderCase(
        happened_on=today + timedelta(days=row["happened"]),
        place=row["place"],
        authority=row["authority"],
        act=BorderAct(row["act"]),
        goods=row["goods"],
        hs_code=row["hs_code"],
        sector_code=row["sector_code"],
        quantity=Decimal(row["quantity"]),
        unit=Unit(row["unit"]),
        company_id=exporter.company.id if exporter else None,
        product_id=exporter.products[row["product"]].id if exporter else None,
        requirement_code=row["requirement_code"],
        cause=row["cause"],
        corrective=row["corrective"],
        corrective_state=state,
        corrective_due=due,
        corrected_on=due if state is CorrectiveState.DONE else None,
        source="Invented for this example",
        language="en",
        created_at=now,
        updated_at=now,
    )
