"""Migrations of the catalog's schema."""

HEAD = "0011"
"""The newest revision under ``versions``."""
