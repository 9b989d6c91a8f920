"""The documents of the sample library, each made by a function that returns its bytes."""
