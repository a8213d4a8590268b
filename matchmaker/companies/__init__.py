"""Exporters, buyers and their people, products, needs and private files."""
