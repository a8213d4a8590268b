"""Single terms: amounts with their unit, languages, names from the reference data, labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.lists import format_list
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from matchmaker.companies.enums import Period, Unit
from matchmaker.matches.enums import BlockReason, RejectionReason, SuggestionState
from matchmaker.matches.queries.queue import Flag, Sort
from matchmaker.web.formats import say_hs, say_money, say_number
from matchmaker.web.i18n import best_text, language

AMOUNTS: dict[Unit, Callable[[int, str], str]] = {
    Unit.PIECE: lambda n, a: ngettext("%(a)s piece", "%(a)s pieces", n, a=a),
    Unit.PAIR: lambda n, a: ngettext("%(a)s pair", "%(a)s pairs", n, a=a),
    Unit.SET: lambda n, a: ngettext("%(a)s set", "%(a)s sets", n, a=a),
    Unit.DOZEN: lambda n, a: ngettext("%(a)s dozen", "%(a)s dozens", n, a=a),
    Unit.CARTON: lambda n, a: ngettext("%(a)s carton", "%(a)s cartons", n, a=a),
    Unit.KG: lambda n, a: ngettext("%(a)s kg", "%(a)s kg", n, a=a),
    Unit.TONNE: lambda n, a: ngettext("%(a)s tonne", "%(a)s tonnes", n, a=a),
    Unit.LITRE: lambda n, a: ngettext("%(a)s litre", "%(a)s litres", n, a=a),
    Unit.METRE: lambda n, a: ngettext("%(a)s metre", "%(a)s metres", n, a=a),
    Unit.SQUARE_METRE: lambda n, a: ngettext("%(a)s square metre", "%(a)s square metres", n, a=a),
    Unit.HOUR: lambda n, a: ngettext("%(a)s hour", "%(a)s hours", n, a=a),
}

ONE: dict[Unit, Any] = {
    Unit.PIECE: _l("piece"),
    Unit.PAIR: _l("pair"),
    Unit.SET: _l("set"),
    Unit.DOZEN: _l("dozen"),
    Unit.CARTON: _l("carton"),
    Unit.KG: _l("kg"),
    Unit.TONNE: _l("tonne"),
    Unit.LITRE: _l("litre"),
    Unit.METRE: _l("metre"),
    Unit.SQUARE_METRE: _l("square metre"),
    Unit.HOUR: _l("hour"),
}

PARTS: dict[str, Any] = {
    "hs": _l("HS code"),
    "sector": _l("Sector"),
    "text": _l("Goods in words"),
    "volume": _l("Volume"),
    "min_order": _l("Minimum order"),
    "price": _l("Price"),
    "lead_time": _l("Lead time"),
    "certificates": _l("Certificates"),
    "readiness": _l("Readiness for the market"),
    "language": _l("Language"),
    "experience": _l("Export experience"),
    "supplier": _l("Kind of supplier"),
}

STATES: dict[SuggestionState, Any] = {
    SuggestionState.PENDING: _l("Waiting"),
    SuggestionState.APPROVED: _l("Approved"),
    SuggestionState.REJECTED: _l("Rejected"),
    SuggestionState.HELD: _l("On hold"),
    SuggestionState.SUPERSEDED: _l("Put aside"),
}
STATE_KINDS = {
    SuggestionState.PENDING: "none",
    SuggestionState.APPROVED: "good",
    SuggestionState.REJECTED: "bad",
    SuggestionState.HELD: "warn",
    SuggestionState.SUPERSEDED: "none",
}

REJECTIONS: dict[RejectionReason, Any] = {
    RejectionReason.WRONG_GOODS: _l("The goods do not fit"),
    RejectionReason.VOLUME: _l("The volumes do not fit"),
    RejectionReason.PRICE: _l("The prices do not fit"),
    RejectionReason.CERTIFICATES: _l("Certificates are missing"),
    RejectionReason.NOT_READY: _l("The exporter is not ready for this market"),
    RejectionReason.ALREADY_IN_TOUCH: _l("The two are in touch already"),
    RejectionReason.COMPETITOR: _l("The two compete with each other"),
    RejectionReason.CAPACITY: _l("One of the two has enough meetings"),
    RejectionReason.OTHER: _l("Another reason, written below"),
}

BLOCKS: dict[BlockReason, Any] = {
    BlockReason.ASKED: _l("One of the two asked for it"),
    BlockReason.DISPUTE: _l("The two are in dispute"),
    BlockReason.RELATED: _l("The two belong to one group"),
    BlockReason.COMPETITOR: _l("The two compete with each other"),
    BlockReason.OTHER: _l("Another reason, written below"),
}

DECIDED_MANY: dict[SuggestionState, Callable[[int], str]] = {
    SuggestionState.APPROVED: lambda n: ngettext(
        "%(num)d suggestion approved.", "%(num)d suggestions approved.", n
    ),
    SuggestionState.REJECTED: lambda n: ngettext(
        "%(num)d suggestion rejected.", "%(num)d suggestions rejected.", n
    ),
    SuggestionState.HELD: lambda n: ngettext(
        "%(num)d suggestion put on hold.", "%(num)d suggestions put on hold.", n
    ),
}

UNMATCHED: dict[str, Any] = {
    "no_product": _l("It offers no product yet."),
    "no_need": _l("It names no need yet."),
    "barred": _l("None of its products is allowed into Japan yet."),
    "late": _l("What fits is not allowed into Japan by the day it is needed."),
    "blocked": _l("Everybody it could meet was ruled out or rejected before."),
    "competitor": _l("Those who would fit compete with it: they sell the same goods."),
    "other_goods": _l("Nobody at this event deals in its goods, or too little fits."),
    "partners_full": _l("Those who fit have as many suggestions as the limits allow."),
}

FLAGS: dict[Flag, Any] = {
    Flag.FIRST_TIME: _l("First-time exporter"),
    Flag.WOMEN_LED: _l("Women-led"),
    Flag.LOW_DATA: _l("Little data"),
    Flag.NOT_READY: _l("Not ready for Japan yet"),
}

SORTS: dict[Sort, Any] = {
    Sort.SCORE: _l("Score, high first"),
    Sort.EXPORTER: _l("Exporter"),
    Sort.BUYER: _l("Buyer"),
    Sort.FEWEST: _l("Exporters with fewest suggestions"),
}

STAGES: dict[str, Any] = {
    "": _l("Waiting to begin"),
    "read": _l("Reading companies, products and needs"),
    "names": _l("Computing the vectors of names"),
    "text": _l("Getting the text model ready"),
    "vectors": _l("Computing the vectors of texts"),
    "match": _l("Comparing products with needs"),
    "write": _l("Writing the suggestions"),
}


def taken_back(number: int) -> str:
    """Say that decisions were taken back."""
    return str(ngettext("%(num)d decision taken back.", "%(num)d decisions taken back.", number))


def left_alone(number: int) -> str:
    """Say that a decision on many passed some over."""
    return str(
        ngettext(
            "%(num)d was left alone, because it was changed meanwhile.",
            "%(num)d were left alone, because they were changed meanwhile.",
            number,
        )
    )


def joined_since(number: int, moment: str) -> str:
    """Say that the last run did not know some companies."""
    return str(
        ngettext(
            "%(num)d company was accepted since the last run (%(moment)s).",
            "%(num)d companies were accepted since the last run (%(moment)s).",
            number,
            moment=moment,
        )
    )


def waiting(number: int) -> str:
    """Say how many suggestions nobody at the office has looked at."""
    return str(
        ngettext(
            "%(num)d suggestion waits for the trade office to look at it.",
            "%(num)d suggestions wait for the trade office to look at them.",
            number,
        )
    )


def isolated(text: str) -> str:
    """Return a text that keeps its own direction inside a sentence, as `<bdi>` does in a page."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def listed(words: Iterable[str]) -> str:
    """Join words as a list in the reader's language."""
    return format_list(list(words), locale=language())


def amount(value: float | Decimal, unit: Unit | str | None) -> str:
    """Say a number of units: 1,200 pieces."""
    if unit is None:
        return say_number(value)
    return AMOUNTS[Unit(unit)](1 if value == 1 else 2, say_number(value))


def amount_in(value: Decimal | None, unit: Unit | None, period: Period | None) -> str | None:
    """Say a number of units a month or year."""
    if value is None:
        return None
    said = amount(value, unit)
    if period is Period.MONTH:
        return str(_("%(amount)s a month", amount=said))
    if period is Period.YEAR:
        return str(_("%(amount)s a year", amount=said))
    return said


def price(low: Decimal | None, high: Decimal | None, currency: str | None) -> str | None:
    """Say a price or a band of prices."""
    known = [value for value in (low, high) if value is not None]
    if not known or currency is None:
        return None
    if len(known) == 2 and known[0] != known[1]:
        return str(
            _(
                "%(low)s to %(high)s",
                low=say_money(known[0], currency),
                high=say_money(known[1], currency),
            )
        )
    if low is None:
        return str(_("up to %(price)s", price=say_money(known[0], currency)))
    return say_money(known[0], currency)


def days(number: float) -> str:
    """Say a number of days."""
    return str(ngettext("%(a)s day", "%(a)s days", int(number), a=say_number(number)))


def languages(codes: Iterable[str]) -> str:
    """Name languages in the reader's own."""
    names = Locale(language()).languages
    return listed(str(names.get(code, code)) for code in codes)


def country(code: str) -> str:
    """Name a country in the reader's language."""
    return str(Locale(language()).territories.get(code, code))


def hs_name(code: str, names: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """Return the name of a code, else of its heading or chapter, with its language."""
    for length in (6, 4, 2):
        found = names.get(code[:length]) if len(code) >= length else None
        if found:
            return best_text(dict(found))
    return "", "en"


def hs_said(code: str, names: Mapping[str, Mapping[str, str]]) -> str:
    """Say a code with its name: 9018.90 Medical instruments."""
    name, _language = hs_name(code, names)
    return f"{say_hs(code)} {name}".strip()


def certificates(codes: Iterable[str], names: Mapping[str, Mapping[str, str]]) -> str:
    """Name certificate schemes in the reader's language."""
    return listed(best_text(dict(names.get(code, {"en": code})))[0] for code in sorted(codes))
