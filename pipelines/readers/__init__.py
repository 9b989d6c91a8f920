"""Readers: one module a family of formats, each with ``MEDIA_TYPES`` and ``read``.

To add a family, write its module and name it in ``registry.FAMILIES``.
"""
