"""Exporters and buyers by the thousand, made up from the names of the Harmonized System.

Nothing here is a real company. Texts are short, as in a fair's catalogue; nine in ten products
and three in four needs state an HS code, and a fifth of the other facts is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from zlib import crc32

import numpy as np

from bench.fair import MAKE, SEEK
from matchmaker.engines.matching.analysis import Language, Passage
from matchmaker.engines.matching.data import (
    Buyer,
    Concept,
    Exporter,
    Fair,
    Need,
    Product,
    Vocabulary,
)
from matchmaker.engines.matching.encoder import Sense, Span, digest_of, nano_encoder, whole_of
from matchmaker.matches.name_vectors import names_of, shipped_names
from matchmaker.reference.services import pack_sectors

SEED = 20270312
OFFER_UR = "ہم {city} میں {name} ({word}) برآمد کے لیے تیار کرتے ہیں۔"
SEEK_EN = "We look for {name} ({word}, {other}) for our shops in Japan."
CITIES = ("Karachi", "Lahore", "Sialkot", "Faisalabad", "Multan", "Peshawar")
CERTIFICATES = ("HACCP", "ISO 9001", "HALAL", "GOTS", "OEKO-TEX", "BRC", "ISO 13485", "FSC")
DIMENSIONS = 384
NOISE = 0.6
"""Length of what a text says beside its goods, to that of the name's vector."""


@dataclass(frozen=True, slots=True)
class Goods:
    """A code with its names and sector."""

    concept: Concept
    sector: str


class GoodsMaker:
    """Makes fairs; the same seed makes the same."""

    def __init__(self, vocabulary: Vocabulary, seed: int = SEED) -> None:
        self.random = Random(seed)
        self.said: dict[Passage, tuple[str, Language]] = {}
        """The code that each text was made of, and its language."""
        prefixes = sorted(
            ((prefix, row["code"]) for row in pack_sectors() for prefix in row["hs_prefixes"]),
            key=lambda one: -len(one[0]),
        )
        self.goods = []
        for concept in vocabulary.concepts:
            sector = next((s for p, s in prefixes if concept.code.startswith(p)), None)
            if concept.kind == "hs" and len(concept.code) >= 4 and sector and concept.ja:
                self.goods.append(Goods(concept, sector))
        self.near: dict[str, list[Goods]] = {}
        for one in self.goods:
            self.near.setdefault(one.sector.split("-")[0], []).append(one)

    def make(self, exporters: int, buyers: int, products: int = 1, needs: int = 1) -> Fair:
        """Return a fair of so many companies, each with so many goods."""
        sellers = [self.exporter(f"e{number:07}") for number in range(exporters)]
        lookers = [self.buyer(f"b{number:07}") for number in range(buyers)]
        return Fair(
            tuple(sellers),
            tuple(lookers),
            tuple(one for seller in sellers for one in self.products(seller.id, products)),
            tuple(one for looker in lookers for one in self.needs(looker.id, needs)),
        )

    def exporter(self, name: str) -> Exporter:
        """Return an exporter of that id."""
        draw = self.random
        return Exporter(
            name, name, "PK", frozenset(("en", "ur")),
            markets=frozenset(draw.sample(["AE", "US", "GB", "DE", "JP"], draw.randint(0, 2))),
            first_time=draw.random() < 0.3, supplier_kind=draw.choice(["manufacturer", "trader"]),
        )  # fmt: skip

    def buyer(self, name: str) -> Buyer:
        """Return a buyer of that id."""
        languages = ("ja", "en") if self.random.random() < 0.6 else ("ja",)
        return Buyer(name, name, "JP", frozenset(languages))

    def products(self, exporter: str, number: int) -> list[Product]:
        """Return so many products of one exporter, of like goods."""
        draw = self.random
        home = draw.choice(self.goods)
        made = []
        for place in range(number):
            goods = self._near(home)
            language: Language = "en" if draw.random() < 0.85 else "ur"
            text = OFFER_UR if language == "ur" else draw.choice(MAKE)
            made.append(
                Product(
                    f"{exporter}-{place}", exporter, *self._said(goods, language, text), language,
                    capacity_per_month=self._maybe(draw.randint(1, 400) * 100.0),
                    min_order=self._maybe(draw.randint(1, 40) * 10.0),
                    price_min=self._maybe(draw.uniform(2, 80)),
                    readiness=self._maybe(draw.random()),
                    **self._stated(goods, 0.9),
                )
            )  # fmt: skip
        return made

    def needs(self, buyer: str, number: int) -> list[Need]:
        """Return so many needs of one buyer, of like goods."""
        draw = self.random
        home = draw.choice(self.goods)
        made = []
        for place in range(number):
            goods = self._near(home)
            language: Language = "ja" if draw.random() < 0.9 else "en"
            text = SEEK_EN if language == "en" else draw.choice(SEEK)
            made.append(
                Need(
                    f"{buyer}-{place}", buyer, *self._said(goods, language, text), language,
                    volume_per_month=self._maybe(draw.randint(1, 400) * 50.0),
                    price_max=self._maybe(draw.uniform(2, 80)),
                    **self._stated(goods, 0.75),
                )
            )  # fmt: skip
        return made

    def _near(self, home: Goods) -> Goods:
        if self.random.random() < 0.25:
            return self.random.choice(self.goods)
        return self.random.choice(self.near[home.sector.split("-")[0]])

    def _said(self, goods: Goods, language: Language, text: str) -> tuple[str, str]:
        name = goods.concept.name(language) or goods.concept.en
        words = goods.concept.search(language) or (name,)
        title = name[:200]
        said = text.format(
            name=name,
            word=self.random.choice(words),
            other=self.random.choice(words),
            city=self.random.choice(CITIES),
        )
        self.said[Passage(title, said)] = goods.concept.code, language
        return title, said

    def _stated(self, goods: Goods, coded: float) -> dict[str, Any]:
        draw = self.random
        return {
            "hs_codes": (goods.concept.code,) if draw.random() < coded else (),
            "sector": goods.sector,
            "unit": "kg",
            "currency": "USD",
            "lead_time_days": self._maybe(draw.randint(2, 12) * 7),
            "certificates": frozenset(draw.sample(CERTIFICATES, draw.randint(0, 3))),
        }

    def _maybe(self, value: Any) -> Any:
        return value if self.random.random() < 0.8 else None


class GoodsBook:
    """Vectors of the texts of a `GoodsMaker`: of the name of the goods, with noise of the text.

    The names' are those that come with the product. Where these are not there, they are made up:
    of the same shape, near for codes that are near.
    """

    def __init__(self, vocabulary: Vocabulary, maker: GoodsMaker) -> None:
        encoder = nano_encoder()
        self.encoder_name = encoder.name if encoder else "made-up"
        self._maker = maker
        self._random = np.random.default_rng(SEED)
        self._noise = _unit(self._random.standard_normal((4_096, DIMENSIONS)))
        kept = shipped_names(self.encoder_name)
        self.are_made_up = not kept
        self._by_digest = {key: whole_of(one, DIMENSIONS) for key, one in kept.items()}
        self._by_code: dict[tuple[str, Language], Any] = {}
        levels: dict[str, Any] = {}
        for concept in vocabulary.concepts:
            steps = [concept.code[:end] for end in (2, 4, 6, 20)]
            for step in steps:
                levels.setdefault(step, self._random.standard_normal(DIMENSIONS))
            middle = sum(levels[step] for step in steps)
            for language, passages in _names(concept).items():
                for passage in passages:
                    said = _unit(middle + self._random.standard_normal(DIMENSIONS))
                    vector = self._by_digest.setdefault(digest_of(passage), said)
                    self._by_code.setdefault((concept.code, language), vector)

    def wholes(self, passages: Sequence[Passage]) -> Any:
        """Return the vectors, see `Book`."""
        found = np.zeros((len(passages), DIMENSIONS), dtype=np.float32)
        for row, passage in enumerate(passages):
            said = self._maker.said.get(passage)
            if said is not None:
                noise = self._noise[crc32(passage.text.encode()) % len(self._noise)]
                found[row] = _unit(self._by_code[said] + NOISE * noise)
            elif passage.title or passage.text:
                found[row] = self._by_digest.get(digest_of(passage), 0.0)
        return found

    def sense(self, passage: Passage) -> Sense | None:
        """Return a passage with its title and its text as sub-texts."""
        if passage not in self._maker.said:
            return None
        (whole,) = self.wholes([passage])
        spans: tuple[Span, ...] = (
            ("title", 0, len(passage.title)),
            ("text", 0, len(passage.text)),
        )
        return Sense(whole, spans, np.stack([whole, whole]).astype(np.float16))


def _names(concept: Concept) -> dict[Language, list[Passage]]:
    passages = list(names_of([concept]))
    languages: tuple[Language, ...] = ("en", "ja", "ur")
    half = len(passages) // len(languages)
    return {
        language: passages[half * place : half * (place + 1)]
        for place, language in enumerate(languages)
    }


def _unit(vectors: Any) -> Any:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
