"""What documents are, say and hold, kept in the catalog: type, summary, language, personal data.

A background keeper (``keeper``) describes what arrives; ``tables`` is what it keeps, ``room``
what people and programs read of it.
"""
