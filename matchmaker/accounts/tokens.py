"""Random tokens of cookies and invitations: only their hash is kept."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """Return a fresh token of 256 random bits, safe in a cookie and in a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return what is stored of a random token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
