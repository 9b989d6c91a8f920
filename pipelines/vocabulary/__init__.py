"""Vocabularies: the words that tags are taken from, and how to read, check and write them."""
