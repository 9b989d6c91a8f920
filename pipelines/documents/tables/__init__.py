"""Tables as rows and columns, where they are real tables; pairs of names and values in forms."""
