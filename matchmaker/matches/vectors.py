"""Sentence vectors of texts as they are kept; a run, a pair, a page only read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa

from matchmaker.companies.models import Company, Need, Product
from matchmaker.db.base import db
from matchmaker.engines.matching.analysis import Passage
from matchmaker.engines.matching.encoder import KeptBook, Sense, cleaned, digest_of
from matchmaker.engines.matching.text import TextModel
from matchmaker.events.enums import BUYER_ROLES, ParticipantRole
from matchmaker.matches.fair import taking_part
from matchmaker.matches.models import TextVector
from matchmaker.matches.text_model import model_in_use

EMBED_JOB = "embed"
"""Kind of the job that computes what is missing."""
AT_ONCE = 500
"""Digests asked for in one statement."""


def kept_book(
    passages: Sequence[Passage],
    *,
    model: TextModel | None = None,
    until: datetime | None = None,
) -> KeptBook | None:
    """Return the kept vectors of passages, by the encoder of a model, the one in use if not said.

    With `until`, only those kept by that moment: so a run sees the same when it is repeated. None
    where the model has no sense road. A transaction is left open.
    """
    model = model or model_in_use()
    if model is None or model.encoder_name_ is None or model.sense_ is None:
        return None
    digests = {digest_of(passage) for passage in passages}
    kept = dict(_kept(model.encoder_name_, digests, until=until))
    return KeptBook(model.encoder_name_, model.sense_.means_.shape[1], kept)


def _kept(
    encoder: str, digests: Iterable[str], *, until: datetime | None = None
) -> Iterator[tuple[str, bytes]]:
    for some in _some_at_once(digests):
        statement = sa.select(TextVector.digest, TextVector.content).where(
            TextVector.encoder == encoder, TextVector.digest.in_(some)
        )
        if until is not None:
            statement = statement.where(TextVector.created_at <= until)
        yield from ((digest, content) for digest, content in db.session.execute(statement))


def _some_at_once(digests: Iterable[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(digests)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def kept_of(encoder: str, digests: Iterable[str]) -> dict[str, bytes]:
    """Return the kept vectors of an encoder by digest."""
    return dict(_kept(encoder, digests))


def missing(passages: Iterable[Passage], encoder: str) -> list[Passage]:
    """Return those whose vector by an encoder is not kept, each text once; empty ones never."""
    wanted = {
        digest_of(passage): passage
        for passage in passages
        if cleaned(passage.title) or cleaned(passage.text)
    }
    kept: set[str] = set()
    for some in _some_at_once(wanted):
        kept.update(
            db.session.scalars(
                sa.select(TextVector.digest).where(
                    TextVector.encoder == encoder, TextVector.digest.in_(some)
                )
            )
        )
    return [passage for digest, passage in wanted.items() if digest not in kept]


def texts_of_goods(*, since: datetime | None = None) -> list[Passage]:
    """Return the texts of all products and needs that stand; with `since`, those saved later."""
    found = []
    for kind, title in ((Product, Product.name), (Need, Need.title)):
        statement = (
            sa.select(title, kind.description)
            .join(Company, Company.id == kind.company_id)
            .where(kind.withdrawn_at.is_(None), Company.erased_at.is_(None))
            .order_by(kind.id)
        )
        if since is not None:
            statement = statement.where(kind.updated_at >= since)
        found += [Passage(name, text) for name, text in db.session.execute(statement)]
    return found


def texts_of_event(event_id: int) -> list[Passage]:
    """Return the texts that a run over an event reads."""
    found = []
    for kind, title, roles in (
        (Product, Product.name, {ParticipantRole.EXHIBITOR}),
        (Need, Need.title, BUYER_ROLES),
    ):
        companies = taking_part(event_id, roles).subquery()
        statement = (
            sa.select(title, kind.description)
            .where(
                kind.company_id.in_(sa.select(companies.c.company_id)),
                kind.withdrawn_at.is_(None),
            )
            .order_by(kind.id)
        )
        found += [Passage(name, text) for name, text in db.session.execute(statement)]
    return found


def packed_whole(whole: Any) -> bytes:
    """Return a vector of a text without sub-texts as it is kept."""
    return Sense(whole, (), np.empty((0, len(whole)), dtype=np.float16)).to_bytes()
