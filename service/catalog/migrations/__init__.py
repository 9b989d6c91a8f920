"""Migrations of the catalog's schema."""

HEAD = "0005"
"""The newest revision under ``versions``."""
