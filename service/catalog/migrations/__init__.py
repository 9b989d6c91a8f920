"""Migrations of the catalog's schema."""

HEAD = "0016"
"""The newest revision under ``versions``."""
