"""Fields of documents: typed values with evidence, or an honest ``unknown``.

``schema`` says which fields a kind of document has, ``candidates`` finds what could be their
values, ``ranker`` tells which are, ``checks`` whether they fit together, ``extract`` does all.
"""
