"""Renditions: a picture in another size, shape or format, with its credits written into it."""
