"""How files resemble each other: candidates, verified links with evidence, and groups."""
