"""Migrations of the catalog's schema."""

HEAD = "0008"
"""The newest revision under ``versions``."""
