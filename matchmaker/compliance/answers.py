"""Readiness as data for programs and as text for people, both in English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from matchmaker.compliance.cases import Question
from matchmaker.compliance.pack import Pack
from matchmaker.engines.readiness.assess import Readiness, RequirementStatus, StageReadiness
from matchmaker.engines.readiness.data import Kind, Stage
from matchmaker.engines.readiness.score import Level
from matchmaker.engines.readiness.status import Status

SHOWN_DECIMALS = 6
"""Of scores in data: more would show how numbers are stored."""
KINDS = {Kind.MANDATORY: "M", Kind.BUYER_EXPECTED: "B"}
LEVELS = {
    Level.READY: "nothing mandatory is missing",
    Level.CONDITIONAL: "ready after what is named below",
    Level.NOT_READY: "not ready: a mandatory paper is missing or has expired",
    Level.BLOCKED: "not allowed: the market is shut to it",
}
WIDEST_STATUS = max(len(status) for status in Status)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _row_as_data(row: RequirementStatus, pack: Pack) -> dict[str, Any]:
    code = row.requirement.code
    return {
        "requirement": code,
        "kind": KINDS[row.kind],
        "status": row.status.value,
        "by": row.by,
        "eased": row.eased,
        "programmes": list(row.programmes),
        "effect": pack.effect(code) if row.eased else None,
        "would_ease_from": _day(row.would_ease_from),
        "partial": list(row.partial),
        "days_left": row.days_left,
        "waits_for": [
            {
                "certificate": needed.certificate,
                "validity": needed.validity.value,
                "valid_to": _day(needed.valid_to),
            }
            for needed in row.waits_for
        ],
        "remedies": [
            {
                "certificate": remedy.certificate,
                "act": remedy.act.value,
                "valid_to": _day(remedy.valid_to),
            }
            for remedy in row.remedies
        ],
        "desks": list(pack.desks) if row.is_gap and not row.programmes else [],
    }


def _stage_as_data(stage: StageReadiness | None, pack: Pack) -> dict[str, Any] | None:
    if stage is None:
        return None
    return {
        "date": stage.target.isoformat(),
        "level": stage.level.value,
        "mandatory": round(stage.mandatory, SHOWN_DECIMALS),
        "buyer": round(stage.buyer, SHOWN_DECIMALS),
        "overall": round(stage.overall, SHOWN_DECIMALS),
        "requirements": [_row_as_data(row, pack) for row in stage.requirements],
    }


def as_data(question: Question, answer: Readiness, pack: Pack) -> dict[str, Any]:
    """Return an answer as it is written in JSON."""
    data: dict[str, Any] = {
        "event": _stage_as_data(answer.event, pack),
        "shipment": _stage_as_data(answer.shipment, pack),
    }
    if answer.unanswered:
        data["reason"] = {stage.value: why.value for stage, why in answer.unanswered}
    if question.notes:
        data["notes"] = list(question.notes)
    return data


def _what_to_do(row: RequirementStatus, pack: Pack) -> Iterator[str]:
    """Yield what closes a gap, and what an agreement does or would do."""
    for needed in row.waits_for:
        ends = f", valid to {needed.valid_to}" if needed.valid_to else ""
        yield f"needs {needed.certificate} first ({needed.validity.value.lower()}{ends})"
    papers = [
        f"{remedy.act.value} {remedy.certificate}"
        + (f" (valid to {remedy.valid_to})" if remedy.valid_to else "")
        for remedy in row.remedies
    ]
    if papers:
        yield " or ".join(papers)
    if row.programmes:
        yield f"programmes: {', '.join(row.programmes)}"
    elif row.is_gap:
        yield f"no programme yet: ask {' or '.join(pack.desks)}"
    if row.eased:
        yield f"eased by an agreement: {pack.effect(row.requirement.code)}"
    if row.would_ease_from:
        yield f"would ease from {row.would_ease_from}"


def _stage_as_text(stage: StageReadiness, pack: Pack) -> Iterator[str]:
    yield (
        f"{stage.stage.value.capitalize()}, {stage.target}: {stage.level.value}, "
        f"{LEVELS[stage.level]}"
    )
    yield (
        f"  overall {stage.overall:.4f}, mandatory {stage.mandatory:.4f}, "
        f"buyer-expected {stage.buyer:.4f}"
    )
    codes = max(len(row.requirement.code) for row in stage.requirements)
    papers = max(len(row.by or "-") for row in stage.requirements)
    for row in stage.requirements:
        code = row.requirement.code
        yield (
            f"  {KINDS[row.kind]}  {code:{codes}}  {row.status.value:{WIDEST_STATUS}}  "
            f"{row.by or '-':{papers}}  {pack.title(code)}"
        )
        yield from (f"       {line}" for line in _what_to_do(row, pack))


def as_text(question: Question, answer: Readiness, pack: Pack) -> str:
    """Return an answer as a person reads it."""
    product = question.case.product
    goods = f"{product.sector}, HS {product.hs}" if product.hs else product.sector
    lines = [f"{goods}, seen on {question.case.as_of}"]
    reasons = dict(answer.unanswered)
    for name, stage in ((Stage.EVENT, answer.event), (Stage.SHIPMENT, answer.shipment)):
        lines.append("")
        if stage is None:
            lines.append(f"{name.value.capitalize()}: no answer, {reasons[name].value}")
        else:
            lines += _stage_as_text(stage, pack)
    if question.notes:
        lines += ["", *(f"Note: {note}" for note in question.notes)]
    return "\n".join(lines)
