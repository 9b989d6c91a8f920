"""Versions: the bytes that an asset had; each is kept, and any can come back."""
