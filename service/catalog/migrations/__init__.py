"""Migrations of the catalog's schema."""

HEAD = "0009"
"""The newest revision under ``versions``."""
