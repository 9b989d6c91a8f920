"""Migrations of the catalog's schema."""

HEAD = "0019"
"""The newest revision under ``versions``."""
