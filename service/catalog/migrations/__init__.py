"""Migrations of the catalog's schema."""

HEAD = "0020"
"""The newest revision under ``versions``."""
