"""Scans to send, and the forms they are sent with."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from matchmaker.db.clock import utcnow
from matchmaker.reference.day_queries import office_day

PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"


def picture(kind: str = "PNG") -> bytes:
    """Return a small picture."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, kind)
    return out.getvalue()


def day(days: int) -> date:
    """Return a day so many days from today."""
    return office_day(utcnow()) + timedelta(days=days)


def sheet(scheme: str = "C-VHT-FAC", **given: Any) -> dict[str, Any]:
    """Return the form of a paper, filled in."""
    filled = {
        "scheme_code": scheme,
        "number": "vht 26-11",
        "issuer": "MAFF Japan",
        "issued_on": day(-5).isoformat(),
        "valid_to": day(200).isoformat(),
        "scope": "all",
    }
    return {**filled, **given}


def with_scan(data: dict[str, Any], content: bytes = PDF, name: str = "scan.pdf") -> dict:
    """Return the form with a file."""
    return {**data, "scan": (BytesIO(content), name)}
