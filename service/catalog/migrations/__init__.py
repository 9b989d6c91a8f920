"""Migrations of the catalog's schema."""

HEAD = "0013"
"""The newest revision under ``versions``."""
