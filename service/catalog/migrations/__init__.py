"""Migrations of the catalog's schema."""

HEAD = "0002"
"""The newest revision under ``versions``."""
