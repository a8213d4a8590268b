"""Filters that write dates, numbers and money the reader's way."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_timezone_name
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask, g, has_request_context

from matchmaker.web.i18n import best_text, language

DATE_PATTERNS = {"en": "EEE d MMM yyyy", "ja": "yyyy年M月d日（EEE）", "ur": "EEEE، d MMMM yyyy"}
DEFAULT_TIME_ZONE = "Asia/Karachi"


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


def say_time(value: time) -> str:
    """Write a time of the day: 10:00."""
    return format_time(value, "HH:mm", locale=language())


def say_zone(name: str) -> str:
    """Write a time zone by its city or country."""
    return get_timezone_name(ZoneInfo(name), locale=language())


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
        time=say_time,
        zone=say_zone,
        number=say_number,
        money=say_money,
        percent=say_percent,
        hs=say_hs,
        best_text=best_text,
    )
