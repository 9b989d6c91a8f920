"""What kind of document a file is: zero-shot from descriptions, better with examples.

``labels`` reads the trees of types and topics, ``cues`` measures what a file shows of each,
``classify`` weighs it up, ``examples`` learns from corrections.
"""
