"""Migrations of the catalog's schema."""

HEAD = "0017"
"""The newest revision under ``versions``."""
