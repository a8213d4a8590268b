"""Readiness of a product for a market on a day: what is asked, what is held, what closes a gap."""
