"""The database: base and column types, transaction, clock, audit entry."""
