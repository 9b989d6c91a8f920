"""Duplicates in the catalog: found, shown, cleaned up and reported."""
