"""Migrations of the catalog's schema."""

HEAD = "0022"
"""The newest revision under ``versions``."""
