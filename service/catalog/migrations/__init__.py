"""Migrations of the catalog's schema."""

HEAD = "0010"
"""The newest revision under ``versions``."""
