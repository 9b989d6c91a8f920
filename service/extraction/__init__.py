"""Fields of documents in the catalog: found on arrival, corrected by people, learned from."""
