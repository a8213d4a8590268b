"""Matchmaker: takes small exporters to a trade fair and brings them home with buyers."""

__version__ = "0.1.0"
