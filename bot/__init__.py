"""How the corpus is asked: a question in, a cited answer out; in the shell and on Telegram."""
