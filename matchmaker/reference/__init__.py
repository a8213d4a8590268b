"""Sectors, HS codes, certificate schemes, countries: the data packs and how they are searched."""
