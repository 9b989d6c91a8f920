"""The trash: how long records stay in it, and how they leave for good."""
