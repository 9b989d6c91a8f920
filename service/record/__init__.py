"""The record: its fields, their values and history, and the forms in which it travels.

Pure: no database, no network. What the catalog stores comes in and goes out as dataclasses.
"""
