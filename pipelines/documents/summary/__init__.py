"""Summaries of the sentences that say most, each with its page."""
