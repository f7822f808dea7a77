"""How well files are read: drafts made here, in every Thai font and by several programs, read back and compared."""
