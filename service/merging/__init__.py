"""Merging: several records become one, and can be parted again."""
