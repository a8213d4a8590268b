"""A fair whose companies' true tastes are known, and the profiles that they show of them.

What is assumed, and nothing of it is taken from the matching engine:

- Every product and need is of one subheading, some far more common than others, as at a fair:
  forty of them from fifteen chapters, their frequency falling as 1 / (rank + 3).
- A company cares in full for goods of its own subheading; for others of the heading by a tolerance
  of its own, 0.2 to 0.7; of the chapter by the cube of that; of another chapter not at all.
- Beside the goods a buyer looks at price, volume, certificates, lead time, language and the
  exporter's reliability, an exporter at its margin, the size of the order, language and the
  buyer's earnestness. Each has weights of its own, around those that are usual. What a company
  names (the highest price, the smallest order …) is where it is nearly content; how content it is
  rises smoothly with the ratio of what it gets to what it named.
- The chance that a company says yes is its interest in the goods times a logistic curve over that
  mean. The true gain of a pair is the chance that both say yes; of two companies, that of their
  best product and need.
- Profiles are what companies would write: a name of the goods, or another word for it, in their
  language, numbers of two digits. With the noise of 1, one text in ten names the heading only, one
  product in twenty and three needs in twenty have no code, three codes in a hundred are another
  one of the chapter, and a tenth of the other facts is missing; with less noise, less of all that.
  Weights, tolerances and earnestness are never shown; reliability only through readiness and past
  exports, by chance.

Nothing here is a real company.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.engines.matching.analysis import Language
from matchmaker.engines.matching.data import (
    Buyer,
    Concept,
    Exporter,
    Fair,
    Need,
    Product,
    Vocabulary,
)
from matchmaker.reference.services import pack_sectors

CHAPTERS = (
    "03",
    "07",
    "08",
    "09",
    "10",
    "17",
    "20",
    "42",
    "57",
    "61",
    "62",
    "63",
    "82",
    "90",
    "95",
)
CERTIFICATES = ("HACCP", "ISO 9001", "HALAL", "GOTS", "OEKO-TEX", "ISO 13485")
OFFERS = {
    "en": "We have made {word} for twenty years. {rest} Samples on request.",
    "ur": "ہمارا کارخانہ {word} تیار کرتا ہے۔ {rest} نمونے دستیاب ہیں۔",
}
WISHES = {
    "ja": "{word}の仕入先を探しております。{rest}長期の取引を希望します。",
    "en": "Our shops look for a source of {word}. {rest} Long-term trade preferred.",
}
RESTS = {
    "en": ("Packed for retail.", "Own brand is possible.", "Steady quality.", ""),
    "ur": ("معیار ایک سا رہتا ہے۔", "اپنے نام سے بھی ممکن ہے۔", ""),
    "ja": ("小売用の包装が必要です。", "自社ブランドでの販売を考えています。", ""),
}
KINDS = 40
PRODUCT_CODE_MISSING, NEED_CODE_MISSING = 0.05, 0.15
CODE_WRONG, HEADING_ONLY, FACT_MISSING = 0.03, 0.10, 0.10


@dataclass(frozen=True, slots=True)
class _Kind:
    """What companies of one side are like.

    ``weights`` are what they look at on average, and how surely: the larger, the less they differ.
    ``price`` and ``amount`` are mean and spread of logarithms, the price's to the level of the
    goods; ``days`` and ``certificates`` are from and to.
    """

    weights: tuple[float, ...]
    price: tuple[float, float]
    amount: tuple[float, float]
    days: tuple[int, int]
    certificates: tuple[int, int]


SELLERS = _Kind((5.0, 4.0, 1.0, 2.0), (0.0, 0.25), (7.0, 1.0), (20, 70), (0, 5))
"""They look at margin, size of the order, language, and the buyer's earnestness."""

LOOKERS = _Kind((5.0, 3.0, 3.0, 2.0, 1.0, 2.0), (0.15, 0.25), (6.0, 1.0), (20, 90), (0, 3))
"""They look at price, volume, certificates, lead time, language, and reliability."""


@dataclass(frozen=True, slots=True)
class KnownFair:
    """A fair, and the true gain of each exporter with each buyer, (n_exporters, n_buyers)."""

    fair: Fair
    gains: Any


@dataclass(frozen=True, slots=True)
class _Goods:
    """What a company truly offers or wants; prices and amounts in one currency and unit."""

    id: str
    code: str
    price: float
    amount: float
    least: float
    days: float
    certificates: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Company:
    """A company as nobody sees it; ``quality`` is reliability or earnestness, 0 to 1."""

    id: str
    tolerance: float
    weights: Any
    quality: float
    languages: frozenset[str]
    goods: tuple[_Goods, ...]


class TasteMaker:
    """Makes fairs; the same seed makes the same.

    ``noise`` is how much the profiles leave out or get wrong, 0 nothing.
    """

    def __init__(self, vocabulary: Vocabulary, seed: int, noise: float = 1.0) -> None:
        self._random = np.random.default_rng(seed)
        self._noise = noise
        self._names = {one.code: one for one in vocabulary.concepts if one.kind == "hs"}
        codes = sorted(code for code in self._names if code[:2] in CHAPTERS)
        self._kinds = self._common_kinds([code for code in codes if len(code) == 6])
        self._levels = {code: float(self._random.lognormal(2.0, 0.8)) for code in codes}
        self._prefixes = sorted(
            ((prefix, row["code"]) for row in pack_sectors() for prefix in row["hs_prefixes"]),
            key=lambda one: (-len(one[0]), one),
        )

    def make(self, *, exporters: int, buyers: int) -> KnownFair:
        """Return a fair of so many companies, with one or two products or needs each."""
        sellers = [self._seller(f"e{number:04}") for number in range(exporters)]
        lookers = [self._looker(f"b{number:04}") for number in range(buyers)]
        gains = np.array(
            [[_true_gain(seller, looker) for looker in lookers] for seller in sellers]
        )
        fair = Fair(
            tuple(self._exporter(seller) for seller in sellers),
            tuple(self._buyer(looker) for looker in lookers),
            tuple(self._product(seller, one) for seller in sellers for one in seller.goods),
            tuple(self._need(looker, one) for looker in lookers for one in looker.goods),
        )
        return KnownFair(fair, gains)

    def _common_kinds(self, codes: list[str]) -> list[str]:
        """Return the subheadings of the fair, the commonest first, up to three a heading."""
        draw = self._random
        kinds: list[str] = []
        while len(kinds) < KINDS:
            chapter = CHAPTERS[int(draw.integers(len(CHAPTERS)))]
            heading = str(draw.choice([code for code in codes if code[:2] == chapter]))[:4]
            siblings = [code for code in codes if code[:4] == heading and code not in kinds]
            kinds += [str(one) for one in draw.permutation(siblings)[:3]]
        return [str(one) for one in draw.permutation(kinds[:KINDS])]

    def _seller(self, name: str) -> _Company:
        draw = self._random
        urdu_alone = draw.random() < 0.2
        languages = frozenset({"ur"} if urdu_alone else {"en", "ur"})
        return self._company(
            name, languages | ({"ja"} if draw.random() < 0.15 else set()), SELLERS
        )

    def _looker(self, name: str) -> _Company:
        languages = frozenset({"ja", "en"} if self._random.random() < 0.6 else {"ja"})
        return self._company(name, languages, LOOKERS)

    def _company(self, name: str, languages: frozenset[str], kind: _Kind) -> _Company:
        draw = self._random
        common = 1 / (np.arange(KINDS) + 3)
        goods = []
        for number in range(1 + int(draw.random() < 0.4)):
            code = str(draw.choice(self._kinds, p=common / common.sum()))
            much = float(draw.lognormal(*kind.amount))
            held = draw.choice(CERTIFICATES, draw.integers(*kind.certificates), replace=False)
            goods.append(
                _Goods(
                    f"{name}-{number}",
                    code,
                    self._levels[code] * float(draw.lognormal(*kind.price)),
                    much,
                    much * float(draw.uniform(0.05, 0.6)),
                    float(draw.uniform(*kind.days)),
                    frozenset(str(one) for one in held),
                )
            )
        tolerance, quality = float(draw.uniform(0.2, 0.7)), float(draw.beta(4, 2))
        own = draw.dirichlet(kind.weights)
        return _Company(name, tolerance, own, quality, languages, tuple(goods))

    def _exporter(self, seller: _Company) -> Exporter:
        draw, quality = self._random, seller.quality
        abroad = draw.random(3) < quality * np.array([0.7, 0.5, 0.3])
        markets = frozenset(
            one for one, is_there in zip(("AE", "GB", "JP"), abroad, strict=True) if is_there
        )
        return Exporter(
            seller.id, seller.id, "PK", seller.languages, markets, first_time=not markets
        )

    def _buyer(self, looker: _Company) -> Buyer:
        return Buyer(looker.id, looker.id, "JP", looker.languages)

    def _product(self, seller: _Company, goods: _Goods) -> Product:
        language: Language = "en" if "en" in seller.languages else "ur"
        readiness = float(np.clip(seller.quality + self._random.normal(0.0, 0.15), 0.0, 1.0))
        return Product(
            goods.id,
            seller.id,
            *self._said(goods, language, OFFERS[language]),
            language,
            capacity_per_month=self._shown(goods.amount),
            min_order=self._shown(goods.least),
            price_min=self._shown(goods.price),
            readiness=self._maybe(round(readiness, 2)),
            **self._stated(goods, PRODUCT_CODE_MISSING),
        )

    def _need(self, looker: _Company, goods: _Goods) -> Need:
        language: Language = "ja" if self._random.random() < 0.9 else "en"
        return Need(
            goods.id,
            looker.id,
            *self._said(goods, language, WISHES[language]),
            language,
            volume_per_month=self._shown(goods.amount),
            price_max=self._shown(goods.price),
            **self._stated(goods, NEED_CODE_MISSING),
        )

    def _said(self, goods: _Goods, language: Language, text: str) -> tuple[str, str]:
        """Return title and text: names of the subheading, or of the heading only."""
        draw = self._random
        heading = self._names.get(goods.code[:4])
        concept: Concept = self._names[goods.code]
        if heading is not None and self._happens(HEADING_ONLY):
            concept = heading
        words = [concept.name(language) or concept.en, *concept.search(language)]
        title, word = (str(draw.choice(words)) for _ in range(2))
        return title, text.format(word=word, rest=draw.choice(RESTS[language]))

    def _stated(self, goods: _Goods, code_missing: float) -> dict[str, Any]:
        draw = self._random
        code = goods.code
        if self._happens(CODE_WRONG):
            code = str(draw.choice([one for one in self._names if one[:2] == code[:2]]))
        sector = next((s for p, s in self._prefixes if goods.code.startswith(p)), None)
        return {
            "hs_codes": () if self._happens(code_missing) else (code,),
            "sector": self._maybe(sector),
            "unit": self._maybe("kg"),
            "currency": "USD",
            "lead_time_days": self._maybe(round(goods.days / 7) * 7),
            "certificates": frozenset() if self._happens(FACT_MISSING) else goods.certificates,
        }

    def _shown(self, value: float) -> float | None:
        """Return a number as it is written down: two digits of it, if at all."""
        return self._maybe(float(f"{value:.1e}"))

    def _maybe(self, value: Any) -> Any:
        return None if self._happens(FACT_MISSING) else value

    def _happens(self, often: float) -> bool:
        return bool(self._random.random() < often * self._noise)


def _true_gain(seller: _Company, looker: _Company) -> float:
    """Return the chance that both say yes to their best goods."""
    return max(
        _yes_of_buyer(seller, looker, offer, wish) * _yes_of_exporter(seller, looker, offer, wish)
        for offer in seller.goods
        for wish in looker.goods
    )


def _yes_of_buyer(seller: _Company, looker: _Company, offer: _Goods, wish: _Goods) -> float:
    missing = len(wish.certificates - offer.certificates)
    content = np.array(
        [
            _enough(wish.price / offer.price, 12.0),
            _enough(offer.amount / wish.amount, 4.0),
            0.5**missing,
            _enough(wish.days / offer.days, 6.0),
            1.0 if seller.languages & looker.languages else 0.3,
            seller.quality,
        ]
    )
    return _interest(looker, offer, wish) * _curve(6 * float(looker.weights @ content) - 3)


def _yes_of_exporter(seller: _Company, looker: _Company, offer: _Goods, wish: _Goods) -> float:
    content = np.array(
        [
            _enough(wish.price / offer.price, 12.0),
            _enough(wish.amount / offer.least, 4.0),
            1.0 if seller.languages & looker.languages else 0.3,
            looker.quality,
        ]
    )
    return _interest(seller, offer, wish) * _curve(6 * float(seller.weights @ content) - 3)


def _enough(ratio: float, steepness: float) -> float:
    """Return how content one is with a share of what was named as enough: 0.88 with just that."""
    return _curve(steepness * np.log(ratio) + 2)


def _interest(company: _Company, offer: _Goods, wish: _Goods) -> float:
    """Return how much a company cares for goods that are so far from its own."""
    for digits, power in ((6, 0), (4, 1), (2, 3)):
        if offer.code[:digits] == wish.code[:digits]:
            return float(company.tolerance**power)
    return 0.0


def _curve(value: Any) -> float:
    return float(1 / (1 + np.exp(-value)))
