"""Files of companies, through the permission to see them; and pictures to upload."""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from matchmaker.companies import page_queries, permissions, queries
from matchmaker.companies.forms.files import PictureForm
from matchmaker.companies.models import Product, StoredFile
from matchmaker.companies.services import files as services
from matchmaker.companies.services.scans import PDF
from matchmaker.companies.sight import SeenFile
from matchmaker.config import Settings
from matchmaker.db.clock import utcnow
from matchmaker.errors import MatchmakerError
from matchmaker.web.access import requires

bp = Blueprint("files", __name__)
SHOWN_BY_BROWSERS = frozenset({*services.MEDIA_TYPES.values(), PDF})
"""Of checked content, and of a kind that runs no script of the page."""


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def seen(public_id: str) -> SeenFile:
    """Return the file as the one who asks meets it."""
    return page_queries.seen_file(public_id, asker=g.user)


@bp.get("/files/<public_id>")
@requires(permissions.can_see_file, on=seen)
def show(seen: SeenFile) -> ResponseReturnValue:
    """Send a file to those who may see it; the browser asks anew each time it shows it."""
    file = seen.file
    answer = send_file(
        services.path_of(_settings().files_path, file.sha256),
        mimetype=file.media_type,
        as_attachment=file.media_type not in SHOWN_BY_BROWSERS,
        download_name=file.name,
        etag=file.sha256,
        last_modified=file.created_at,
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _draw(product: Product, form: PictureForm) -> str:
    return render_template(
        "companies/pictures.html",
        product=product,
        company=product.company,
        form=form,
        pictures=page_queries.pictures_of(product),
        most=services.MAX_PICTURES,
    )


@bp.get("/products/<public_id>/pictures")
@requires(permissions.can_edit_its, on=queries.product_to_edit)
def pictures(product: Product) -> ResponseReturnValue:
    """Show the pictures of a product."""
    return _draw(product, PictureForm(None))


@bp.post("/products/<public_id>/pictures")
@requires(permissions.can_edit_its, on=queries.product_to_edit)
def add(product: Product) -> ResponseReturnValue:
    """Add a picture to a product."""
    form = PictureForm()
    if not form.validate():
        return _draw(product, form), 422
    upload = form.picture.data
    try:
        services.add_picture(
            product,
            upload.read(),
            name=upload.filename or "",
            store=_settings().files_path,
            actor=g.user,
            now=utcnow(),
        )
    except MatchmakerError as error:
        form.picture.errors = [str(error)]
        return _draw(product, form), error.status
    flash(_("The picture is saved."), "success")
    return redirect(url_for("files.pictures", public_id=product.public_id), 303)


@bp.post("/files/<public_id>/removal")
@requires(permissions.can_edit_its, on=page_queries.file_to_remove)
def remove(file: StoredFile) -> ResponseReturnValue:
    """Take a picture away."""
    services.remove_file(file, actor=g.user, now=utcnow())
    flash(_("The picture is removed."), "success")
    if file.product is None:
        return redirect(url_for("companies.page", public_id=file.company.public_id), 303)
    return redirect(url_for("files.pictures", public_id=file.product.public_id), 303)
