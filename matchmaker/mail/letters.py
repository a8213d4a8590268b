"""What a mail says, before it is set as text and HTML."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail in the recipient's language."""

    subject: str
    paragraphs: tuple[str, ...]
    action: tuple[str, str] | None = None
    """Label and absolute address of the one thing to do."""
    closing: str = ""
    """Why the mail came, in small print."""
