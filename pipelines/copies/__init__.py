"""Copies on disk: files of the same bytes, found, reported and cleared up, without a catalog."""
