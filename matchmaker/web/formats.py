"""Filters that write dates, numbers and money the reader's way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_timezone_name
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask, g, has_request_context
from flask_babel import gettext as _
from markupsafe import Markup

from matchmaker.web.i18n import best_text, language

DATE_PATTERNS = {"en": "EEE d MMM yyyy", "ja": "yyyy年M月d日（EEE）", "ur": "EEEE، d MMMM yyyy"}
DEFAULT_TIME_ZONE = "Asia/Karachi"
COMMAS = {"en": Markup(", "), "ja": Markup("、"), "ur": Markup("، ")}
ONE_MINUTE = timedelta(minutes=1)
_FIGURES = re.compile(r"\+\d[\d ()-]*\d|\d[\d.,]*(?:[-‐–−]\d[\d.,]*)+")


def reader_time_zone() -> str:
    """Return the IANA name of the reader's time zone."""
    user = g.get("user") if has_request_context() else None
    return user.time_zone if user is not None else DEFAULT_TIME_ZONE


def say_date(value: date) -> str:
    """Write a day: Fri 12 Mar 2027, 2027年3月12日（金）."""
    code = language()
    return format_date(value, DATE_PATTERNS[code], locale=code)


def say_datetime(value: datetime, time_zone: str | None = None) -> str:
    """Write a moment in the given zone, else in the reader's."""
    code = language()
    zone = ZoneInfo(time_zone or reader_time_zone())
    return format_datetime(value, f"{DATE_PATTERNS[code]} HH:mm", tzinfo=zone, locale=code)


def say_deadline(value: datetime, time_zone: str) -> str:
    """Write until when something is possible, and by whose clock.

    Midnight is written as the end of the day before: at "1 April, 00:00" people miss a day.
    """
    code, zone = language(), ZoneInfo(time_zone)
    local = value.astimezone(zone)
    ends_a_day = local.hour == local.minute == 0
    day = say_date((local - ONE_MINUTE if ends_a_day else local).date())
    if ends_a_day:
        moment = _("%(day)s, end of the day", day=day)
    else:
        moment = f"{day} {format_datetime(local, 'HH:mm', tzinfo=zone, locale=code)}"
    return str(_("%(moment)s (%(zone)s)", moment=moment, zone=say_zone(time_zone)))


def say_time(value: time) -> str:
    """Write a time of the day: 10:00."""
    return format_time(value, "HH:mm", locale=language())


def say_zone(name: str) -> str:
    """Write a time zone by its city or country."""
    return get_timezone_name(ZoneInfo(name), locale=language())


def say_country(code: str) -> str:
    """Write a country by its name."""
    return str(Locale(language()).territories.get(code, code))


def say_places(names: Iterable[str | None]) -> Markup:
    """Write the parts of a place in a row, each in its own direction, without those not known."""
    parts = [Markup("<bdi>{}</bdi>").format(name) for name in names if name]
    return COMMAS[language()].join(parts)


def isolate(text: object) -> str:
    """Keep 1234567-8, 10–20 and +92 300 in this order among words that run from right to left."""
    plain = text if isinstance(text, str) else str(text)
    if Locale(language()).text_direction != "rtl":
        return plain
    # Of the same kind, as markup must stay markup.
    return type(plain)(_FIGURES.sub("\u2066\\g<0>\u2069", plain))


def say_number(value: float | Decimal) -> str:
    """Write a number with the language's separators, without needless zeros."""
    return format_decimal(value, format="#,##0.####", locale=language())


def say_money(value: float | Decimal, currency: str) -> str:
    """Write an amount with its currency."""
    return format_currency(value, currency, locale=language())


def say_percent(value: float) -> str:
    """Write a share of one as per cent."""
    return format_percent(value, locale=language())


def say_hs(code: str) -> str:
    """Write an HS code with its dot: 901890 as 9018.90."""
    return f"{code[:4]}.{code[4:]}" if len(code) > 4 else code


def init_formats(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(
        date=say_date,
        datetime=say_datetime,
        deadline=say_deadline,
        time=say_time,
        zone=say_zone,
        country_name=say_country,
        places=say_places,
        isolated=isolate,
        number=say_number,
        money=say_money,
        percent=say_percent,
        hs=say_hs,
        best_text=best_text,
    )
