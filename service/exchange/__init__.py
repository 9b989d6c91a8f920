"""Records leaving and coming as files: CSV, JSON Lines, XMP, JSON-LD."""
