"""Migrations of the catalog's schema."""

HEAD = "0015"
"""The newest revision under ``versions``."""
