"""Migrations of the catalog's schema."""

HEAD = "0014"
"""The newest revision under ``versions``."""
