"""Migrations of the catalog's schema."""

HEAD = "0001"
"""The newest revision under ``versions``."""
