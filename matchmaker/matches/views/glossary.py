"""The glossary: the list and its file, an entry, loading a table."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from matchmaker.db.base import db
from matchmaker.db.clock import utcnow
from matchmaker.errors import ChangedMeanwhileError, MatchmakerError
from matchmaker.matches import permissions
from matchmaker.matches.glossary_forms import EntryForm, LoadForm, entry_form
from matchmaker.matches.glossary_table import Table, cells, read_table
from matchmaker.matches.queries import glossary as queries
from matchmaker.matches.services import glossary as services
from matchmaker.matches.views.blueprint import bp
from matchmaker.reference.models import GlossaryEntry
from matchmaker.web.access import requires
from matchmaker.web.download import csv_answer
from matchmaker.web.listing import asked_sort, word
from matchmaker.web.paging import asked_page, asked_size, paginate

MOST_SHOWN = 100
"""Lines of a table of which the page says what they would do."""


@bp.get("/glossary")
@requires(permissions.can_read_review)
def glossary() -> ResponseReturnValue:
    """List the entries as filtered."""
    sort, withdrawn = asked_sort(queries.SORTS, "en"), word("state") == "withdrawn"
    statement = queries.entries(
        word("q"), withdrawn=withdrawn, sort=sort.key, descending=sort.descending
    )
    return render_template(
        "matches/glossary.html",
        text=word("q"),
        withdrawn=withdrawn,
        sort=sort,
        page=paginate(statement, number=asked_page(), size=asked_size()),
        counts=queries.counts(),
        not_learnt=queries.not_learnt(),
        taken_out=queries.withdrawn_entry(word("withdrawn")),
        can_review=permissions.can_review(g.user),
    )


@bp.get("/glossary/file")
@requires(permissions.can_read_review)
def glossary_file() -> ResponseReturnValue:
    """Give the list, as filtered, as a file that can be loaded again."""
    sort = asked_sort(queries.SORTS, "en")
    statement = queries.entries(
        word("q"),
        withdrawn=word("state") == "withdrawn",
        sort=sort.key,
        descending=sort.descending,
    )
    return csv_answer("glossary", queries.TEXTS, map(cells, db.session.scalars(statement)))


def _entry_page(form: EntryForm, entry: GlossaryEntry | None, **more: Any) -> str:
    return render_template("matches/glossary_entry.html", form=form, entry=entry, **more)


def _refused(
    form: EntryForm, entry: GlossaryEntry | None, error: MatchmakerError
) -> ResponseReturnValue:
    """Draw the form again with what the service did not take."""
    if isinstance(error, services.TooFewLanguagesError):
        form.en.errors = [str(error)]
        return _entry_page(form, entry), error.status
    if isinstance(error, services.SameEntryError):
        return _entry_page(form, entry, said=str(error), same=error.found), error.status
    stands = form.standing(entry) if entry is not None else []
    if entry is not None:
        form.renew(entry.version)
    return _entry_page(form, entry, said=str(error), stands=stands), error.status


@bp.get("/glossary/new")
@requires(permissions.can_review)
def add_entry() -> ResponseReturnValue:
    """Show an empty form."""
    return _entry_page(entry_form(None), None)


@bp.post("/glossary/new")
@requires(permissions.can_review)
def save_new_entry() -> ResponseReturnValue:
    """Add an entry."""
    form = EntryForm()
    if not form.validate():
        return _entry_page(form, None), 422
    try:
        services.add_entry(form.facts, public_id=form.public_id, actor=g.user, now=utcnow())
    except MatchmakerError as error:
        return _refused(form, None, error)
    flash(_("The entry is saved."), "success")
    return redirect(url_for(".glossary"), 303)


@bp.get("/glossary/<public_id>")
@requires(permissions.can_review, on=queries.standing_entry)
def edit_entry(entry: GlossaryEntry) -> ResponseReturnValue:
    """Show what stands in an entry, to change it."""
    return _entry_page(entry_form(entry), entry)


@bp.post("/glossary/<public_id>")
@requires(permissions.can_review, on=queries.entry)
def save_entry(entry: GlossaryEntry) -> ResponseReturnValue:
    """Change an entry."""
    form = EntryForm()
    if not form.validate():
        return _entry_page(form, entry), 422
    try:
        services.change_entry(
            entry, form.facts, seen_version=form.seen_version, actor=g.user, now=utcnow()
        )
    except MatchmakerError as error:
        return _refused(form, entry, error)
    flash(_("The entry is saved."), "success")
    return redirect(url_for(".glossary"), 303)


@bp.post("/glossary/<public_id>/withdraw")
@requires(permissions.can_review, on=queries.entry)
def withdraw_entry(entry: GlossaryEntry) -> ResponseReturnValue:
    """Take an entry out; the list offers to undo it."""
    services.withdraw_entry(entry, actor=g.user, now=utcnow())
    return redirect(url_for(".glossary", withdrawn=entry.public_id), 303)


@bp.post("/glossary/<public_id>/restore")
@requires(permissions.can_review, on=queries.entry)
def restore_entry(entry: GlossaryEntry) -> ResponseReturnValue:
    """Bring a withdrawn entry back."""
    services.restore_entry(entry, actor=g.user, now=utcnow())
    flash(_("The entry is back in the glossary."), "success")
    return redirect(url_for(".glossary"), 303)


def _load_page(form: LoadForm, table: Table | None = None, **more: Any) -> str:
    return render_template(
        "matches/glossary_load.html", form=form, table=table, most=MOST_SHOWN, **more
    )


@bp.get("/glossary/load")
@requires(permissions.can_review)
def load_glossary() -> ResponseReturnValue:
    """Ask for a table."""
    return _load_page(LoadForm(None))


@bp.post("/glossary/load")
@requires(permissions.can_review)
def save_glossary() -> ResponseReturnValue:
    """Say what a table would do, and do it once that was seen."""
    form = LoadForm()
    if not form.validate():
        return _load_page(form), 422
    table = read_table(form.table.data)
    if table.faults:
        return _load_page(form, table), 422
    plan, seen = services.plan_of(table.rows, table.columns), form.mark.data or ""
    if "load" not in request.form or form.file.data:
        return _load_page(form.carry(plan.mark), table, plan=plan)
    try:
        services.load_entries(plan, seen_mark=seen, actor=g.user, now=utcnow())
    except ChangedMeanwhileError as error:
        page = _load_page(form.carry(plan.mark), table, plan=plan, said=str(error))
        return page, error.status
    flash(_said(plan), "success")
    return redirect(url_for(".glossary"), 303)


def _said(plan: services.Plan) -> str:
    number = len(plan.added) + len(plan.changed)
    return str(ngettext("%(num)d entry is saved.", "%(num)d entries are saved.", number))
