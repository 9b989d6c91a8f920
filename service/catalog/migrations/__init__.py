"""Migrations of the catalog's schema."""

HEAD = "0012"
"""The newest revision under ``versions``."""
