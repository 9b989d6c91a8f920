"""Selections: which records are meant, in one short language for API, CLI and pages."""
