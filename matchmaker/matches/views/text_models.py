"""The page of the text model: what is in use, what has changed, vectors, earlier versions."""

from __future__ import annotations

from flask import flash, g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.db.clock import utcnow
from matchmaker.jobs.enums import ENDED
from matchmaker.jobs.models import Job
from matchmaker.jobs.queries import progress_of
from matchmaker.matches import permissions
from matchmaker.matches.encoders import NANO, EncoderState, equipment
from matchmaker.matches.models import TextModelVersion
from matchmaker.matches.queries import text_models as queries
from matchmaker.matches.services import text_models as services
from matchmaker.matches.services import vectors
from matchmaker.matches.text_files import is_kept
from matchmaker.matches.text_model import FIT_JOB, is_of_this_code, model_of, version_in_use
from matchmaker.matches.vectors import EMBED_JOB
from matchmaker.matches.views.blueprint import bp
from matchmaker.matches.words import terms
from matchmaker.matches.words import text_model as words
from matchmaker.web.access import requires


@bp.get("/text-model")
@requires(permissions.can_read_review)
def text_model() -> ResponseReturnValue:
    """Show which text model is in use, what it is made of, and what has changed since."""
    version, found = version_in_use(), equipment()
    model = model_of(version) if version is not None else None
    wanted = found.encoder.name if found.encoder is not None else None
    in_use = version.encoder if version is not None else None
    names = list(dict.fromkeys(name for name in (in_use, wanted) if name is not None))
    changes = None
    if version is not None and model is not None:
        # An encoder that is broken is no other one.
        meant = found.state in {EncoderState.READY, EncoderState.OFF}
        changes = queries.changes_since(version, model, other_encoder=meant and wanted != in_use)
    fitting, embedding = vectors.last_job(FIT_JOB), vectors.last_job(EMBED_JOB)
    return render_template(
        "matches/text_model.html",
        version=version,
        model=model,
        found=found,
        wanted=wanted,
        changes=changes,
        vectors=queries.kept_vectors(names),
        versions=[(one, user, _can_be_read(one)) for one, user in queries.versions()],
        fitting=fitting,
        embedding=embedding,
        under_way=[
            (job, progress_of(job, terms.STAGES))
            for job in (fitting, embedding)
            if job and job.state not in ENDED
        ],
        is_nano=(in_use or wanted or "").startswith(NANO),
        terms=terms,
        words=words,
        can_review=permissions.can_review(g.user),
    )


def _can_be_read(version: TextModelVersion) -> bool:
    return is_of_this_code(version) and is_kept(version.key)


@bp.post("/text-model/versions")
@requires(permissions.can_review)
def fit_text_model() -> ResponseReturnValue:
    """Have the model fitted anew and taken into use."""
    services.start_fit(actor=g.user, now=utcnow())
    return redirect(url_for(".text_model"), 303)


@bp.post("/text-model/versions/<public_id>/use")
@requires(permissions.can_review, on=queries.version_by_public_id)
def use_text_model(version: TextModelVersion) -> ResponseReturnValue:
    """Take an earlier version into use again."""
    services.take_back(version, actor=g.user, now=utcnow())
    flash(_("The version is in use from now on. The next match run reads it."), "good")
    return redirect(url_for(".text_model"), 303)


@bp.post("/text-model/vectors")
@requires(permissions.can_review)
def compute_vectors() -> ResponseReturnValue:
    """Begin to compute the missing vectors, or go on where it was stopped."""
    vectors.start_embedding(actor=g.user, now=utcnow())
    return redirect(url_for(".text_model"), 303)


@bp.post("/text-model/work/<public_id>/cancel")
@requires(permissions.can_review, on=queries.work_on_text)
def cancel_text_work(job: Job) -> ResponseReturnValue:
    """Ask the work to stop."""
    vectors.stop(job, actor=g.user, now=utcnow())
    flash(_("The work is being stopped. What is computed stays."), "info")
    return redirect(url_for(".text_model"), 303)


@bp.get("/text-model/work/<public_id>/progress")
@requires(permissions.can_read_review, on=queries.work_on_text)
def text_work_progress(job: Job) -> ResponseReturnValue:
    """Say how far the work is, for the script that watches it."""
    return jsonify(progress_of(job, terms.STAGES))
