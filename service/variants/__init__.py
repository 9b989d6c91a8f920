"""Originals and what was made of them."""
