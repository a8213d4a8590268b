"""What an agreement would change, product by product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matchmaker.companies.permissions import is_officer
from matchmaker.compliance import agreement_queries, wording
from matchmaker.compliance.catalogue_queries import requirements_by_code
from matchmaker.compliance.forms.agreements import WhatIfForm
from matchmaker.compliance.models import Agreement
from matchmaker.compliance.services import what_if as services
from matchmaker.compliance.text_search import has_words, plain
from matchmaker.compliance.views.agreements import bp
from matchmaker.compliance.what_if import (
    BEST_FIRST,
    Effect,
    Group,
    ProductName,
    Why,
    count_live,
    effects_of,
    from_kept,
    names_of_live,
    question_of,
)
from matchmaker.db.clock import utcnow
from matchmaker.jobs.enums import ENDED, JobState
from matchmaker.jobs.models import Job
from matchmaker.reference.day_queries import office_day
from matchmaker.web.access import requires
from matchmaker.web.download import csv_answer
from matchmaker.web.i18n import best_text
from matchmaker.web.listing import Sort, asked_sort, page_of, word

__all__ = ["bp", "what_if"]

GROUPS: Mapping[Group, Any] = {
    Group.READY: _l("Become ready"),
    Group.UP: _l("Move up a level"),
    Group.EASED: _l("Made easier, level unchanged"),
    Group.UNAFFECTED: _l("Unaffected"),
}
WHYS: Mapping[Why, Any] = {
    Why.NONE: "",
    Why.ALREADY: _l("It is ready without it."),
    Why.BANNED: _l("Japan does not let it in, and an agreement lifts no ban."),
    Why.CANNOT_EASE: _l("What it lacks cannot be eased by an agreement."),
    Why.NOT_LISTED: _l("This agreement does not list what it lacks."),
    Why.NO_PAPER: _l("The company holds no accepted certificate that is valid on that day."),
    Why.STILL_STANDS: _l("Something else still stands in the way."),
    Why.NOTHING_ASKED: _l("No requirement is known for it."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One product of the table."""

    effect: Effect
    product: ProductName


def _rank(level: str) -> int:
    return next((n for n, one in enumerate(BEST_FIRST) if one == level), len(BEST_FIRST))


SORTS: Mapping[str, Callable[[Row], Any]] = {
    "product": lambda row: plain(row.product.name),
    "company": lambda row: plain(row.product.company_latin or row.product.company),
    "before": lambda row: _rank(row.effect.before),
    "after": lambda row: _rank(row.effect.after),
    "eased": lambda row: (-len(row.effect.eased), row.effect.eased),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The days of the question, and where its answer stands."""

    form: WhatIfForm
    first_day: date
    shipment: date
    products: int
    job: Job | None

    @property
    def at_once(self) -> bool:
        return self.products <= services.AT_ONCE

    @property
    def is_running(self) -> bool:
        return self.job is not None and self.job.state not in ENDED


def _asked(agreement: Agreement) -> Asked:
    form, now = WhatIfForm(request.args), utcnow()
    form.validate()
    first_day, shipment = form.days(agreement, office_day(now))
    form.on.raw_data = form.shipment.raw_data = None
    form.on.data, form.shipment.data = first_day, shipment
    products = count_live()
    job = None
    if products > services.AT_ONCE:
        job = services.last_what_if(agreement, first_day, shipment, now=now)
    return Asked(form, first_day, shipment, products, job)


def _effects(agreement: Agreement, asked: Asked) -> list[Effect] | None:
    """Return the answer, None where it has yet to be worked out."""
    if asked.at_once:
        question = question_of(agreement, asked.first_day, asked.shipment)
        return effects_of(question, today=office_day(utcnow()))
    if asked.job is None or asked.job.state is not JobState.DONE:
        return None
    return from_kept((asked.job.result or {})["effects"])


def _group() -> Group:
    return next((group for group in Group if group == word("group")), Group.READY)


def _rows(effects: Sequence[Effect], sort: Sort) -> list[Row]:
    """Return the table as filtered and sorted; products withdrawn meanwhile are left out."""
    names, text, group = names_of_live(), word("q"), _group()
    rows = [
        Row(effect, names[effect.product_id])
        for effect in effects
        if effect.group == group and effect.product_id in names
    ]
    if text:
        rows = [
            row
            for row in rows
            if has_words(
                text, (row.product.name, row.product.company, row.product.company_latin or "")
            )
        ]
    rows.sort(key=lambda row: (plain(row.product.name), row.effect.product_id))
    return sorted(rows, key=SORTS[sort.key], reverse=sort.descending)


@bp.get("/agreements/<public_id>/what-if")
@requires(is_officer, on=agreement_queries.agreement)
def what_if(agreement: Agreement) -> ResponseReturnValue:
    """Say which products would become ready, were the agreement in force from a day."""
    asked, sort = _asked(agreement), asked_sort(SORTS, "product")
    effects = _effects(agreement, asked)
    page = page_of(_rows(effects, sort) if effects is not None else [])
    return render_template(
        "compliance/agreements/what_if.html",
        agreement=agreement,
        asked=asked,
        effects=effects,
        counts=Counter(effect.group for effect in effects or ()),
        whys=Counter(e.why for e in effects or () if e.group == Group.UNAFFECTED),
        group=_group(),
        groups=GROUPS,
        why_words=WHYS,
        text=word("q"),
        sort=sort,
        page=page,
        requirements=requirements_by_code({c for row in page.rows for c in row.effect.eased}),
    )


@bp.post("/agreements/<public_id>/what-if")
@requires(is_officer, on=agreement_queries.agreement)
def start_what_if(agreement: Agreement) -> ResponseReturnValue:
    """Have it worked out for many products."""
    form, now = WhatIfForm(), utcnow()
    form.validate()
    first_day, shipment = form.days(agreement, office_day(now))
    services.start_what_if(agreement, first_day, shipment, actor=g.user, now=now)
    here = url_for(".what_if", public_id=agreement.public_id, on=first_day, shipment=shipment)
    return redirect(here, 303)


@bp.get("/agreements/<public_id>/what-if/progress")
@requires(is_officer, on=agreement_queries.agreement)
def what_if_progress(agreement: Agreement) -> ResponseReturnValue:
    """Say how far the work is, for the script that watches it."""
    job = _asked(agreement).job
    state, done, total = (job.state, job.done, job.total) if job else (JobState.DONE, 0, 0)
    return jsonify(
        {
            "state": state.value,
            "done": done,
            "total": total,
            "percent": 100 * done // total if total else 0,
            "message": _("Working out the readiness of the products"),
            "href": None,
        }
    )


@bp.get("/agreements/<public_id>/what-if/file")
@requires(is_officer, on=agreement_queries.agreement)
def what_if_file(agreement: Agreement) -> ResponseReturnValue:
    """Give the table, as filtered, as a file."""
    asked, sort = _asked(agreement), asked_sort(SORTS, "product")
    rows = _rows(_effects(agreement, asked) or [], sort)
    codes = {code for row in rows for code in row.effect.eased}
    titles = {code: best_text(r.titles)[0] for code, r in requirements_by_code(codes).items()}
    head = (
        _("Product"),
        _("Company"),
        _("HS code"),
        _("Without the agreement"),
        _("With the agreement"),
        _("Eased requirements"),
        _("Why"),
    )
    return csv_answer("what-if", head, (_cells(row, titles) for row in rows))


def _cells(row: Row, titles: Mapping[str, str]) -> tuple[str, ...]:
    effect, product = row.effect, row.product
    levels = {level.value: str(words) for level, words in wording.LEVELS.items()}
    eased = "; ".join(titles.get(code, code) for code in effect.eased)
    return (
        product.name,
        product.company,
        product.hs_code or "",
        levels.get(effect.before, ""),
        levels.get(effect.after, ""),
        eased,
        str(WHYS[Why(effect.why)]),
    )
