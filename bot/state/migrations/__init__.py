"""Steps from an older database to a newer one, run by Alembic. `bot/state/database.py` calls it; see `versions`."""
