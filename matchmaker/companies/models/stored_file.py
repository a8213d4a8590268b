"""Files of companies: private, outside `static/`, reached through a permission."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.companies.models.company import Company
from matchmaker.companies.models.goods import Product
from matchmaker.db.base import Model, random_id


class StoredFile(Model):
    """A file of a company; its bytes stand in the file store under their hash."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size > 0", name="size_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(sa.String(16), default=random_id, unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    company: Mapped[Company] = relationship(lazy="raise")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    product: Mapped[Product | None] = relationship(lazy="raise")
    name: Mapped[str] = mapped_column(sa.String(200))
    """As uploaded, for the download; never used as a path."""
    media_type: Mapped[str] = mapped_column(sa.String(60))
    """As the content says, not as the browser said."""
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    created_at: Mapped[datetime]
