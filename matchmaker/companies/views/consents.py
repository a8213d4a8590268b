"""What a company agreed to."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.companies import member_queries, permissions, queries
from matchmaker.companies.enums import Purpose
from matchmaker.companies.forms.consents import ConsentsForm
from matchmaker.companies.models import Company
from matchmaker.companies.services.consents import change_answers
from matchmaker.companies.views.blueprint import bp
from matchmaker.companies.wording import TITLES
from matchmaker.db.clock import utcnow
from matchmaker.web.access import requires
from matchmaker.web.i18n import language


@bp.get("/companies/<public_id>/consents")
@requires(permissions.can_own, on=queries.company_with_members)
def consents(company: Company) -> ResponseReturnValue:
    """Show each answer with its date and wording."""
    present = member_queries.present_answers(company)
    known = {purpose.value: given for purpose, given in present.items()}
    return render_template(
        "companies/consents.html",
        company=company,
        form=ConsentsForm(None, data={"language": language(), **known}),
        purposes=Purpose,
        titles=TITLES,
        history=member_queries.consent_history(company),
    )


@bp.post("/companies/<public_id>/consents")
@requires(permissions.can_own, on=queries.company_with_members)
def change_consents(company: Company) -> ResponseReturnValue:
    """Add the answers that changed; each takes effect at once."""
    form = ConsentsForm(request.form)
    here = url_for("companies.consents", public_id=company.public_id)
    if not form.validate():
        flash(_("Nothing was changed. Load the page again and answer once more."), "error")
        return redirect(here, 303)
    changed = change_answers(
        company, form.answers(), by=g.user, language=form.language.data, now=utcnow()
    )
    if changed:
        flash(_("Your answers are saved and in force from now on."), "success")
    return redirect(here, 303)
