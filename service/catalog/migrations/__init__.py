"""Migrations of the catalog's schema."""

HEAD = "0004"
"""The newest revision under ``versions``."""
