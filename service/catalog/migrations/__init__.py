"""Migrations of the catalog's schema."""

HEAD = "0007"
"""The newest revision under ``versions``."""
