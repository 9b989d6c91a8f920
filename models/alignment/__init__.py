"""Trains and exports the head that puts pictures and words into one space.

``python -m models.alignment.train --data DIR`` does it all; it needs the extra ``torch``.
"""
