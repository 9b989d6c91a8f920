"""Records in the catalog: what people and machines say of each asset, with history."""
