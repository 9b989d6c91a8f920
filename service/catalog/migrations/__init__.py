"""Migrations of the catalog's schema."""

HEAD = "0006"
"""The newest revision under ``versions``."""
