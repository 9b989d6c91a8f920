"""Migrations of the catalog's schema."""

HEAD = "0018"
"""The newest revision under ``versions``."""
