"""Vocabularies in the catalog: kept, changed, merged, proposed to, and which is in force where."""
