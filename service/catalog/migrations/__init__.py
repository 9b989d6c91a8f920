"""Migrations of the catalog's schema."""

HEAD = "0003"
"""The newest revision under ``versions``."""
