"""Rate limits, counted by the address the request came from."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, default_limits=[], headers_enabled=True)
"""Decorate a view with ``limiter.limit("20 per minute")`` below its `requires`."""
