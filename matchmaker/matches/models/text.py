"""The fitted text models of the installation, and the sentence vectors of texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from matchmaker.db.base import Model, random_id


class TextVector(Model):
    """A text as an encoder sees it; computed once a cleaned text and encoder, then only read."""

    __tablename__ = "text_vector"

    encoder: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    """Name and version; vectors of different encoders are never compared."""
    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    """SHA-256 of the cleaned title and text."""
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """The whole text and its sentences, as the engine packs them."""
    created_at: Mapped[datetime]


class TextModelVersion(Model):
    """A text model once fitted; the one in use is that with the latest `in_use_since`."""

    __tablename__ = "text_model_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    version: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """As the engine names it."""
    key: Mapped[str] = mapped_column(sa.String(64))
    """Names the kept file."""
    roads: Mapped[list[str]]
    encoder: Mapped[str | None] = mapped_column(sa.String(80))
    """Of the sense road; empty without one."""
    names: Mapped[int]
    """Concepts it was fitted on."""
    fitted_at: Mapped[datetime]
    fitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    """Empty when fitted by command or at the first start."""
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), unique=True)
    figures: Mapped[dict[str, Any] | None]
    """What was measured after fitting."""
    in_use_since: Mapped[datetime | None] = mapped_column(index=True)
