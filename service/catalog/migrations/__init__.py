"""Migrations of the catalog's schema."""

HEAD = "0021"
"""The newest revision under ``versions``."""
