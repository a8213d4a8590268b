"""What the page of a product's readiness says, row by row, with the rows of the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaker.companies.models import Product
from matchmaker.compliance.catalogue_queries import (
    programme_rows,
    requirements_by_code,
    scheme_rows,
)
from matchmaker.compliance.models import HeldPaper, Programme, Requirement
from matchmaker.compliance.overview import badness, stage_of
from matchmaker.compliance.paper_queries import papers_by_id
from matchmaker.compliance.readiness_queries import Occasion, readiness_of
from matchmaker.engines.readiness.assess import Readiness, RequirementStatus, StageReadiness
from matchmaker.engines.readiness.data import Duty, Kind, Stage
from matchmaker.engines.readiness.gaps import Remedy
from matchmaker.engines.readiness.score import Level
from matchmaker.engines.readiness.status import Prerequisite, Status
from matchmaker.reference.models import CertificateScheme


@dataclass(frozen=True, slots=True)
class Days:
    """What the page is asked for."""

    as_of: date
    shipment: date
    fair_end: date
    in_market: bool
    """Whether the fair is in Japan, so that samples cross its border."""


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement as the page shows it."""

    row: RequirementStatus
    requirement: Requirement
    scheme: CertificateScheme | None
    """Of the paper or prerequisite that decides."""
    paper: HeldPaper | None
    waits_for: tuple[tuple[CertificateScheme | None, Prerequisite], ...]
    remedies: tuple[tuple[CertificateScheme | None, Remedy], ...]
    partial: tuple[CertificateScheme, ...]
    programmes: tuple[Programme, ...]
    waiting: HeldPaper | None
    """A paper before the office that would make it better."""
    would_meet: bool
    """Whether that paper would settle it."""

    @property
    def is_hindrance(self) -> bool:
        return self.row.is_gap and self.row.kind is Kind.MANDATORY

    @property
    def is_duty(self) -> bool:
        return self.row.status is Status.IMPORTER_DUTY

    @property
    def is_shared(self) -> bool:
        """Whether the importer has a part in it too."""
        return self.row.requirement.duty is Duty.BOTH


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage as the page shows it."""

    stage: Stage
    answer: StageReadiness | None
    later: Level | None
    """The level once the office has verified what waits, where that is another one."""
    lines: tuple[Line, ...]

    @property
    def hindrances(self) -> list[Line]:
        """Return what the law asks for and is not there, the worst first."""
        found = [line for line in self.lines if line.is_hindrance]
        return sorted(found, key=lambda line: -badness(line.row))

    @property
    def barriers(self) -> list[Line]:
        """Return what keeps the goods out altogether."""
        return [line for line in self.hindrances if line.row.status is Status.BLOCKED]

    @property
    def hurdles(self) -> list[Line]:
        """Return the other hindrances."""
        return [line for line in self.hindrances if line.row.status is not Status.BLOCKED]

    @property
    def wishes(self) -> list[Line]:
        """Return what only buyers expect and is not there."""
        return [line for line in self.lines if line.row.is_gap and not line.is_hindrance]

    @property
    def settled(self) -> list[Line]:
        return [line for line in self.lines if not line.row.is_gap and not line.is_duty]

    @property
    def duties(self) -> list[Line]:
        return [line for line in self.lines if line.is_duty]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows that the lines of both stages speak of."""

    requirements: dict[str, Requirement]
    schemes: dict[str, CertificateScheme]
    programmes: dict[str, Programme]
    papers: dict[str, HeldPaper]

    def line(self, row: RequirementStatus, hoped: RequirementStatus | None) -> Line:
        held = self.papers.get(row.holding.id) if row.holding else None
        better = hoped is not None and _is_better(hoped, row)
        return Line(
            row=row,
            requirement=self.requirements[row.requirement.code],
            scheme=self.schemes.get(row.by or ""),
            paper=held,
            waits_for=tuple((self.schemes.get(p.certificate), p) for p in row.waits_for),
            remedies=tuple((self.schemes.get(r.certificate), r) for r in row.remedies),
            partial=tuple(self.schemes[code] for code in row.partial if code in self.schemes),
            programmes=tuple(
                self.programmes[code] for code in row.programmes if code in self.programmes
            ),
            waiting=self.papers.get(hoped.holding.id)
            if better and hoped is not None and hoped.holding
            else None,
            would_meet=better and hoped is not None and not hoped.is_gap,
        )


def _is_better(hoped: RequirementStatus, row: RequirementStatus) -> bool:
    if row.status is Status.IMPORTER_DUTY:
        return False
    return badness(hoped) < badness(row)


def stages_of(product: Product, days: Days) -> tuple[StageView, ...]:
    """Return both stages of a product as they stand now, each with its rows.

    Raises
    ------
    NoPackError
        If no requirements are loaded.
    """
    occasion = Occasion("", days.fair_end, days.in_market, days.shipment)
    counted: dict[str, Any] = {"as_of": days.as_of, "occasion": occasion}
    now = readiness_of(product, **counted)
    hoped = readiness_of(product, **counted, papers="with_submitted")
    rows = _rows_of([now, hoped])
    return tuple(
        _view(stage, stage_of(now, stage), stage_of(hoped, stage), rows) for stage in Stage
    )


def _view(
    stage: Stage, answer: StageReadiness | None, hoped: StageReadiness | None, rows: _Rows
) -> StageView:
    if answer is None or hoped is None:
        return StageView(stage, answer, None, ())
    hopes = {row.requirement.code: row for row in hoped.requirements}
    lines = [rows.line(row, hopes.get(row.requirement.code)) for row in answer.requirements]
    later = hoped.level if hoped.level is not answer.level else None
    return StageView(stage, answer, later, tuple(lines))


def _rows_of(answers: Sequence[Readiness]) -> _Rows:
    found = [row for answer in answers for stage in answer.stages for row in stage.requirements]
    return _Rows(
        requirements=requirements_by_code({row.requirement.code for row in found}),
        schemes=scheme_rows(_schemes_in(found)),
        programmes=programme_rows({code for row in found for code in row.programmes}),
        papers=papers_by_id({row.holding.id for row in found if row.holding}),
    )


def _schemes_in(rows: Iterable[RequirementStatus]) -> set[str]:
    codes: set[str] = set()
    for row in rows:
        codes |= {needed.certificate for needed in row.waits_for}
        codes |= {remedy.certificate for remedy in row.remedies}
        codes |= {*row.partial, *([row.by] if row.by else [])}
    return codes
