"""Optical character recognition: pixels in, lines of text with their places out."""
