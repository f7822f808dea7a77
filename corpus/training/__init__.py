"""How the shipped embedding model is made: texts, pairs, a start by LSA, training by contrast, the files.

Run as `python -m corpus.training --help`. Needs torch, scipy and bm25s, which the bot itself does not.
"""
