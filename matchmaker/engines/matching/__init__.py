"""Matching of exporters' products to buyers' needs, both ways, with reasons."""
