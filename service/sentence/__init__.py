"""The sentence in the search box: what of it is a filter, and what is to be searched."""
