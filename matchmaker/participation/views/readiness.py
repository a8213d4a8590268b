"""How ready the goods of an event are, for the officer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.compliance.agreement_queries import agreements
from matchmaker.compliance.catalogue_queries import (
    catalogue,
    programme_rows,
    requirements_by_code,
    scheme_rows,
)
from matchmaker.compliance.readiness_queries import StoredStatus
from matchmaker.db.clock import utcnow
from matchmaker.engines.readiness.catalogue import Catalogue
from matchmaker.engines.readiness.data import Stage
from matchmaker.engines.readiness.score import Level
from matchmaker.events.models import Event
from matchmaker.events.queries import event_with_sectors
from matchmaker.participation import heat_map as maps
from matchmaker.participation import permissions
from matchmaker.participation.readiness_queries import (
    ShownGoods,
    goods_shown,
    progress_of,
)
from matchmaker.participation.views.blueprint import bp
from matchmaker.participation.what_if_queries import touched_by
from matchmaker.reference.day_queries import office_day
from matchmaker.reference.queries import sectors as all_sectors
from matchmaker.web.access import requires
from matchmaker.web.download import csv_answer
from matchmaker.web.i18n import best_text
from matchmaker.web.listing import here_with, page_of, word
from matchmaker.web.paging import Page

NEAR_MOST = 5
"""Products one step from ready that the page shows at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """One product of a list, and the requirement that it speaks of."""

    goods: ShownGoods
    point: StoredStatus | None
    scheme: str | None
    """The certificate that would settle it."""
    programme: str | None
    """The first programme that helps."""

    @property
    def step(self) -> tuple[str, ...]:
        """The next step, by which goods are put together: requirement, certificate, programme."""
        return (
            self.point.requirement if self.point else "",
            self.scheme or "",
            self.programme or "",
        )


def _asked() -> maps.Asked:
    """Read from the address which goods to show; nonsense filters nothing."""
    level = word("level")
    return maps.Asked(
        stage=Stage.EVENT if word("stage") == Stage.EVENT else Stage.SHIPMENT,
        sector=word("sector"),
        level=Level(level) if level in set(Level) else None,
        requirement=word("requirement"),
        near=word("near") == "1",
    )


def _row(goods: ShownGoods, asked: maps.Asked, known: Catalogue) -> Row:
    point = maps.point_of(goods, asked)
    if point is None or not maps.is_gap(point):
        return Row(goods, point, None, None)
    rule = known.requirements.get(point.requirement)
    wanted = (rule.prerequisites or rule.met_by) if rule else ()
    helps = known.programmes_for(point.requirement, goods.sub_sector)
    return Row(goods, point, next(iter(wanted), None), next(iter(helps), None))


def _rows(goods: Sequence[ShownGoods], asked: maps.Asked) -> list[ShownGoods]:
    found = [one for one in goods if asked.takes(one)]
    if asked.requirement:
        found.sort(key=lambda one: maps.badness(one, asked))
    return found


def _by_step(rows: Sequence[Row]) -> list[Row]:
    """Return rows with those of the same next step side by side, the commonest step first."""
    numbers = Counter(row.step for row in rows)
    return sorted(rows, key=lambda row: (-numbers[row.step], row.step))


def _page(goods: Sequence[ShownGoods], asked: maps.Asked, known: Catalogue) -> Page[Row]:
    """Return the page asked for of the goods, put together by step where they lack only one."""
    found = _rows(goods, asked)
    if asked.near:
        return page_of(_by_step([_row(one, asked, known) for one in found]))
    page = page_of(found)
    return replace(page, rows=[_row(one, asked, known) for one in page.rows])


def _named(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the rows of what lists name, by code."""
    return {
        "schemes": scheme_rows({row.scheme for row in rows if row.scheme}),
        "programmes": programme_rows({row.programme for row in rows if row.programme}),
    }


def _chips(asked: maps.Asked, sectors: dict[str, str], title: str) -> list[dict[str, str]]:
    given = (
        ("sector", _("Sector"), sectors.get(asked.sector, asked.sector)),
        ("level", _("Level"), asked.level.value if asked.level else ""),
        ("requirement", _("Requirement"), title),
        ("near", _("Only"), _("One step from ready") if asked.near else ""),
    )
    return [
        {"name": name, "label": label, "value": value, "remove_url": here_with(**{name: None})}
        for name, label, value in given
        if value
    ]


@bp.get("/events/<public_id>/readiness")
@requires(permissions.can_decide, on=event_with_sectors)
def readiness(event: Event) -> ResponseReturnValue:
    """Show where the goods of an event fall short, and which are nearly there."""
    asked, known = _asked(), catalogue()
    goods = goods_shown(event, today=office_day(utcnow()))
    in_sector = [one for one in goods if not asked.sector or one.sector == asked.sector]
    lines = maps.heat_map(in_sector, asked.stage)
    page = _page(goods, asked, known)
    near = _by_step([_row(one, maps.Asked(), known) for one in in_sector if one.gaps == 1])
    shown_near = near[:NEAR_MOST]
    names = {row.code: best_text(row.names)[0] for row in all_sectors() if row.parent_code is None}
    touched = {code for line in lines for code in line.cells}
    requirements = requirements_by_code()
    asked_row = requirements.get(asked.requirement)
    return render_template(
        "participation/readiness.html",
        event=event,
        asked=asked,
        stages=(Stage.SHIPMENT, Stage.EVENT),
        levels={stage: maps.levels_of(in_sector, stage) for stage in Stage},
        sectors=names,
        columns=[code for code in [*names, ""] if code in touched],
        lines=lines,
        requirements=requirements,
        chips=_chips(asked, names, best_text(asked_row.titles)[0] if asked_row else ""),
        goods=goods,
        waiting=sum(not one.is_current for one in goods),
        near=shown_near,
        near_total=len(near),
        page=page,
        agreements=agreements(scenarios=True),
        **_named([*shown_near, *page.rows]),
    )


@bp.get("/events/<public_id>/readiness/progress")
@requires(permissions.can_decide, on=event_with_sectors)
def readiness_progress(event: Event) -> ResponseReturnValue:
    """Say how many answers are current, for the script that watches it."""
    found = progress_of(event, today=office_day(utcnow()))
    return jsonify(
        {
            "state": "done" if found.done == found.total else "running",
            "done": found.done,
            "total": found.total,
            "percent": 100 * found.done // found.total if found.total else 100,
            "message": _("Working out the readiness of the products"),
            "href": None,
        }
    )


@bp.get("/events/<public_id>/readiness/file")
@requires(permissions.can_decide, on=event_with_sectors)
def readiness_file(event: Event) -> ResponseReturnValue:
    """Give the list of products, as filtered, as a file."""
    asked = _asked()
    goods = _rows(goods_shown(event, today=office_day(utcnow())), asked)
    titles = {code: best_text(row.titles)[0] for code, row in requirements_by_code().items()}
    head = (
        _("Company"),
        _("Product"),
        _("HS code"),
        _("Sector"),
        _("For exhibition"),
        _("For shipment"),
        _("Readiness for the market"),
        _("Open points"),
        _("What is missing"),
    )
    return csv_answer(
        f"readiness-{event.code}", head, (_cells(one, asked, titles) for one in goods)
    )


def _cells(one: ShownGoods, asked: maps.Asked, titles: dict[str, str]) -> tuple[Any, ...]:
    missing = [row.requirement for row in maps.hindrances(one, asked.stage)]
    levels = (one.levels[Stage.EVENT], one.levels[Stage.SHIPMENT])
    return (
        one.company.name_latin or one.company.name,
        one.product.name,
        one.product.hs_code,
        one.sub_sector,
        *(level.value if level else None for level in levels),
        None if one.overall is None else round(one.overall, 3),
        one.gaps,
        "; ".join(titles.get(code, code) for code in missing),
    )


def _first_day(event: Event, today: date) -> date:
    """Read the day asked for; without one, the event's last, so that its goods are touched."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return min(event.ends_on, max(today, event.starts_on))


@bp.get("/events/<public_id>/readiness/what-if")
@requires(permissions.can_decide, on=event_with_sectors)
def readiness_what_if(event: Event) -> ResponseReturnValue:
    """Say which goods of an event an agreement would touch, were it in force from a day."""
    today, known = office_day(utcnow()), agreements(scenarios=True)
    first_day = _first_day(event, today)
    chosen = next((row for row in known if row.public_id == word("agreement")), None)
    rows = []
    if chosen is not None:
        goods = goods_shown(event, today=today)
        rows = touched_by(chosen, first_day, event, goods, today=today)
    page = page_of(rows)
    return render_template(
        "participation/readiness_what_if.html",
        event=event,
        agreements=known,
        chosen=chosen,
        first_day=first_day,
        page=page,
        risen=sum(row.before is not row.after for row in rows),
        ready=sum(row.after is Level.READY and row.before is not Level.READY for row in rows),
        requirements=requirements_by_code({c for row in page.rows for c in row.requirements}),
    )
