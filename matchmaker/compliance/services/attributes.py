"""What a company says of its product, where it changes what is asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from matchmaker.accounts.models import User
from matchmaker.companies.models import Product
from matchmaker.companies.services.goods import set_attributes
from matchmaker.compliance.readiness_queries import asked_attributes
from matchmaker.compliance.services.readiness import renew_products


def answer_questions(
    product: Product,
    chosen: Collection[str],
    *,
    seen_version: int,
    actor: User,
    now: datetime,
) -> None:
    """Keep the answers to the questions that this product raises, and renew what stands on them.

    Raises
    ------
    ChangedMeanwhileError
        If somebody changed the product after the page was drawn (409).
    """
    asked = asked_attributes(product)
    set_attributes(product, chosen, asked=asked, seen_version=seen_version, actor=actor, now=now)
    renew_products([product.id], now=now)
