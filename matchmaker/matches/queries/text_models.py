"""Questions about versions of the text model and the vectors of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from matchmaker.accounts.models import User
from matchmaker.db.base import db
from matchmaker.engines.matching.data import Concept
from matchmaker.engines.matching.encoder import digest_of
from matchmaker.engines.matching.text import TextModel
from matchmaker.jobs.models import Job
from matchmaker.matches.models import TextModelVersion
from matchmaker.matches.text_model import FIT_JOB, dictionary_digest, vocabulary
from matchmaker.matches.vectors import EMBED_JOB, missing, texts_of_goods

VERSIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different now from what the model in use was fitted on."""

    added: int
    """Names of goods, in any number of languages, that it does not know."""
    removed: int
    reworded: int
    dictionary: bool
    encoder: bool

    @property
    def names(self) -> bool:
        return bool(self.added or self.removed or self.reworded)

    @property
    def any(self) -> bool:
        return self.names or self.dictionary or self.encoder


@dataclass(frozen=True, slots=True)
class Kept:
    """Of how many texts an encoder's vectors are there."""

    encoder: str
    texts: int
    kept: int

    @property
    def complete(self) -> bool:
        return self.kept == self.texts

    @property
    def percent(self) -> int:
        return 100 * self.kept // self.texts if self.texts else 100


def versions() -> Sequence[tuple[TextModelVersion, User | None]]:
    """Return the versions with who fitted them, the one used last first."""
    rows = db.session.execute(
        sa.select(TextModelVersion, User)
        .outerjoin(User, User.id == TextModelVersion.fitted_by_id)
        .order_by(TextModelVersion.in_use_since.desc().nulls_last(), TextModelVersion.id.desc())
        .limit(VERSIONS_SHOWN)
    )
    return [(version, user) for version, user in rows]


def version_by_public_id(public_id: str) -> TextModelVersion:
    """Return one version.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(TextModelVersion).where(TextModelVersion.public_id == public_id)
    ).one()


def work_on_text(public_id: str) -> Job:
    """Return a job that fits the text model or computes vectors.

    Raises
    ------
    NoResultFound
        If there is none.
    """
    return db.session.scalars(
        sa.select(Job).where(Job.public_id == public_id, Job.kind.in_((FIT_JOB, EMBED_JOB)))
    ).one()


def changes_since(version: TextModelVersion, model: TextModel, *, other_encoder: bool) -> Changes:
    """Compare what a version was fitted on with the present names and dictionary."""
    then = {concept.code: concept for concept in model.vocabulary.concepts}
    today: dict[str, Concept] = {concept.code: concept for concept in vocabulary().concepts}
    both = then.keys() & today.keys()
    return Changes(
        added=len(today.keys() - then.keys()),
        removed=len(then.keys() - today.keys()),
        reworded=sum(then[code] != today[code] for code in both),
        dictionary=(version.figures or {}).get("dictionary") != dictionary_digest(),
        encoder=other_encoder,
    )


def kept_vectors(encoders: Sequence[str]) -> list[Kept]:
    """Count the texts of all products and needs, and those with a vector by each encoder."""
    passages = {digest_of(passage): passage for passage in texts_of_goods()}.values()
    return [
        Kept(encoder, len(passages), len(passages) - len(missing(passages, encoder)))
        for encoder in encoders
    ]
