"""The smallest valid fair, and a vocabulary that fits a page."""

from matchmaker.engines.matching.data import (
    Buyer,
    Concept,
    Exporter,
    Fair,
    Need,
    Product,
    Vocabulary,
)
from matchmaker.engines.matching.run import match

VOCABULARY = Vocabulary(
    (
        Concept(
            "0306",
            "hs",
            "Shrimps and crabs",
            "えび・かに",
            "جھینگے اور کیکڑے",
            ("prawn",),
            ("海老",),
        ),
        Concept(
            "030617",
            "hs",
            "Frozen shrimps",
            "冷凍えび",
            "منجمد جھینگا",
            ("frozen prawn",),
            ("冷凍エビ",),
        ),
        Concept(
            "0805",
            "hs",
            "Citrus fruit",
            "かんきつ類",
            "ترشاوہ پھل",
            ("kinnow", "mandarin"),
            ("みかん",),
        ),
        Concept(
            "1006", "hs", "Rice", "米", "چاول", ("basmati", "chawal"), ("バスマティ", "長粒米")
        ),
        Concept("2501", "hs", "Salt", "塩", "نمک", ("rock salt", "pink salt"), ("岩塩",)),
        Concept(
            "5205", "hs", "Cotton yarn", "綿糸", "سوتی دھاگا", ("carded yarn",), ("カード糸",)
        ),
        Concept(
            "5701", "hs", "Hand-knotted carpets", "手織りじゅうたん", "قالین", ("rugs",), ("絨毯",)
        ),
        Concept(
            "6302",
            "hs",
            "Bed linen and towels",
            "寝具・タオル",
            "چادریں اور تولیے",
            ("sheets",),
            ("シーツ",),
        ),
        Concept(
            "630260",
            "hs",
            "Cotton towels",
            "綿タオル",
            "سوتی تولیے",
            ("bath towel",),
            ("バスタオル",),
        ),
        Concept(
            "9018", "hs", "Surgical instruments", "手術器具", "آلات جراحی", ("forceps",), ("鉗子",)
        ),
        Concept(
            "9506", "hs", "Footballs", "サッカーボール", "فٹ بال", ("soccer ball",), ("ボール",)
        ),
        Concept("TEXT", "sector", "Textiles", "繊維", "ٹیکسٹائل"),
        Concept("TEXT-TOWEL", "sector", "Towels", "タオル", "تولیے"),
        Concept("ICTS-DEV", "sector", "Software development", "ソフトウェア開発", "سافٹ ویئر"),
    )
)


def make_product(id="p1", exporter="e1", title="Cotton towels", text="", **others):
    return Product(id, exporter, title, text, others.pop("language", "en"), **others)


def make_need(id="n1", buyer="b1", title="綿タオル", text="", **others):
    return Need(id, buyer, title, text, others.pop("language", "ja"), **others)


def make_exporter(id="e1", **others):
    return Exporter(id, others.pop("name", id), others.pop("country", "PK"), **others)


def make_buyer(id="b1", **others):
    return Buyer(id, others.pop("name", id), others.pop("country", "JP"), **others)


def make_fair(products, needs, *, exporters=(), buyers=(), **others):
    """Return a fair of these products and needs; companies not given are made from their ids."""
    named = {exporter.id for exporter in exporters}
    looking = {buyer.id for buyer in buyers}
    ids = dict.fromkeys(product.exporter for product in products if product.exporter not in named)
    more = dict.fromkeys(need.buyer for need in needs if need.buyer not in looking)
    return Fair(
        (*exporters, *map(make_exporter, ids)),
        (*buyers, *map(make_buyer, more)),
        tuple(products),
        tuple(needs),
        **others,
    )


GOODS = [
    ("Frozen shrimps", "冷凍エビ", "030617"),
    ("Basmati rice", "バスマティ米", "1006"),
    ("Cotton towels", "綿タオル", "630260"),
    ("Surgical instruments", "手術器具", "9018"),
]


def market():
    """Four exporters and four buyers, of whom each two want the same goods."""
    return make_fair(
        [
            make_product(
                f"p{n}{m}",
                f"e{n}",
                title,
                hs_codes=(code,) if m else (),
                capacity_per_month=100.0 * (n + 1),
                min_order=40.0,
                unit="kg",
                price_min=2.0,
                currency="USD",
                lead_time_days=60,
            )
            for n, (title, _, code) in enumerate(GOODS)
            for m in range(2)
        ],
        [
            make_need(
                f"n{n}",
                f"b{n}",
                name,
                hs_codes=(code,),
                volume_per_month=200.0,
                unit="kg",
                price_max=2.2,
                currency="USD",
                lead_time_days=40,
                certificates=frozenset({"HACCP"}),
            )
            for n, (_, name, code) in enumerate(GOODS)
        ],
    )


def only(result):
    (suggestion,) = result.suggestions
    return suggestion


def one_pair(text, product=None, need=None, **others):
    fair = make_fair([make_product(**(product or {}))], [make_need(**(need or {}))], **others)
    return match(fair, text=text)
