"""Scans of papers: taken by their content, kept with the company's private files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from flask_babel import lazy_gettext

from matchmaker.companies.models import Company, StoredFile
from matchmaker.companies.services.files import (
    MAX_BYTES,
    NotAPictureError,
    clean_picture,
    keep_bytes,
    plain_name,
)
from matchmaker.db.base import db
from matchmaker.errors import MatchmakerError

_l = lazy_gettext
PDF = "application/pdf"
ENDINGS = {
    PDF: frozenset({".pdf"}),
    "image/jpeg": frozenset({".jpg", ".jpeg"}),
    "image/png": frozenset({".png"}),
}
"""What a name may end in, by what the content is."""
KNOWN_ENDINGS = frozenset(ending for endings in ENDINGS.values() for ending in endings)
PDF_BEGINS = b"%PDF-"
PDF_ENDS = b"%%EOF"
PDF_END_WITHIN = 2048
"""Bytes from the end: some programs write more behind the mark."""


class NotAScanError(MatchmakerError):
    """The content is no PDF, JPEG or PNG, is cut off, or is not what its name says."""

    status = 415


class ScanTooLargeError(MatchmakerError):
    """Too many bytes."""

    status = 413


@dataclass(frozen=True, slots=True)
class Scan:
    """A file as it was sent, and the store it is for."""

    content: bytes
    name: str
    store: Path


def _clean_pdf(content: bytes) -> bytes:
    if PDF_ENDS not in content[-PDF_END_WITHIN:]:
        raise NotAScanError(_l("This PDF is cut off. Save it again and send the whole file."))
    return content


def _clean_image(content: bytes) -> tuple[bytes, str]:
    try:
        clean, media_type = clean_picture(content)
    except NotAPictureError:
        media_type = ""
    if media_type not in ENDINGS:
        raise NotAScanError(_l("This is no scan we can read. Send a PDF, JPEG or PNG file."))
    return clean, media_type


def clean_scan(scan: Scan) -> tuple[bytes, str]:
    """Return the bytes to keep and their media type; a picture is encoded anew, a PDF kept.

    Raises
    ------
    NotAScanError
        If it is no PDF, JPEG or PNG, is cut off, or its name ends as another kind does.
    ScanTooLargeError, PictureTooLargeError
        If it has more than 8 MB, or too many pixels.
    """
    if len(scan.content) > MAX_BYTES:
        raise ScanTooLargeError(_l("This scan is too large. Send one of at most 8 MB."))
    if scan.content.startswith(PDF_BEGINS):
        clean, media_type = _clean_pdf(scan.content), PDF
    else:
        clean, media_type = _clean_image(scan.content)
    ending = PurePath(scan.name.replace("\\", "/")).suffix.lower()
    if ending in KNOWN_ENDINGS - ENDINGS[media_type]:
        raise NotAScanError(
            _l("The name of this file does not fit what is in it. Send the scan as it was made.")
        )
    return clean, media_type


def keep_scan(company: Company, scan: Scan, *, now: datetime) -> StoredFile:
    """Keep a scan among the company's files, which only those inside see.

    Raises
    ------
    NotAScanError, ScanTooLargeError, PictureTooLargeError
        If the content cannot be taken.
    """
    clean, media_type = clean_scan(scan)
    file = StoredFile(
        company_id=company.id,
        name=plain_name(scan.name, "scan"),
        media_type=media_type,
        size=len(clean),
        sha256=keep_bytes(scan.store, clean),
        created_at=now,
    )
    db.session.add(file)
    db.session.flush()
    return file
