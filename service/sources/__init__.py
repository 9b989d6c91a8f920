"""Folders and buckets that are looked at again and again for new files."""
