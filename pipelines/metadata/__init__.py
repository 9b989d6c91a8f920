"""Metadata embedded in files: EXIF, IPTC and XMP become values of the record.

Each standard has a module that turns its block of bytes into values; ``blocks`` finds the
blocks in a file, ``reconcile`` puts the values of all standards in order.
"""
