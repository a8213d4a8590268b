"""The readiness of products, as last computed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaker.companies.models import Product
from matchmaker.db.base import Model


class ProductReadiness(Model):
    """The answer for one product on one occasion, with what it was computed from.

    An occasion is a fair, or none: features above know which, this one only its dates. So whoever
    changes a paper or a requirement can renew every row without asking for the fair.
    """

    __tablename__ = "product_readiness"

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    product: Mapped[Product] = relationship(lazy="raise")
    occasion: Mapped[str] = mapped_column(sa.String(16), primary_key=True, default="")
    """Public id of the event; empty: a shipment today, without one."""
    in_market: Mapped[bool]
    """Whether the event is in the market itself, so that samples cross its border."""
    as_of: Mapped[date]
    event_end: Mapped[date | None]
    shipment: Mapped[date | None]
    """Empty: the end of the event."""
    event_level: Mapped[str | None] = mapped_column(sa.String(16))
    """READY, CONDITIONAL, NOT_READY or BLOCKED; empty where no requirement touches the stage."""
    event_overall: Mapped[float | None]
    """0 to 1."""
    shipment_level: Mapped[str | None] = mapped_column(sa.String(16))
    shipment_overall: Mapped[float | None]
    shipment_buyer: Mapped[float | None]
    gaps: Mapped[int]
    """Mandatory requirements of the shipment that stand between the product and READY."""
    detail: Mapped[dict[str, Any]]
    """By stage, each requirement with its status and the paper that decides it."""
    revision: Mapped[int]
    """Of requirements, programmes and agreements: `ComplianceState.revision`."""
    product_version: Mapped[int]
    papers: Mapped[dict[str, Any]]
    """The papers that counted, by public id: certificate, first and last day."""
    computed_at: Mapped[datetime]

    __table_args__ = (sa.Index(None, "occasion", "shipment_level"),)
