"""What a document is, says and promises: its type, summary, fields and personal data."""
