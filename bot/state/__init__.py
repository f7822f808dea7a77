"""What the bot keeps: the inbox and what belongs to it. The only door to the database; one file per concern."""
