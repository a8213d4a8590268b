"""Pictures to upload."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired

from matchmaker.web.forms import Form


class PictureForm(Form):
    """One picture; what it is, its content decides."""

    picture = FileField(
        lazy_gettext("Picture of the product"),
        description=lazy_gettext("JPEG, PNG or WebP, at most 8 MB."),
        validators=[FileRequired(lazy_gettext("Choose a picture."))],
    )
