"""What Alembic asks for: on which connection, and towards which tables. The connection comes from `Database`."""

from alembic import context

from bot.state.database import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
