"""Words that every listing and enquiry has, and that say nothing about the goods, folded."""

ENGLISH_FILLERS = """
    product products quality best good premium supplier suppliers supply manufacturer
    manufacturers exporter exporters export exported import importer importers buyer buyers
    company companies looking seek seeking want wanted need needed needs pakistan pakistani
    japan japanese offer offers price prices pcs piece pieces kg ton tons month monthly year
    minimum order orders delivery shipment market markets new made make use used using item
    items type types available various including like high
"""

ATTRIBUTE_LABELS = """
    gender color colour style method material size brand feature function occasion compatibility
    season model number certification warranty origin place age group pattern shape design
    department theme sort kind weight length width height application description supplies
"""
"""What stands before a value in a listing's form: it is read, but no reason for a pair."""

JAPANESE_FILLERS = """
    商品 製品 品質 高品質 輸出 輸入 企業 会社 弊社 当社 希望 求める 探す 募集 供給
    仕入れ 仕入れる 調達 パキスタン 日本 可能 対応 用 為る 有る 居る 出来る 無い 成る
    等 其の他 其の 此の 限る 物 者 事 及び 又 頂く 下さる 御願い 願う
"""

URDU_FILLERS = """
    اور یا کا کی کے کو سے میں پر ہے ہیں تہا تہے نے بہی جو یہ وہ ایک لیے لئے دیگر نہ تک ساتہ ہم
    ہماری ہمارے ہمیں چاہیے درکار
"""
